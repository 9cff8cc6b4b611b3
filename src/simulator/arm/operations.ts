import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import type { StoredOperation } from '../store.ts';
import { DEPLOYMENT_TYPE } from '../templates/definition/steps.ts';
import type { World } from '../world.ts';
import { type ArmReply, type ArmRequest, errorOf, ok, refused } from './message.ts';

/** What Azure suggests between looks; the scaled value goes out in milliseconds beside it. */
const POLL_SECONDS = 5;

export function startOperation(
  world: World,
  fields: Pick<StoredOperation, 'kind' | 'resourceId' | 'type' | 'location' | 'apiVersion'>,
  seconds: number,
  failure: Refusal | undefined,
): StoredOperation {
  const now = world.now();
  return world.index.keepOperation({
    ...fields,
    id: randomUUID(),
    startedAt: new Date(now).toISOString(),
    endsAt: new Date(now + world.duration(seconds)).toISOString(),
    ...(failure && { failure }),
  });
}

export function isRunning(world: World, operation: StoredOperation | undefined): boolean {
  return operation !== undefined && !operation.settled && Date.parse(operation.endsAt) > world.now();
}

/** The headers of an accepted write: where its operation is looked at, and when. */
export function operationHeaders(
  world: World,
  request: ArmRequest,
  operation: StoredOperation,
): Record<string, string> {
  const [namespace = ''] = operation.type.split('/');
  const collection = operation.type === 'Microsoft.App/containerApps' ? 'containerapp' : '';
  const place = `/subscriptions/${world.state.subscriptionId}/providers/${namespace}/locations/${operation.location}`;
  // Real addresses carry signed parameters; ours carry marks in their places, so that nobody rewrites the query.
  const query = `api-version=${operation.apiVersion}&t=638000000000000000&c=CERT&s=SIG&h=HASH`;
  const address = (kind: string, extra = ''): string =>
    `${request.origin}${place}/${collection}${kind}/${operation.id}?${query}${extra}`;
  const status = collection ? 'OperationStatuses' : 'operationStatuses';
  const results = collection ? 'OperationResults' : 'operationResults';
  return {
    'azure-asyncoperation': address(status, '&azureAsyncOperation=true'),
    location: address(results),
    ...retryAfter(world, operation),
  };
}

/**
 * Of an operation that Location alone tells, and whose end answers what was made
 * (https://github.com/Azure/azure-rest-api-specs/issues/22897 and the same repository's examples of storage accounts).
 */
export function monitorHeaders(world: World, request: ArmRequest, operation: StoredOperation): Record<string, string> {
  const [namespace = ''] = operation.type.split('/');
  const place = `/subscriptions/${world.state.subscriptionId}/providers/${namespace}/locations/${operation.location}`;
  const location = `${request.origin}${place}/asyncoperations/${operation.id}?monitor=true&api-version=${operation.apiVersion}`;
  return { location, ...retryAfter(world, operation) };
}

function retryAfter(world: World, operation: StoredOperation): Record<string, string> {
  const left = Math.max(0, Date.parse(operation.endsAt) - world.now());
  // Where everything ends at once, what does not was told to last, by a clock that nobody hurries.
  const pause = world.latency.profile === 'instant' ? POLL_SECONDS * 1000 : world.duration(POLL_SECONDS);
  const suggested = operation.retryInMs ?? Math.min(pause, left);
  return { 'retry-after': String(Math.ceil(suggested / 1000)), 'x-ms-retry-after-ms': String(Math.ceil(suggested)) };
}

/** Answers `…/operationStatuses/{id}` and `…/operationResults/{id}`, of any collection name, and `…/asyncoperations/{id}`. */
export function answerOperation(world: World, request: ArmRequest, path: string): ArmReply | undefined {
  const [, kind = '', id = ''] =
    /\/(?:[a-z]*)(operationstatuses|operationresults|asyncoperations)\/([^/]+)$/i.exec(path) ?? [];
  if (kind === '') return undefined;
  const operation = world.state.operations[id];
  if (!operation || operation.vanished)
    return refused({ status: 404, code: 'OperationNotFound', message: 'The operation was not found.' });
  const running = isRunning(world, operation);
  const headers = running ? retryAfter(world, operation) : {};
  const isMonitor = /^async/i.test(kind);
  if (/results$/i.test(kind) || isMonitor) {
    if (running) return { status: 202, headers: { ...headers, location: `${request.origin}${path}?${request.query}` } };
    // A failure comes with 200: https://github.com/Azure/azure-rest-api-specs/issues/18844
    if (operation.failure && isMonitor) return ok({ status: 'Failed', error: errorOf(operation.failure) });
    if (operation.failure) return refused(operation.failure);
    // Recorded: an empty 200, also for deletions.
    return operation.result ? ok(operation.result) : { status: 200 };
  }
  if (operation.type === DEPLOYMENT_TYPE) return { status: 200, headers, body: deploymentStatus(operation, running) };
  const status = running ? 'InProgress' : operation.failure ? 'Failed' : 'Succeeded';
  const body: JsonObject = {
    id: path,
    name: id,
    status,
    startTime: operation.startedAt,
    ...(!running && { endTime: operation.endsAt }),
    ...(!running && operation.failure && { error: errorOf(operation.failure) }),
    ...(!running && operation.result && { properties: operation.result }),
  };
  return { status: 200, headers, body };
}

/** Of deployments of templates the status says no more than that; recorded by Microsoft's clients. */
function deploymentStatus({ failure }: StoredOperation, isUnderWay: boolean): JsonObject {
  if (isUnderWay) return { status: 'Running' };
  if (!failure) return { status: 'Succeeded' };
  return { status: failure.code === 'DeploymentCanceled' ? 'Canceled' : 'Failed', error: errorOf(failure) };
}
