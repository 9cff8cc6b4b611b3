import type { JsonObject } from '../../shared/json.ts';
import { type ArmReply, apiVersionOf, objectBody, ok, refused } from '../arm/message.ts';
import { operationHeaders, startOperation } from '../arm/operations.ts';
import type { ResourceType, SubRequest } from '../arm/resource-type.ts';
import { schemaProblem } from '../arm/write-rules.ts';
import { takeJobOutcome } from '../behaviour.ts';
import { APP_API_VERSIONS } from '../container-apps/api-versions.ts';
import { eventStreamEndpoint } from '../container-apps/app.ts';
import { regionName } from '../container-apps/environment.ts';
import { executionBody, executionReplicaBody, type JobState } from '../container-apps/execution.ts';
import {
  JOB_WRITE_SECONDS,
  jobView,
  jobWriteFailure,
  jobWriteProblem,
  startJob,
  stopExecution,
} from '../container-apps/job.ts';
import { executionLog } from '../container-apps/logs/execution-log.ts';
import type { StoredResource } from '../store.ts';
import { keepLog } from '../workload-logs/kept-log.ts';
import { authToken, environmentBusyProblem, secretValues, workloadView } from './workload.ts';

/** From the call until the execution has its name, in seconds of the real Azure. */
const START_SECONDS = 2;

export const job: ResourceType = {
  type: 'Microsoft.App/jobs',
  apiVersions: APP_API_VERSIONS,
  // Its own rule answers with its own code.
  name: /^.+$/,
  listed: true,
  style: 'status',
  seconds: { create: JOB_WRITE_SECONDS, update: JOB_WRITE_SECONDS, delete: 10 },
  busyCode: 'ContainerAppsJobOperationInProgress',
  immutable: ['properties.environmentId', 'properties.configuration.triggerType'],
  check: (write) => environmentBusyProblem(write) ?? jobWriteProblem(write.world.cloud(), write.id, write.body),
  apply: ({ world, id, body }) => jobWriteFailure(world.cloud(), id, body),
  view: (resource, world) => workloadView(resource, world, jobView(world.cloud(), resource.body, resource.id)),
  // What its executions wrote stays written.
  remove: (resource, world) =>
    keepLog(
      world,
      resource,
      jobState(resource).executions.flatMap((execution) => executionLog(execution, world.now())),
    ),
  handle: (call) => handleJob(call),
};

export function jobState({ extra }: StoredResource): JobState {
  const kept = extra.job as unknown as JobState | undefined;
  return { executions: [...(kept?.executions ?? [])] };
}

function handleJob(call: SubRequest): ArmReply | undefined {
  const { world, resource, request, rest } = call;
  const [first = '', ...below] = rest;
  switch (`${request.method} ${first.toLowerCase()}`) {
    case 'POST getauthtoken':
      return below.length === 0 ? authToken(resource, world) : undefined;
    case 'POST listsecrets':
      return below.length === 0 ? secretValues(resource) : undefined;
    case 'POST start':
      return below.length === 0 ? start(call) : undefined;
    case 'POST stop':
      return below.length === 0
        ? stop(
            call,
            jobState(resource).executions.map(({ name }) => name),
          )
        : undefined;
    case 'POST executions':
      return below[1]?.toLowerCase() === 'stop' && below.length === 2 ? stop(call, below.slice(0, 1)) : undefined;
    case 'GET executions':
      return readExecutions(call, below);
    default:
      return undefined;
  }
}

/** A new execution with each call; the answer names it at once, and so does the end of its operation (by Location). */
function start({ world, resource, request }: SubRequest): ArmReply {
  const override = objectBody(request.body);
  const wrong = schemaProblem({ type: 'Microsoft.App/jobs/start' }, override ?? {});
  if (wrong) return refused(wrong);
  const state = jobState(resource);
  const started = startJob(world.cloud(), resource.id, resource.body, state, override, (images) =>
    takeJobOutcome(world.state.behaviour, resource.name, images),
  );
  if ('refused' in started) return refused(started.refused);
  keep(resource, state);
  const location = regionName(String(resource.body.location ?? ''));
  const operation = startOperation(
    world,
    { kind: 'action', resourceId: resource.id, type: resource.type, location, apiVersion: apiVersionOf(request) },
    START_SECONDS,
    undefined,
  );
  const { name } = started.execution;
  operation.result = { id: `${resource.id}/executions/${name}`, name };
  const { 'azure-asyncoperation': _, ...headers } = operationHeaders(world, request, operation);
  return { status: 202, headers, body: operation.result, operation: operation.id };
}

function stop({ world, resource }: SubRequest, names: readonly string[]): ArmReply | undefined {
  const state = jobState(resource);
  const known = names.every((name) => stopExecution(state, name, world.now()));
  if (!known) return undefined;
  keep(resource, state);
  return { status: 200 };
}

function readExecutions({ world, resource, request }: SubRequest, below: readonly string[]): ArmReply | undefined {
  const [name, replicas] = below;
  const now = world.now();
  const { executions } = jobState(resource);
  if (name === undefined) {
    return ok({ value: executions.map((one) => executionBody(one, resource.id, now)).toReversed() });
  }
  const execution = executions.find((one) => one.name === name);
  if (!execution) return undefined;
  if (replicas === undefined) return ok(executionBody(execution, resource.id, now));
  // Replicas of executions are in preview versions only; the Azure CLI finds the log through them.
  if (replicas.toLowerCase() !== 'replicas' || !apiVersionOf(request).endsWith('-preview')) return undefined;
  const stream = eventStreamEndpoint('jobs', resource.id, String(resource.body.location ?? ''));
  return ok({ value: [executionReplicaBody(execution, resource.id, stream, now)] });
}

function keep(resource: StoredResource, state: JobState): void {
  resource.extra = { ...resource.extra, job: state as unknown as JsonObject };
}
