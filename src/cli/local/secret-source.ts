import type { DeploymentConfig, ParsedConfig, SecretSetting } from '../../domain/config/model.ts';
import { valueProblem } from '../../domain/config/rules/secret-values.ts';
import type { SecretSource } from '../../engine/step.ts';
import { UserError } from '../../shared/errors.ts';

/**
 * Secrets of this process: literals of the configuration and environment variables. For the simulator a variable that is
 * not set gets a made-up value, the same every time, so that the example runs on a fresh machine.
 */
export function createSecretSource(
  parsed: ParsedConfig,
  env: NodeJS.ProcessEnv,
  simulate: boolean,
): SecretSource & { readonly known: readonly string[]; readonly madeUp: readonly string[] } {
  const variables = environmentVariables(parsed.config);
  const unset = variables.filter((name) => !env[name]);
  if (unset.length > 0 && !simulate) {
    throw new UserError(
      `The configuration takes secrets from environment variables that are not set: ${unset.join(', ')}.`,
      {
        code: 'secret_missing',
        hint: `Set ${unset.length === 1 ? 'it' : 'them'} in the environment of this command.`,
      },
    );
  }
  requireAllowedValues(parsed.config, env);
  const environment = (name: string): string | undefined =>
    env[name] || (simulate ? `simulated-value-of-${name}` : undefined);
  return {
    literal: (path) => parsed.literals.get(path),
    environment,
    known: [
      ...parsed.literals.values(),
      ...[...variables, ...webhookVariables(parsed.config)].flatMap((name) => environment(name) ?? []),
    ],
    madeUp: unset,
  };
}

/** Before anything is made: the database would stand there without its password. */
function requireAllowedValues({ secrets, postgresql }: DeploymentConfig, env: NodeJS.ProcessEnv): void {
  const refused = Object.entries(secrets).flatMap(([name, setting]) => {
    const value = setting.source === 'environment' ? env[setting.variable] : undefined;
    if (setting.source !== 'environment' || !value) return [];
    const why = valueProblem(name, value, postgresql.adminUser);
    return why === undefined ? [] : [`${setting.variable} ${why}`];
  });
  if (refused.length > 0) throw new UserError(`${refused.join('; ')}.`, { code: 'secret_refused' });
}

function environmentVariables(config: DeploymentConfig): readonly string[] {
  const settings: readonly SecretSetting[] = Object.values(config.secrets);
  return settings.flatMap((setting) => (setting.source === 'environment' ? [setting.variable] : []));
}

/** Of webhooks, which a command can do without. */
function webhookVariables({ notifications = {} }: DeploymentConfig): readonly string[] {
  const values = Object.values(notifications).flatMap(({ url, secret }) => [url, ...(secret ? [secret] : [])]);
  return values.flatMap((value) => (value.source === 'environment' ? [value.variable] : []));
}
