import type { IncomingMessage } from 'node:http';
import { hasEndedStatus } from '../durable/instance.ts';
import type { InstanceQuery, OrchestrationStatus } from '../durable/orchestration-status.ts';
import type { EmbeddedHost } from '../host.ts';
import { type Answer, notFound, refusal } from './answer.ts';
import { historyEvents } from './history-events.ts';

/** Seconds until a client should look again; some would poll in a tight loop. */
const RETRY_AFTER_IN_SECONDS = '5';

const TOKEN = 'x-ms-continuation-token';

/** The host says so where the next page begins. */
function tokenOf(instanceId: string): string {
  return Buffer.from(instanceId).toString('base64');
}

/** One page of instances; the token of the next comes in a header. */
export function listInstances(engine: EmbeddedHost, request: IncomingMessage, query: URLSearchParams): Answer {
  const parsed = parseQuery(query);
  if (typeof parsed === 'string') return refusal(400, parsed);
  const token = request.headers[TOKEN];
  const from = token === undefined ? '' : Buffer.from(String(token), 'base64').toString();
  if (token !== undefined && tokenOf(from) !== token) return refusal(400, 'The continuation token is invalid.');
  const page = engine.query({ ...parsed, from });
  return {
    status: 200,
    body: page.statuses.map((status) => payload(status, isTrue(query, 'showInput'))),
    ...(page.next !== undefined && { headers: { [TOKEN]: tokenOf(page.next) } }),
  };
}

export function getInstance(engine: EmbeddedHost, id: string, url: string, query: URLSearchParams): Answer {
  const status = engine.status(id);
  if (!status) return notFound;
  const shown = payload(status, query.get('showInput')?.toLowerCase() !== 'false');
  const history = isTrue(query, 'showHistory')
    ? { historyEvents: historyEvents(engine.history(id) ?? [], status, isTrue(query, 'showHistoryOutput')) }
    : {};
  const body = { ...shown, ...history };
  if (!hasEndedStatus(status.runtimeStatus)) {
    return { status: 202, body, headers: { location: url, 'retry-after': RETRY_AFTER_IN_SECONDS } };
  }
  const asError = status.runtimeStatus === 'Failed' && isTrue(query, 'returnInternalServerErrorOnFailure');
  return { status: asError ? 500 : 200, body };
}

export async function purgeInstance(engine: EmbeddedHost, id: string): Promise<Answer> {
  const status = engine.status(id);
  if (!status) return notFound;
  if (!hasEndedStatus(status.runtimeStatus)) {
    return refusal(412, `Only ended orchestrations can be purged; ${id} has the status ${status.runtimeStatus}.`);
  }
  await engine.purge(id);
  return { status: 200, body: { instancesDeleted: 1 } };
}

export async function purgeInstances(engine: EmbeddedHost, query: URLSearchParams): Promise<Answer> {
  const parsed = parseQuery(query);
  if (typeof parsed === 'string') return refusal(400, parsed);
  if (!parsed.createdFrom) return refusal(400, "Please provide value for 'createdTimeFrom' parameter.");
  const instancesDeleted = await engine.purgeWhere(parsed);
  return instancesDeleted === 0 ? notFound : { status: 200, body: { instancesDeleted } };
}

function payload(status: OrchestrationStatus, showInput: boolean): Record<string, unknown> {
  return {
    name: status.name,
    ...(status.version !== '' && { version: status.version }),
    instanceId: status.instanceId,
    ...(status.parentInstanceId !== undefined && { parentInstanceId: status.parentInstanceId }),
    runtimeStatus: status.runtimeStatus,
    input: showInput ? status.input : null,
    customStatus: status.customStatus,
    output: status.output,
    createdTime: wholeSeconds(status.createdTime),
    lastUpdatedTime: wholeSeconds(status.lastUpdatedTime),
  };
}

function wholeSeconds(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}

function isTrue(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === 'true';
}

function parseQuery(query: URLSearchParams): InstanceQuery | string {
  const prefix = query.get('instanceIdPrefix');
  const top = query.get('top');
  if (top !== null && !/^[1-9]\d{0,8}$/.test(top)) return 'top must be a positive number.';
  const times = { createdFrom: time(query, 'createdTimeFrom'), createdTo: time(query, 'createdTimeTo') };
  const wrong = Object.values(times).some((value) => value !== undefined && Number.isNaN(value.getTime()));
  if (wrong) return 'createdTimeFrom and createdTimeTo must be times in ISO 8601.';
  const statuses = query.getAll('runtimeStatus').flatMap((value) => value.split(',').filter((one) => one !== ''));
  return {
    ...(prefix !== null && { instanceIdPrefix: prefix }),
    ...(top !== null && { pageSize: Number(top) }),
    ...(times.createdFrom && { createdFrom: times.createdFrom }),
    ...(times.createdTo && { createdTo: times.createdTo }),
    ...(statuses.length > 0 && { runtimeStatus: new Set(statuses) }),
  };
}

function time(query: URLSearchParams, name: string): Date | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : new Date(text);
}
