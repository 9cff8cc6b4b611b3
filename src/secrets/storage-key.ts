import type { Arm, Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { recordedOutput } from '../domain/outputs.ts';
import { asksForAccountKey } from '../domain/sections/composed-secrets.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { STORAGE_ACCOUNT } from '../resources/storage/account.ts';
import { UserError } from '../shared/errors.ts';
import { isJsonObject, jsonAt } from '../shared/json.ts';
import { readable } from './secret-hmacs.ts';

/**
 * The first of the two keys of a storage account; in memory only
 * (https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list-keys).
 */
export async function readStorageKey(arm: Pick<Arm, 'post'>, accountId: string): Promise<string> {
  const reply = await arm.post(`${accountId}/listKeys`, STORAGE_ACCOUNT.apiVersion, undefined, { repeatable: true });
  const keys = reply.kind === 'done' ? jsonAt(reply.body, 'keys') : undefined;
  const [first] = Array.isArray(keys) ? keys.filter(isJsonObject) : [];
  if (typeof first?.value === 'string' && first.value !== '') return first.value;
  throw new UserError('Azure answers no key for the storage account.', {
    code: 'azure_answer_incomplete',
    hint: 'Check that keys are on for the account (allowSharedKeyAccess), then start the deployment again.',
  });
}

/** The key as it is now, where the deployment uses it; undefined where it does not, and where it cannot be told. */
export async function currentStorageKey({
  azure,
  config,
  state,
}: {
  readonly azure: Pick<Azure, 'arm'>;
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
}): Promise<string | undefined> {
  const id = recordedOutput(state, 'storageId');
  if (id === undefined || !asksForAccountKey(config)) return undefined;
  return await readable(() => readStorageKey(azure.arm, id));
}
