import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { schemaProblem, setOutputs } from '../arm/lifecycle.ts';
import { type ArmReply, objectBody, ok, refused } from '../arm/message.ts';
import { operationHeaders, startOperation } from '../arm/operations.ts';
import type { ResourceType, SubRequest } from '../arm/resource-type.ts';
import {
  APP_CREATE_SECONDS,
  APP_UPDATE_SECONDS,
  type AppState,
  appView,
  appWriteProblem,
  eventStreamEndpoint,
  identityView,
  revisionSet,
  writeApp,
} from '../container-apps/app.ts';
import { environmentOutputs } from '../container-apps/environment.ts';
import { executionBody, executionReplicaBody, type JobState } from '../container-apps/execution.ts';
import {
  JOB_WRITE_SECONDS,
  jobView,
  jobWriteFailure,
  jobWriteProblem,
  startJob,
  stopExecution,
} from '../container-apps/job.ts';
import { logToken } from '../container-apps/log-stream.ts';
import { replicaBodies, revisionBody } from '../container-apps/revision-view.ts';
import { refuse } from '../refusal.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { displayName } from './regions.ts';

const apiVersions = ['2026-01-01', '2025-07-01', '2025-01-01', '2024-10-02-preview'];

export const managedEnvironment: ResourceType = {
  type: 'Microsoft.App/managedEnvironments',
  apiVersions,
  name: /^(?=.{2,60}$)[a-z](?:[a-z0-9]|-(?!-))*[a-z0-9]$/,
  nameError: 'ManagedEnvironmentInvalidName',
  listed: true,
  style: 'status',
  // Recorded: workspace, registry, identity, role and environment together 64 to 73 s.
  seconds: { create: 60, update: 20, delete: 60 },
  busyCode: 'ManagedEnvironmentOperationInProgress',
  immutable: ['properties.vnetConfiguration', 'properties.zoneRedundant'],
  writeOnly: ['properties.appLogsConfiguration.logAnalyticsConfiguration.sharedKey'],
  apply({ resource, before, id, body }) {
    if (!before) setOutputs(resource, environmentOutputs(id, String(body.location ?? '')));
    return undefined;
  },
  view: ({ body }) => ({ location: displayName(String(body.location ?? '')) }),
  checkDelete: ({ id }, world) => {
    const used = [
      ...world.resourcesOfType('Microsoft.App/containerApps'),
      ...world.resourcesOfType('Microsoft.App/jobs'),
    ].some(({ body }) =>
      JSON.stringify(body.properties ?? {})
        .toLowerCase()
        .includes(`"${id.toLowerCase()}"`),
    );
    return used
      ? refuse(409, 'ManagedEnvironmentNotEmpty', 'The environment still has container apps or jobs.')
      : undefined;
  },
  handle({ request, rest, world }) {
    if (request.method !== 'POST' || rest[0]?.toLowerCase() !== 'checknameavailability') return undefined;
    const { name, type } = objectBody(request.body) ?? {};
    const taken = world.resourcesOfType(String(type)).some((one) => one.name === name);
    return ok(
      taken
        ? { nameAvailable: false, reason: 'AlreadyExists', message: 'The name is taken.' }
        : { nameAvailable: true },
    );
  },
};

export const containerApp: ResourceType = {
  type: 'Microsoft.App/containerApps',
  apiVersions,
  // Its own rule answers with its own code, below.
  name: /^.+$/,
  listed: true,
  style: 'status',
  seconds: { create: APP_CREATE_SECONDS, update: APP_UPDATE_SECONDS, delete: 20 },
  busyCode: 'ContainerAppOperationInProgress',
  immutable: ['properties.environmentId'],
  writeOnly: [],
  check: ({ world, id, body, before }) => appWriteProblem(world.cloud(), id, body, appState(before)),
  apply({ world, resource, id, body, endsAt }) {
    const state = appState(resource);
    const failure = writeApp(world.cloud(), id, body, state, endsAt);
    resource.extra = { ...resource.extra, app: state as unknown as JsonObject };
    return failure;
  },
  view: (resource, world) =>
    workloadView(resource, world, appView(world.cloud(), resource.id, resource.body, appState(resource))),
  handle: (call) => handleApp(call),
};

export const job: ResourceType = {
  type: 'Microsoft.App/jobs',
  apiVersions,
  name: /^.+$/,
  listed: true,
  style: 'status',
  seconds: { create: JOB_WRITE_SECONDS, update: JOB_WRITE_SECONDS, delete: 10 },
  busyCode: 'ContainerAppsJobOperationInProgress',
  immutable: ['properties.environmentId', 'properties.configuration.triggerType'],
  check: ({ world, id, body }) => jobWriteProblem(world.cloud(), id, body),
  apply({ world, resource, id, body }) {
    resource.extra = { ...resource.extra, job: jobState(resource) as unknown as JsonObject };
    return jobWriteFailure(world.cloud(), id, body);
  },
  view: (resource, world) => workloadView(resource, world, jobView(resource.body, resource.id)),
  handle: (call) => handleJob(call),
};

/** Properties are what the service answers, not what was sent; the location comes back as its display name. */
function workloadView({ id, body }: StoredResource, world: World, properties: JsonObject): JsonObject {
  return {
    id: id.replace('/providers/Microsoft.App/containerApps/', '/providers/Microsoft.App/containerapps/'),
    location: displayName(String(body.location ?? '')),
    identity: identityView(world.cloud(), body),
    properties,
  };
}

function handleApp({ world, resource, request, rest }: SubRequest): ArmReply | undefined {
  const [first = '', name = '', action = ''] = rest;
  const state = appState(resource);
  const set = revisionSet(world.cloud(), resource.body, state);
  const stream = eventStreamEndpoint('containerApps', resource.id, String(resource.body.location ?? ''));
  const domain = domainOf(resource, world);
  const record = state.revisions.find((one) => one.name === name);
  const shown = set.records.filter(({ provisionedAt }) => Date.parse(provisionedAt) <= world.now());
  switch (`${request.method} ${first.toLowerCase()}${name ? '/' : ''}${action.toLowerCase()}`) {
    case 'POST getauthtoken':
      return authToken(resource, world);
    case 'GET revisions':
      return ok({ value: shown.map((one) => revisionBody(set, one, resource.id, domain)) });
    case 'GET revisions/':
      return record && shown.includes(record) ? ok(revisionBody(set, record, resource.id, domain)) : undefined;
    case 'GET revisions/replicas':
      return record ? ok({ value: replicaBodies(set, record, resource.id, stream) }) : undefined;
    case 'POST revisions/activate':
    case 'POST revisions/deactivate':
    case 'POST revisions/restart':
      if (!record) return undefined;
      if (action.toLowerCase() !== 'restart') {
        state.revisions = state.revisions.map((one) =>
          one === record ? { ...one, active: action.toLowerCase() === 'activate' } : one,
        );
        resource.extra = { ...resource.extra, app: state as unknown as JsonObject };
      }
      return { status: 200 };
    default:
      return undefined;
  }
}

function handleJob({ world, resource, request, rest }: SubRequest): ArmReply | undefined {
  const [first = '', name = '', action = ''] = rest;
  const state = jobState(resource);
  const execution = state.executions.find((one) => one.name === name);
  const keep = (): void => {
    resource.extra = { ...resource.extra, job: state as unknown as JsonObject };
  };
  switch (`${request.method} ${first.toLowerCase()}${name ? '/' : ''}${action.toLowerCase()}`) {
    case 'POST getauthtoken':
      return authToken(resource, world);
    case 'POST start': {
      const override = objectBody(request.body);
      const wrong = schemaProblem({ type: 'Microsoft.App/jobs/start' }, override ?? {});
      if (wrong) return refused(wrong);
      const started = startJob(world.cloud(), resource.id, resource.body, state, override, undefined);
      if ('refused' in started) return refused(started.refused);
      keep();
      const result = { id: `${resource.id}/executions/${started.execution.name}`, name: started.execution.name };
      const location = String(resource.body.location ?? '').toLowerCase();
      const operation = startOperation(
        world,
        { kind: 'action', resourceId: resource.id, type: resource.type, location, apiVersion: '2026-01-01' },
        2,
        undefined,
      );
      operation.result = result;
      const headers = operationHeaders(world, request, operation);
      delete headers['azure-asyncoperation'];
      return { status: 202, headers, body: result, operation: operation.id };
    }
    case 'POST stop/':
      if (!stopExecution(state, name, world.now())) return undefined;
      keep();
      return { status: 202 };
    case 'GET executions':
      return ok({ value: state.executions.map((one) => executionBody(one, resource.id, world.now())).toReversed() });
    case 'GET executions/':
      return execution ? ok(executionBody(execution, resource.id, world.now())) : undefined;
    case 'GET executions/replicas': {
      const stream = eventStreamEndpoint('jobs', resource.id, String(resource.body.location ?? ''));
      return execution ? ok({ value: [executionReplicaBody(execution, resource.id, stream, world.now())] }) : undefined;
    }
    default:
      return undefined;
  }
}

function authToken(resource: StoredResource, world: World): ArmReply {
  const expires = new Date(world.now() + 3_600_000).toISOString();
  return ok({
    id: resource.id,
    name: resource.name,
    location: String(resource.body.location ?? ''),
    properties: { token: logToken(resource.id, world.state.signingKey), expires },
  });
}

export function appState(resource: StoredResource | undefined): AppState {
  const kept = resource?.extra.app as unknown as AppState | undefined;
  return { revisions: [...(kept?.revisions ?? [])] };
}

export function jobState(resource: StoredResource): JobState {
  const kept = resource.extra.job as unknown as JobState | undefined;
  return { executions: [...(kept?.executions ?? [])] };
}

export function domainOf({ body }: StoredResource, world: World): string {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const environment = world.resource(String(properties.environmentId ?? properties.managedEnvironmentId ?? ''));
  const outputs = isJsonObject(environment?.body.properties) ? environment.body.properties : {};
  return String(outputs.defaultDomain ?? '');
}
