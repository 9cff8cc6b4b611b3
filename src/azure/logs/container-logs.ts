import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { withTerms } from '../../outbound/terms.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import type { ArmConnection } from '../arm.ts';
import { logStreamTerms } from '../client-terms.ts';
import { errorOfException } from '../errors.ts';
import type { Arm, ArmResource, RevisionLogs } from '../ports.ts';

/** The replicas of an execution and the token for their logs are in preview versions only, since 2023-11-02-preview. */
const EXECUTION_LOG_VERSION = '2024-10-02-preview';
export const APP_LOG_VERSION = '2026-07-01';
const LOG_LINES = 100;
const LOG_TIMEOUT_IN_MS = 10_000;

/** The last lines of a job execution's console. A log explains a failure; its absence must not hide one. */
export async function readExecutionLog(
  connection: ArmConnection,
  arm: Arm,
  jobId: string,
  execution: string,
): Promise<readonly string[]> {
  return await orEmpty(async () => {
    const replicas = await arm.list(`${jobId}/executions/${execution}/replicas`, EXECUTION_LOG_VERSION);
    const [endpoint] = replicas.flatMap(logEndpoints);
    const token = await logToken(arm, jobId, EXECUTION_LOG_VERSION);
    return await readStream(connection, endpoint, token);
  });
}

/**
 * What the platform said of a revision, and what its containers wrote; the addresses and the token are those that
 * `az containerapp logs show` uses (`eventStreamEndpoint`, `logStreamEndpoint`, `getAuthToken`).
 */
export async function readRevisionLogs(
  connection: ArmConnection,
  arm: Arm,
  appId: string,
  revision: string,
): Promise<RevisionLogs> {
  const system = await orEmpty(async () => {
    const app = await arm.get(appId, APP_LOG_VERSION);
    const endpoint = app && jsonAt(app, 'properties.eventStreamEndpoint');
    const lines = await readStream(connection, textOf(endpoint), await logToken(arm, appId, APP_LOG_VERSION));
    return lines.flatMap((line) => eventText(line, revision));
  });
  const console = await orEmpty(async () => {
    const replicas = await arm.list(`${appId}/revisions/${revision}/replicas`, APP_LOG_VERSION);
    const [endpoint] = replicas.flatMap(logEndpoints);
    return await readStream(connection, endpoint, await logToken(arm, appId, APP_LOG_VERSION));
  });
  return { system, console };
}

async function orEmpty(read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await read();
  } catch (error) {
    // A bug of ours is still thrown.
    errorOfException(error);
    return [];
  }
}

function logEndpoints(replica: ArmResource): readonly string[] {
  return containersOf(replica).flatMap(({ logStreamEndpoint }) => textOf(logStreamEndpoint) ?? []);
}

export function containersOf({ properties }: ArmResource): readonly JsonObject[] {
  const containers = isJsonObject(properties) && Array.isArray(properties.containers) ? properties.containers : [];
  return containers.filter(isJsonObject);
}

/** A token for the logs of one app or job, for a short time. */
export async function logToken(arm: Arm, id: string, apiVersion: string): Promise<string | undefined> {
  const reply = await arm.post(`${id}/getAuthToken`, apiVersion);
  return reply.kind === 'done' && isJsonObject(reply.body) ? textOf(jsonAt(reply.body, 'properties.token')) : undefined;
}

async function readStream(
  { transport, cloud }: ArmConnection,
  endpoint: string | undefined,
  token: string | undefined,
): Promise<readonly string[]> {
  if (endpoint === undefined || token === undefined) return [];
  const url = new URL(endpoint);
  url.searchParams.set('tailLines', String(LOG_LINES));
  url.searchParams.set('output', 'text');
  const request = createPipelineRequest({ url: url.href, method: 'GET', timeout: LOG_TIMEOUT_IN_MS });
  request.headers.set('authorization', `Bearer ${token}`);
  const { status, bodyAsText } = await withTerms(transport, logStreamTerms(cloud)).sendRequest(request);
  return status === 200 ? (bodyAsText ?? '').split('\n').filter((line) => line !== '') : [];
}

/** The stream of an app's events has one JSON object a line, of all its revisions. */
function eventText(line: string, revision: string): readonly string[] {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    // A truncated last line or the greeting of the stream; neither is about this revision.
    return [];
  }
  if (!isJsonObject(event) || event.RevisionName !== revision) return [];
  return [`${scalarText(event.Reason)}: ${scalarText(event.Msg)}`];
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
