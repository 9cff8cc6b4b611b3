import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import { mayUseData } from '../arm/authorization.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { identitiesOf } from './site-state.ts';

const SCHEDULER = 'Microsoft.DurableTask/schedulers';
const CONNECTION = 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING';

type Settings = Readonly<Record<string, string>>;

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
  settings: Settings,
  backend: SchedulerBackend,
): string | undefined {
  const taskHub = taskHubOf(world, settings, backend);
  if (typeof taskHub === 'string') return taskHub;
  const { connection } = backend;
  const parts = partsOf(settings[connection] ?? '');
  const identity = [...identitiesOf(world, site).values()].find(
    ({ body }) => propertiesOf(body).clientId === parts.get('clientid'),
  );
  const { principalId } = propertiesOf(identity?.body ?? {});
  return mayUseData(world, String(principalId), taskHub.id, `${SCHEDULER}/taskHubs/write`)
    ? undefined
    : `the identity of ${connection} may not use the task hub '${taskHub.name}'`;
}

/** The task hub that is meant, or why there is none. */
function taskHubOf(world: World, settings: Settings, { connection, hub }: SchedulerBackend): StoredResource | string {
  const text = settings[connection];
  if (!text) return `the setting ${connection} is not there`;
  const endpoint = partsOf(text).get('endpoint')?.replace(/\/$/, '');
  const scheduler = world.resourcesOfType(SCHEDULER).find(({ body }) => propertiesOf(body).endpoint === endpoint);
  if (!scheduler) return `there is no scheduler at ${endpoint}`;
  const name = hub.replace(/%([^%]+)%/g, (_, setting: string) => settings[setting] ?? '');
  return world.resource(`${scheduler.id}/taskHubs/${name}`) ?? `the scheduler has no task hub '${name}'`;
}

function partsOf(connection: string): ReadonlyMap<string, string> {
  const parts = connection.split(';').map((part) => [part.split('=')[0], part.slice(part.indexOf('=') + 1)] as const);
  return new Map(parts.map(([name = '', value]) => [name.trim().toLowerCase(), value.trim()]));
}

/** That of the storage, which all apps had when there was no other. */
const IN_STORAGE = 'engine';

/**
 * What tells where the orchestrations of an app are from any other place: a task hub that was deleted is gone with all that was in it,
 * and one of the same name is another.
 */
export function placeOfOrchestrations(world: World, settings: Settings, backend: SchedulerBackend | undefined): string {
  if (!backend) return IN_STORAGE;
  const taskHub = taskHubOf(world, settings, backend);
  const text = typeof taskHub === 'string' ? '' : `${taskHub.id.toLowerCase()} ${taskHub.createdAt}`;
  return `hub-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
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
