import type { ConfigFile } from '../../runs/deployments.ts';
import { UserError } from '../../shared/errors.ts';

/** Nothing of a configuration with secret values is sent, not even to be refused. */
export function refuseLiterals({ path, literals }: ConfigFile): void {
  if (literals.size === 0) return;
  throw new UserError(`${path} holds secret values, which are not sent: ${[...literals.keys()].join(', ')}.`, {
    code: 'secret_in_config',
    hint: 'Write env:NAME and set DRAFTGENIE_SECRET_NAME in the settings of the app, or write keyvault:NAME.',
  });
}
