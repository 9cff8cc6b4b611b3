import type { JsonObject } from '../../shared/json.ts';
import { type ArmReply, ok } from '../arm/message.ts';
import { isRunning } from '../arm/operations.ts';
import type { ResourceType, SubRequest } from '../arm/resource-type.ts';
import { APP_API_VERSIONS } from '../container-apps/api-versions.ts';
import {
  APP_CREATE_SECONDS,
  APP_UPDATE_SECONDS,
  type AppState,
  appView,
  appWriteProblem,
  eventStreamEndpoint,
  REVISION_START_SECONDS,
  revisionSet,
  writeApp,
} from '../container-apps/app.ts';
import { hostNameAnalysis } from '../container-apps/domains/host-name-analysis.ts';
import { revisionLog } from '../container-apps/logs/revision-log.ts';
import { isActive, type RevisionRecord, type RevisionSet, retire } from '../container-apps/revision.ts';
import { replicaBodies, revisionBody } from '../container-apps/revision-view.ts';
import { fileVolumes } from '../container-apps/volumes/mounts.ts';
import type { StoredResource } from '../store.ts';
import { keepLog } from '../workload-logs/kept-log.ts';
import type { World } from '../world.ts';
import { authToken, domainOf, environmentBusyProblem, secretValues, workloadView } from './workload.ts';

export const containerApp: ResourceType = {
  type: 'Microsoft.App/containerApps',
  apiVersions: APP_API_VERSIONS,
  // Its own rule answers with its own code.
  name: /^.+$/,
  listed: true,
  style: 'status',
  seconds: { create: APP_CREATE_SECONDS, update: APP_UPDATE_SECONDS, delete: 20 },
  busyCode: 'ContainerAppOperationInProgress',
  immutable: ['properties.environmentId', 'properties.managedEnvironmentId'],
  check: (write) =>
    environmentBusyProblem(write) ??
    appWriteProblem(write.world.cloud(), write.id, write.body, appState(write.before, write.world), write.before?.body),
  apply({ world, resource, id, body, before, previous, endsAt }) {
    const state = appState(before && resource, world);
    if (previous) keepAppLog({ ...resource, body: previous }, world);
    const failure = writeApp(world.cloud(), id, body, state, endsAt, previous);
    keep(resource, state);
    return failure;
  },
  view: (resource, world) =>
    workloadView(resource, world, appView(world.cloud(), resource.id, resource.body, appState(resource, world))),
  remove: keepAppLog,
  elapse: rememberMounts,
  handle: (call) => handleApp(call),
};

/** A replica that has its shares keeps them, whatever becomes of key, share or network. */
function rememberMounts(resource: StoredResource, world: World): void {
  const kept = resource.extra.app as unknown as AppState | undefined;
  const isWaiting = kept?.revisions.some(({ mounted, template }) => !mounted && fileVolumes(template).length > 0);
  if (!kept || !isWaiting) return;
  const set = revisionsOf(resource, world);
  const started = new Set(
    set.records
      .filter(
        (one) => isActive(set, one) && Date.parse(one.startedAt) <= world.now() && !set.volumeFailures?.[one.name],
      )
      .map(({ name }) => name),
  );
  const revisions = kept.revisions.map((one) => (started.has(one.name) ? { ...one, mounted: true as const } : one));
  keep(resource, { ...kept, revisions });
}

/**
 * The app's revisions at this moment. The newest follows the operation that makes it: it is not there when that
 * operation failed, and later when a fault slowed it.
 */
function appState(resource: StoredResource | undefined, world: World): AppState {
  const kept = resource?.extra.app as unknown as AppState | undefined;
  if (!resource || !kept) return { revisions: [] };
  const operation = resource.operation === undefined ? undefined : world.state.operations[resource.operation];
  const revisions = kept.revisions.flatMap((revision): RevisionRecord[] => {
    if (revision.name !== kept.newest || !operation || operation.kind === 'delete') return [revision];
    if (operation.failure) return [];
    const delay = Date.parse(operation.endsAt) - Date.parse(revision.provisionedAt);
    if (delay <= 0) return [revision];
    const later = (time: string): string => new Date(Date.parse(time) + delay).toISOString();
    return [{ ...revision, provisionedAt: later(revision.provisionedAt), startedAt: later(revision.startedAt) }];
  });
  const { serving, ...rest } = kept;
  const isPending = operation && operation.kind !== 'delete' && (isRunning(world, operation) || operation.failure);
  return { ...rest, revisions, ...(isPending && serving && { serving }) };
}

/** Everything that is asked about the revisions of one app at one moment. */
export function revisionsOf(resource: StoredResource, world: World): RevisionSet {
  return revisionSet(world.cloud(), resource.body, appState(resource, world));
}

/** What was written stays written, whatever becomes of revisions, replicas and the app. */
function keepAppLog(resource: StoredResource, world: World): void {
  const set = revisionsOf(resource, world);
  const told = set.records.flatMap((record) => revisionLog(set, record));
  keepLog(
    world,
    resource,
    told.filter(({ at }) => Date.parse(at) <= world.now()),
  );
}

/** Fixes what is past: see `retire`. */
export function retireRevisions(world: World): void {
  for (const resource of world.resourcesOfType(containerApp.type)) {
    const state = appState(resource, world);
    keepAppLog(resource, world);
    keep(resource, { ...state, revisions: retire(revisionsOf(resource, world)) });
  }
}

function handleApp(call: SubRequest): ArmReply | undefined {
  const { world, resource, request, rest } = call;
  const [first = '', ...below] = rest;
  switch (`${request.method} ${first.toLowerCase()}`) {
    case 'POST getauthtoken':
      return below.length === 0 ? authToken(resource, world) : undefined;
    case 'POST listsecrets':
      return below.length === 0 ? secretValues(resource) : undefined;
    case 'POST listcustomhostnameanalysis':
      return below.length === 0 ? analyseHostName(call) : undefined;
    case 'GET revisions':
      return readRevisions(call, below);
    case 'POST revisions':
      return changeRevision(call, below);
    default:
      return undefined;
  }
}

/** With `?customHostname=`; without it there is nothing to look at. */
function analyseHostName({ world, resource, request }: SubRequest): ArmReply {
  const name = [...request.query].find(([key]) => key.toLowerCase() === 'customhostname')?.[1] ?? '';
  return ok(hostNameAnalysis(world.cloud(), resource, name));
}

function readRevisions({ world, resource, request }: SubRequest, below: readonly string[]): ArmReply | undefined {
  const [name, replicas, replica] = below;
  const set = revisionsOf(resource, world);
  const domain = domainOf(resource, world);
  const view = (one: RevisionRecord): JsonObject => revisionBody(set, one, resource.id, domain);
  if (name === undefined) {
    const onlyActive = /properties\/active\s+eq\s+true/i.test(request.query.get('$filter') ?? '');
    const all = set.records.map(view);
    return ok({ value: onlyActive ? all.filter(({ properties }) => (properties as JsonObject).active === true) : all });
  }
  const record = set.records.find((one) => one.name === name);
  if (!record) return undefined;
  if (replicas === undefined) return ok(view(record));
  if (replicas.toLowerCase() !== 'replicas') return undefined;
  const stream = eventStreamEndpoint('containerApps', resource.id, String(resource.body.location ?? ''));
  const bodies = replicaBodies(set, record, resource.id, stream);
  if (replica === undefined) return ok({ value: bodies });
  const found = bodies.find((one) => one.name === replica);
  return found && ok(found);
}

/** Activation and restart start the containers anew. */
function changeRevision({ world, resource }: SubRequest, [name, action = '']: readonly string[]): ArmReply | undefined {
  const state = appState(resource, world);
  const index = state.revisions.findIndex((one) => one.name === name);
  const record = state.revisions[index];
  if (!record) return undefined;
  const begunAt = new Date(world.now()).toISOString();
  const startedAt = new Date(world.now() + world.duration(world.varied(REVISION_START_SECONDS))).toISOString();
  const { mounted: _, ...anew } = record;
  const changed: Readonly<Record<string, RevisionRecord>> = {
    activate: { ...anew, active: true, begunAt, startedAt },
    deactivate: { ...anew, active: false },
    restart: { ...anew, begunAt, startedAt },
  };
  const next = changed[action.toLowerCase()];
  if (!next) return undefined;
  keepAppLog(resource, world);
  state.revisions[index] = next;
  keep(resource, state);
  return { status: 200 };
}

function keep(resource: StoredResource, state: AppState): void {
  resource.extra = { ...resource.extra, app: state as unknown as JsonObject };
}
