import { randomUUID } from 'node:crypto';
import { setOutputs } from '../../arm/lifecycle.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { refuse } from '../../refusal.ts';
import { ACCOUNT } from '../../storage/account.ts';
import { EVENT_GRID_VERSIONS, SYSTEM_TOPIC } from './names.ts';

/**
 * The events that Azure itself tells of a resource; here those of storage accounts.
 * https://learn.microsoft.com/azure/event-grid/system-topics: one for a source, in its region.
 */
export const systemTopic: ResourceType = {
  type: SYSTEM_TOPIC,
  apiVersions: EVENT_GRID_VERSIONS,
  // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsofteventgrid
  name: /^[A-Za-z0-9-]{3,128}$/,
  listed: true,
  style: 'status',
  seconds: { create: 15, update: 5, delete: 5 },
  immutable: ['properties.source', 'properties.topicType'],
  check({ world, id, body }) {
    const { source, topicType } = propertiesOf(body);
    const account = world.resource(String(source));
    if (account?.type !== ACCOUNT) {
      return refuse(
        400,
        'InvalidRequest',
        `The source '${String(source)}' was not found, or is nothing of which the simulator has events.`,
      );
    }
    if (String(topicType).toLowerCase() !== 'microsoft.storage.storageaccounts') {
      return refuse(400, 'InvalidRequest', `The topic type '${String(topicType)}' is not that of the source.`);
    }
    const region = (text: unknown): string => String(text).toLowerCase().replaceAll(' ', '');
    if (region(body.location) !== region(account.body.location)) {
      return refuse(400, 'InvalidRequest', 'The location of a system topic must be that of its source.');
    }
    const same = world
      .resourcesOfType(SYSTEM_TOPIC)
      .find(
        (one) =>
          one.id.toLowerCase() !== id.toLowerCase() &&
          String(propertiesOf(one.body).source).toLowerCase() === account.id.toLowerCase(),
      );
    return same
      ? refuse(400, 'InvalidRequest', `Only one system topic is allowed per source; '${same.id}' is there already.`)
      : undefined;
  },
  apply({ resource, before }) {
    if (!before) setOutputs(resource, { metricResourceId: randomUUID() });
    return undefined;
  },
};
