import { isJsonObject, type Json } from '../shared/json.ts';
import type { ArmAnswer, SendArm } from './arm-request.ts';
import { AzureError, aboutResource, errorOfException, errorOfResponse, retryAfterOf } from './errors.ts';
import type { ArmOperation, ArmProgress, NextLook } from './ports.ts';

/** Polling interval when an answer names none: 10 to 15 seconds are usual on Azure. */
const DEFAULT_POLL_IN_SECONDS = 10;
/** Many operations end within seconds, so young ones are polled more often. */
const SHORT_POLL_IN_SECONDS = 2;
const SHORT_OPERATION_IN_SECONDS = 20;

/** When to poll an operation again: as the answer asks, else by the operation's age. */
export function nextLook({ startedAt }: ArmOperation, { headers }: Pick<ArmAnswer, 'headers'>): NextLook {
  const asked = retryAfterOf(headers);
  if (asked !== undefined) return { retryAfterInSeconds: asked };
  const isYoung = Date.now() - Date.parse(startedAt) < SHORT_OPERATION_IN_SECONDS * 1000;
  return { retryAfterInSeconds: isYoung ? SHORT_POLL_IN_SECONDS : DEFAULT_POLL_IN_SECONDS, isUsual: true };
}

/** The operation that an accepted write started; undefined when the write is complete. */
export function operationOf(
  method: ArmOperation['method'],
  path: string,
  apiVersion: string,
  { status, headers, body }: ArmAnswer,
): ArmOperation | undefined {
  const correlationId = headers['x-ms-correlation-request-id'];
  const start = (mode: ArmOperation['mode'], url: string): ArmOperation => ({
    method,
    path,
    apiVersion,
    mode,
    url,
    startedAt: new Date().toISOString(),
    ...(correlationId && { correlationId }),
  });
  // The order of https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
  const statusUrl = headers['azure-asyncoperation'] ?? headers['operation-location'];
  const resultUrl = status === 202 ? headers.location : undefined;
  // The result of a POST is at its Location only, which also reports the progress.
  if (method === 'POST' && resultUrl) return start('location', resultUrl);
  if (statusUrl) return start('status', statusUrl);
  if (resultUrl) return start('location', resultUrl);
  const isWrite = method === 'PUT' || method === 'PATCH';
  // A 202 with neither address nor body: only the resource itself can be polled.
  if (isWrite && (status === 202 || isUnderWay(stateOf(body)))) return start('resource', path);
  return undefined;
}

/** Polls an operation once. Throws AzureError, with the details Azure gives, when it failed or could not be asked. */
export async function pollOperation(send: SendArm, operation: ArmOperation): Promise<ArmProgress> {
  const isResource = operation.mode === 'resource';
  let answer: ArmAnswer;
  try {
    answer = await send('GET', operation.url, isResource ? { apiVersion: operation.apiVersion } : {});
  } catch (error) {
    // A status that no longer exists says nothing about the operation; the resource does.
    if (isResource || errorOfException(error).statusCode !== 404) throw error;
    return await readResource(send, operation);
  }
  switch (operation.mode) {
    case 'status':
      return await byStatus(send, operation, answer);
    case 'location':
      return answer.status === 202 ? running(operation, answer) : await byResult(send, operation, answer);
    case 'resource':
      return byState(operation, answer);
  }
}

async function byStatus(send: SendArm, operation: ArmOperation, answer: ArmAnswer): Promise<ArmProgress> {
  const body = isJsonObject(answer.body) ? answer.body : {};
  const status = typeof body.status === 'string' ? body.status : stateOf(answer.body);
  if (isUnderWay(status) || (status === undefined && answer.status === 202)) return running(operation, answer);
  if (isFailed(status)) throw failed(operation, answer, status);
  const { properties } = body;
  return await finish(send, operation, properties ?? answer.body);
}

/** What was made, or with a status of success, too, why it was not: https://github.com/Azure/azure-rest-api-specs/issues/18844 */
async function byResult(send: SendArm, operation: ArmOperation, answer: ArmAnswer): Promise<ArmProgress> {
  const status = isJsonObject(answer.body) ? answer.body.status : undefined;
  if (typeof status === 'string' && isFailed(status)) throw failed(operation, answer, status);
  return await finish(send, operation, answer.body);
}

function byState(operation: ArmOperation, answer: ArmAnswer): ArmProgress {
  const state = stateOf(answer.body);
  if (isUnderWay(state)) return running(operation, answer);
  if (isFailed(state)) throw failed(operation, answer, state);
  return { kind: 'succeeded', body: answer.body };
}

/** The resource itself is the result of a write; of a POST or DELETE it is what the operation answered. */
async function finish(send: SendArm, operation: ArmOperation, result: Json): Promise<ArmProgress> {
  if (operation.method === 'POST' || operation.method === 'DELETE') return { kind: 'succeeded', body: result };
  try {
    const { body } = await send('GET', operation.path, { apiVersion: operation.apiVersion });
    return { kind: 'succeeded', body };
  } catch (error) {
    // Another replica of the service may not know a new resource yet; the operation's time limit ends this.
    if (errorOfException(error).statusCode !== 404) throw error;
    return { kind: 'running', retryAfterInSeconds: SHORT_POLL_IN_SECONDS, isUsual: true };
  }
}

async function readResource(send: SendArm, operation: ArmOperation): Promise<ArmProgress> {
  if (operation.method === 'POST') throw vanished(operation);
  let answer: ArmAnswer;
  try {
    answer = await send('GET', operation.path, { apiVersion: operation.apiVersion });
  } catch (error) {
    if (operation.method !== 'DELETE' || errorOfException(error).statusCode !== 404) throw error;
    return { kind: 'succeeded', body: null };
  }
  const progress = byState(operation, answer);
  // A resource that still exists and is not being changed was not deleted.
  if (operation.method === 'DELETE' && progress.kind === 'succeeded') throw vanished(operation);
  return progress;
}

function vanished({ path, correlationId }: ArmOperation): AzureError {
  const error = new AzureError({
    code: 'OperationVanished',
    message: 'Azure no longer knows the operation, so its result is not known',
    correlationId,
  });
  return aboutResource(error, path);
}

function running(operation: ArmOperation, answer: ArmAnswer): ArmProgress {
  return { kind: 'running', ...nextLook(operation, answer) };
}

function failed(operation: ArmOperation, { headers, body }: ArmAnswer, status: string | undefined): AzureError {
  // The poll itself answered 200; the failure belongs to the request that started the operation.
  const error = errorOfResponse(200, headers, body);
  const hasCode = error.code !== 'Http200';
  const failure = new AzureError({
    code: hasCode ? error.code : `Operation${status ?? 'Failed'}`,
    message: hasCode ? error.message : `the operation ended as ${status ?? 'failed'} without a message`,
    correlationId: operation.correlationId ?? error.correlationId,
    requestId: error.requestId,
    target: error.target,
    codes: error.codes,
  });
  return aboutResource(failure, operation.path);
}

function stateOf(body: Json): string | undefined {
  const properties = isJsonObject(body) ? body.properties : undefined;
  const state = isJsonObject(properties) ? properties.provisioningState : undefined;
  return typeof state === 'string' ? state : undefined;
}

/** Also UpgradeFailed and the like, which are as final. */
function isFailed(status: string | undefined): boolean {
  return /failed$|^cancell?ed$/i.test(status ?? '');
}

/** Every other state than the three final ones: Creating, InProgress, Running, Updating, Waiting… */
function isUnderWay(status: string | undefined): boolean {
  return status !== undefined && !/^succeeded$/i.test(status) && !isFailed(status);
}
