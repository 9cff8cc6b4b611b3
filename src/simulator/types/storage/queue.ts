import type { ResourceType } from '../../arm/resource-type.ts';
import { ACCOUNT } from '../../storage/account.ts';
import { beginGoing, contentProblem } from './contents.ts';
import { child } from './service.ts';

/** https://learn.microsoft.com/rest/api/storagerp/queue: a new one is answered with 200 as well. */
export const storageQueue: ResourceType = {
  ...child,
  type: `${ACCOUNT}/queueServices/queues`,
  // https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata
  name: /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/,
  createdAs200: true,
  seconds: { create: 1, update: 1, delete: 0 },
  check: ({ world, id, before }) =>
    before ? undefined : contentProblem(world, id, 'queue', 'queue', 'QueueBeingDeleted'),
  defaults: () => ({ properties: { metadata: {} } }),
  remove: beginGoing,
};
