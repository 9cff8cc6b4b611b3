import type { Arm, ArmResource } from '../../azure/ports.ts';
import { nameOf } from '../../domain/ids.ts';
import { jsonAt, scalarText } from '../../shared/json.ts';

/** https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list */
const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const STORAGE_VERSION = '2023-05-01';

/** What a dump is written to, or what is missing of it, with its repair. */
export type DumpTarget =
  | { readonly kind: 'found'; readonly account: ArmResource; readonly containerId: string; readonly address: string }
  | { readonly kind: 'missing'; readonly id: string; readonly type: string; readonly reason: string };

/**
 * Looks for account and container in the subscription; the names of accounts are unique in all of Azure.
 *
 * @param asked `ACCOUNT/CONTAINER`
 * @param subscription `/subscriptions/…`
 */
export async function findDumpTarget(
  arm: Pick<Arm, 'get' | 'list'>,
  asked: string,
  subscription: string,
): Promise<DumpTarget> {
  const [name = '', container = ''] = asked.split('/');
  const accounts = await arm.list(`${subscription}/providers/${ACCOUNT}`, STORAGE_VERSION);
  const account = accounts.find(({ id }) => nameOf(id).toLowerCase() === name);
  if (!account) {
    return {
      kind: 'missing',
      id: `${subscription}/providers/${ACCOUNT}/${name}`,
      type: ACCOUNT,
      reason: `there is no storage account ${name} in ${subscription} that the deployer sees; az storage account create --name ${name} --resource-group GROUP makes one, in a group of its own`,
    };
  }
  const containerId = `${account.id}/blobServices/default/containers/${container}`;
  if (!(await arm.get(containerId, STORAGE_VERSION))) {
    return {
      kind: 'missing',
      id: containerId,
      type: `${ACCOUNT}/blobServices/containers`,
      reason: `the storage account ${name} has no container ${container}; az storage container create --account-name ${name} --name ${container} --auth-mode login makes it`,
    };
  }
  const endpoint = scalarText(jsonAt(account, 'properties.primaryEndpoints.blob'));
  return { kind: 'found', account, containerId, address: `${endpoint.replace(/\/+$/, '')}/${container}` };
}
