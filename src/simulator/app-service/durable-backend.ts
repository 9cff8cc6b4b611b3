import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import { mayUseData } from '../arm/authorization.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { identitiesOf } from './site-state.ts';

const SCHEDULER = 'Microsoft.DurableTask/schedulers';
const CONNECTION = 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING';

/** What an app's host.json says of where its orchestrations are kept; absent: in the storage of the host. */
export interface SchedulerBackend {
  /** The setting with the connection string. */
  readonly connection: string;
  /** May be `%NAME%` of a setting. */
  readonly hub: string;
}

/** https://learn.microsoft.com/azure/azure-functions/durable/durable-task-scheduler/quickstart-durable-task-scheduler */
export function schedulerBackend(hostJson: string | undefined): SchedulerBackend | undefined {
  const durable = durableTaskOf(hostJson);
  const provider = isJsonObject(durable.storageProvider) ? durable.storageProvider : {};
  if (provider.type !== 'azureManaged') return undefined;
  const { connectionStringName = CONNECTION } = provider;
  return { connection: String(connectionStringName), hub: String(durable.hubName ?? 'default') };
}

/**
 * Why orchestrations cannot be kept in the Durable Task Scheduler: without the connection, the scheduler, the task hub, or the role of
 * the identity (https://learn.microsoft.com/azure/azure-functions/durable/durable-task-scheduler/durable-task-scheduler-identity).
 */
export function schedulerProblem(
  world: World,
  site: StoredResource,
  settings: Readonly<Record<string, string>>,
  { connection, hub }: SchedulerBackend,
): string | undefined {
  const text = settings[connection];
  if (!text) return `the setting ${connection} is not there`;
  const parts = new Map(
    text.split(';').map((part) => [part.split('=')[0]?.trim().toLowerCase(), part.slice(part.indexOf('=') + 1).trim()]),
  );
  const endpoint = parts.get('endpoint')?.replace(/\/$/, '');
  const scheduler = world.resourcesOfType(SCHEDULER).find(({ body }) => propertiesOf(body).endpoint === endpoint);
  if (!scheduler) return `there is no scheduler at ${endpoint}`;
  const name = hub.replace(/%([^%]+)%/g, (_, setting: string) => settings[setting] ?? '');
  const taskHub = world.resource(`${scheduler.id}/taskHubs/${name}`);
  if (!taskHub) return `the scheduler has no task hub '${name}'`;
  const identity = [...identitiesOf(world, site).values()].find(
    ({ body }) => propertiesOf(body).clientId === parts.get('clientid'),
  );
  const { principalId } = propertiesOf(identity?.body ?? {});
  return mayUseData(world, String(principalId), taskHub.id, `${SCHEDULER}/taskHubs/write`)
    ? undefined
    : `the identity of ${connection} may not use the task hub '${name}'`;
}

function durableTaskOf(hostJson: string | undefined): JsonObject {
  try {
    const durable = jsonAt(JSON.parse(hostJson ?? '{}'), 'extensions.durableTask');
    return isJsonObject(durable) ? durable : {};
  } catch {
    // The host itself says what is wrong with it.
    return {};
  }
}
