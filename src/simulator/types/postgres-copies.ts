import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { StoredResource } from '../store.ts';
import { provisioningState, type World } from '../world.ts';
import { invalidValue } from './postgresql-rules.ts';

const SERVER = 'Microsoft.DBforPostgreSQL/flexibleServers';
/** https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-read-replicas */
const MOST_REPLICAS = 5;

/** A server that another one is made of. */
interface Origin {
  readonly resource: StoredResource;
  readonly databases: readonly string[];
}

/** What a new server copies by the mode of its creation; undefined when it is none of these, or there is nothing to copy. */
export function originOf(world: World, body: JsonObject): Origin | undefined {
  const id = String(jsonAt(body, 'properties.sourceServerResourceId') ?? '');
  switch (jsonAt(body, 'properties.createMode')) {
    case 'Replica': {
      const resource = world.resource(id);
      return resource?.type === SERVER ? { resource, databases: databasesOf(world, resource) } : undefined;
    }
    case 'ReviveDropped':
      return world.state.droppedServers[id.toLowerCase()];
    default:
      return undefined;
  }
}

export function isCopy(body: JsonObject): boolean {
  return ['Replica', 'ReviveDropped'].includes(String(jsonAt(body, 'properties.createMode')));
}

/**
 * Why a copy cannot be made: of a replica by the page on read replicas (no burstable server has any), of a dropped server
 * by https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-restore-dropped-server: in its region, from its subscription and to a time that the request names.
 */
export function copyProblem(world: World, sent: JsonObject): Refusal | undefined {
  const origin = originOf(world, sent);
  if (!origin) return invalidValue('sourceServerResourceId');
  const { body, id } = origin.resource;
  if (jsonAt(sent, 'properties.createMode') === 'ReviveDropped') {
    if (plain(sent.location) !== plain(body.location)) return invalidValue('location');
    const time = Date.parse(String(jsonAt(sent, 'properties.pointInTimeUTC') ?? ''));
    return Number.isNaN(time) ? invalidValue('pointInTimeUTC') : undefined;
  }
  if (jsonAt(body, 'sku.tier') === 'Burstable') return invalidValue('sourceServerResourceId');
  return replicasOf(world, id).length >= MOST_REPLICAS ? invalidValue('replicaCapacity') : undefined;
}

/** Outputs of a replica, beside those of every server. */
export function replicaOutputs(body: JsonObject): JsonObject {
  return jsonAt(body, 'properties.createMode') === 'Replica'
    ? { replicationRole: 'AsyncReplica', replica: { role: 'AsyncReplica', replicationState: 'Active' } }
    : {};
}

/** https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-read-replicas-portal#delete-a-primary-server */
export function replicasProblem({ id, name }: StoredResource, world: World): Refusal | undefined {
  const replicas = replicasOf(world, id).map((replica) => replica.name);
  return replicas.length > 0
    ? refuse(
        409,
        'ReadReplicasExist',
        `The server '${name}' cannot be deleted because it still has read replicas: ${replicas.join(', ')}.`,
      )
    : undefined;
}

/** https://learn.microsoft.com/rest/api/postgresql/servers/get#serverstate */
export function droppingState(resource: StoredResource, world: World): JsonObject {
  return provisioningState(resource, world) === 'Deleting' ? { properties: { state: 'Dropping' } } : {};
}

/** Called before the children go. Replicas have no backups. */
export function keepDropped(resource: StoredResource, world: World): void {
  if (jsonAt(resource.body, 'properties.replicationRole') === 'AsyncReplica') return;
  const deletedAt = new Date(world.now()).toISOString();
  world.state.droppedServers[resource.id.toLowerCase()] = {
    resource,
    databases: databasesOf(world, resource),
    deletedAt,
  };
}

function databasesOf(world: World, { id }: StoredResource): string[] {
  const prefix = `${id.toLowerCase()}/databases/`;
  return world
    .resourcesOfType(`${SERVER}/databases`)
    .filter((one) => one.id.toLowerCase().startsWith(prefix))
    .map(({ name }) => name);
}

function replicasOf(world: World, id: string): readonly StoredResource[] {
  return world.resourcesOfType(SERVER).filter(({ body }) => {
    const { sourceServerResourceId, replicationRole } = isJsonObject(body.properties) ? body.properties : {};
    return replicationRole === 'AsyncReplica' && String(sourceServerResourceId).toLowerCase() === id.toLowerCase();
  });
}

function plain(text: unknown): string {
  return String(text).toLowerCase().replaceAll(' ', '');
}
