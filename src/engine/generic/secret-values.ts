import { markedSecrets, withSecrets } from '../../domain/references/secret-marks.ts';
import { vaultSecretOf } from '../../resources/app/secrets.ts';
import { UserError } from '../../shared/errors.ts';
import type { JsonObject } from '../../shared/json.ts';
import { settleAll } from '../settle.ts';
import type { StepContext } from '../step.ts';

/**
 * A body with the secrets that it marks themselves; in memory only.
 * @throws UserError `secret_not_in_vault`
 */
export async function withSecretValues(
  { azure, outputs }: Pick<StepContext, 'azure' | 'outputs'>,
  body: JsonObject,
): Promise<JsonObject> {
  const marked = markedSecrets(body);
  if (marked.length === 0) return body;
  const vaultUri = outputs.read('vaultUri');
  const vault = azure.vault(vaultUri);
  const values = await settleAll(
    marked.map(async (address) => {
      const { name = '' } = vaultSecretOf(address, vaultUri) ?? {};
      const secret = await vault.get(name);
      if (secret) return [address, secret.value] as const;
      throw new UserError(`The vault has no secret ${name || address}, which the body of a resource names.`, {
        code: 'secret_not_in_vault',
        hint: 'Put it into the vault, then start the deployment again.',
      });
    }),
  );
  return withSecrets(body, new Map(values)) as JsonObject;
}
