import type { DesiredResource, DesireInput } from '../../domain/desired.ts';
import type { ResourceKind } from '../kind.ts';
import { storageAccount, storageOf } from './account.ts';
import { storageChild } from './child.ts';

export const BLOB_CONTAINER: ResourceKind<'Microsoft.Storage/storageAccounts/blobServices/containers'> = {
  ...storageChild('blobServices', 'containersList'),
  type: 'Microsoft.Storage/storageAccounts/blobServices/containers',
  immutable: [],
  settings: {},
  cost: 'elsewhere',
  invariants: { 'properties.publicAccess': 'anybody reads what is in the container' },
  foreign: () => ({ text: 'a container beside ours' }),
};

export function blobContainers(input: DesireInput): readonly DesiredResource<typeof BLOB_CONTAINER>[] {
  const account = storageAccount(input);
  return storageOf(input.config).containers.map((name) => ({
    kind: BLOB_CONTAINER,
    key: `storage:container:${name}`,
    title: `container ${name} of ${account.title}`,
    id: `${account.id}/${BLOB_CONTAINER.within}/containers/${name}`,
    body: { properties: { publicAccess: 'None' } },
  }));
}
