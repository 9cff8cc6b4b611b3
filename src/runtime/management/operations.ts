import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Json } from '../../shared/json.ts';
import { hasEndedStatus } from '../durable/instance.ts';
import { type EmbeddedHost, InstanceRunning } from '../host.ts';
import { readBody } from '../http/buffered.ts';
import { type Answer, notFound, refusal } from './answer.ts';
import { instanceUrls } from './durable-client.ts';
import { getInstance } from './instances.ts';

/** A body of this API; messages are small by design. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Characters that Azure Storage refuses in keys, and what marks an entity. */
const FORBIDDEN_ID = /^@|[/\\#?\p{Cc}]/u;
const MAX_ID_LENGTH = 100;

type Simple = 'terminate' | 'suspend' | 'resume';

export interface OperationContext {
  readonly engine: EmbeddedHost;
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  /** Without a trailing slash; answers carry links below it, and no key. */
  readonly baseUrl: string;
}

/** Whether there is such an orchestrator shows in the instance, as on the host. */
export async function startInstance(
  context: OperationContext,
  name: string,
  given: string | undefined,
): Promise<Answer> {
  const { engine, query } = context;
  const instanceId = given ?? randomUUID().replaceAll('-', '');
  if (FORBIDDEN_ID.test(instanceId) || instanceId.length > MAX_ID_LENGTH) {
    return refusal(400, 'An instance id has at most 100 characters, no / \\ # ? and no @ at its start.');
  }
  const text = (await readBody(context.request, MAX_BODY_BYTES)).toString('utf8');
  const input = parse(text);
  if (input === undefined) return refusal(400, 'Invalid JSON content');
  const version = query.get('version');
  try {
    await engine.startNew(name, { instanceId, input, ...(version !== null && { version }) });
  } catch (error) {
    if (error instanceof InstanceRunning) return refusal(409, error.message);
    throw error;
  }
  return await checkStatus(context, instanceId);
}

/** Starts an instance's function again with the input it had. A new id unless `restartWithNewInstanceId=false`. */
export async function restartInstance(context: OperationContext, instanceId: string): Promise<Answer> {
  const { engine, query } = context;
  const status = engine.status(instanceId);
  if (!status) return refusal(400, 'InstanceId does not match a valid orchestration instance.');
  const keepsId = query.get('restartWithNewInstanceId')?.toLowerCase() === 'false';
  const id = keepsId ? instanceId : randomUUID().replaceAll('-', '');
  try {
    await engine.startNew(status.name, { instanceId: id, input: status.input });
  } catch (error) {
    if (error instanceof InstanceRunning) return refusal(409, error.message);
    throw error;
  }
  return await checkStatus(context, id);
}

export async function changeInstance({ engine, query }: OperationContext, id: string, what: Simple): Promise<Answer> {
  const status = engine.status(id);
  if (!status) return notFound;
  if (hasEndedStatus(status.runtimeStatus)) return { status: 410 };
  await engine[what](id, query.get('reason') ?? '');
  return { status: 202 };
}

export async function rewindInstance({ engine, query }: OperationContext, id: string): Promise<Answer> {
  const status = engine.status(id);
  // Plain texts here, which the DurableClient takes as messages of its errors.
  if (!status) return { status: 404, body: `There is no orchestration ${id}.` };
  if (status.runtimeStatus !== 'Failed') {
    return { status: 412, body: `Only failed orchestrations can be rewound; ${id} is ${status.runtimeStatus}.` };
  }
  await engine.rewind(id, query.get('reason') ?? '');
  return { status: 202 };
}

export async function raiseEvent({ engine, request }: OperationContext, id: string, name: string): Promise<Answer> {
  const status = engine.status(id);
  if (!status) return notFound;
  if (hasEndedStatus(status.runtimeStatus)) return { status: 410 };
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refusal(400, 'Only application/json request content is supported');
  const data = parse((await readBody(request, MAX_BODY_BYTES)).toString('utf8'));
  if (data === undefined) return refusal(400, 'Invalid JSON content');
  await engine.raiseEvent(id, name, data);
  return { status: 202 };
}

/** Undefined when it is no JSON; nothing at all is null. */
function parse(text: string): Json | undefined {
  if (text === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The links of a new instance, or its result if the caller waits (`timeout`, in seconds) and it ends in time. */
async function checkStatus({ engine, request, query, baseUrl }: OperationContext, id: string): Promise<Answer> {
  const url = `${baseUrl}/instances/${encodeURIComponent(id)}`;
  const timeoutInSeconds = Number(query.get('timeout') ?? 0);
  if (timeoutInSeconds > 0) {
    const status = await endWithin(engine, id, timeoutInSeconds * 1000, request.socket);
    if (status?.runtimeStatus === 'Completed') return { status: 200, body: status.output };
    if (status) return getInstance(engine, id, url, new URLSearchParams());
  }
  return { status: 202, body: instanceUrls(url, id, ''), headers: { location: url, 'retry-after': '10' } };
}

/** Undefined when the time is over or the client has gone. */
async function endWithin(engine: EmbeddedHost, id: string, timeoutInMs: number, socket: Socket) {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  socket.once('close', leave);
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(timeoutInMs)]);
  try {
    return await engine.completion(id, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    socket.off('close', leave);
  }
}
