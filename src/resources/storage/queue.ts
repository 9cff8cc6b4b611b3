import type { DesiredResource, DesireInput } from '../../domain/desired.ts';
import type { ResourceKind } from '../kind.ts';
import { storageAccount, storageOf } from './account.ts';
import { storageChild } from './child.ts';

export const STORAGE_QUEUE: ResourceKind<'Microsoft.Storage/storageAccounts/queueServices/queues'> = {
  ...storageChild('queueServices', 'queuesList'),
  type: 'Microsoft.Storage/storageAccounts/queueServices/queues',
  immutable: [],
  settings: {},
  cost: 'elsewhere',
  invariants: {},
  // Metadata is whoever's who writes it.
  defaults: ['properties'],
  foreign: () => ({ text: 'a queue beside ours' }),
};

export function storageQueues(input: DesireInput): readonly DesiredResource<typeof STORAGE_QUEUE>[] {
  const account = storageAccount(input);
  return storageOf(input.config).queues.map((name) => ({
    kind: STORAGE_QUEUE,
    key: `storage:queue:${name}`,
    title: `queue ${name} of ${account.title}`,
    id: `${account.id}/${STORAGE_QUEUE.within}/queues/${name}`,
    body: { properties: {} },
  }));
}
