import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { sendUnfinished } from '../../../src/simulator/faults/unfinished-answer.ts';
import { createFaultPlan, type Fault, type FaultRule } from '../../../src/simulator/faults.ts';
import type { HttpReply, HttpRequest } from '../../../src/simulator/http.ts';
import { answerBlobs, failure } from './answer-blobs.ts';
import { type Blobs, createBlobs } from './blobs.ts';

/** A request as it came; the path is that of the blob. */
export interface BlobRequest {
  readonly method: string;
  readonly path: string;
}

/** A storage account on this machine that can be told to forget, and to fail. */
export interface BlobService {
  readonly connectionString: string;
  /** Takes a connection of this process. */
  accept(connection: Duplex): void;
  readonly blobs: Blobs;
  requests(): readonly BlobRequest[];
  /** Called after each write, before it is acknowledged. */
  onWrite(call: ((writes: number) => void) | undefined): void;
  /** Matches by method and path; `method` of a list is `LIST`, of an append `APPEND`. */
  addFault(rule: FaultRule): void;
  clearFaults(): void;
  faultsMet(): number;
  /** Requests that wait for an answer which a fault holds back. */
  unfinished(): number;
  close(): Promise<void>;
}

const ACCOUNT = 'forgetful';

export async function startBlobService(): Promise<BlobService> {
  const blobs = createBlobs();
  const faults = createFaultPlan([]);
  const requests: BlobRequest[] = [];
  let unfinished = 0;
  let onWrite: ((writes: number) => void) | undefined;

  function answer(request: HttpRequest): HttpReply {
    const before = blobs.writes.length;
    const reply = answerBlobs(blobs, request.path, request);
    if (blobs.writes.length !== before) onWrite?.(blobs.writes.length);
    return reply;
  }

  function answerWithFault(request: HttpRequest, fault: Fault | undefined): HttpReply | undefined {
    const isUnanswered = fault?.kind === 'reset' || fault?.kind === 'silence';
    if (isUnanswered && !fault.afterEffect) return undefined;
    const told = fault?.kind === 'status' ? failure(fault.status, fault.code ?? 'InternalError') : undefined;
    if (fault?.kind === 'status' && !fault.afterEffect) return told;
    const reply = answer(request);
    return isUnanswered ? undefined : (told ?? reply);
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    const known = { ...request, method: verbOf(request) };
    requests.push({ method: known.method, path: known.path });
    const fault = faults.next(known);
    const reply = answerWithFault(request, fault);
    if (!reply && fault?.kind !== 'silence') return void message.socket.destroy();
    if (!reply || fault?.kind === 'half' || fault?.kind === 'trickle') {
      unfinished += 1;
      response.once('close', () => {
        unfinished -= 1;
      });
      if (reply) sendUnfinished(response, request, reply, fault?.kind === 'trickle');
      return;
    }
    const { status, headers, body } = reply;
    response.writeHead(status, { ...headers, 'x-ms-version': '2026-02-06' });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  const server = createServer((message, response) => {
    serve(message, response).catch((error: unknown) => {
      // A bug of this service must not look like an answer of Azure's.
      response.writeHead(599).end(error instanceof Error ? error.stack : String(error));
    });
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${Buffer.from('a key of nobody').toString('base64')}`,
      `BlobEndpoint=http://127.0.0.1:${port}/${ACCOUNT}`,
    ].join(';'),
    accept: (incoming) => void server.emit('connection', incoming),
    blobs,
    requests: () => requests,
    onWrite(call) {
      onWrite = call;
    },
    addFault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    faultsMet: () => faults.met,
    unfinished: () => unfinished,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function verbOf({ method, path, query }: HttpRequest): string {
  if (path === '') return method === 'GET' ? 'LIST' : 'CREATE';
  return query.get('comp') === 'appendblock' ? 'APPEND' : method;
}

async function readRequest(message: IncomingMessage): Promise<HttpRequest> {
  const url = new URL(message.url ?? '/', 'http://host');
  // Account and container come first.
  const [, , , ...path] = decodeURIComponent(url.pathname).split('/');
  return {
    method: message.method ?? 'GET',
    authority: message.headers.host ?? '',
    host: '127.0.0.1',
    path: path.join('/'),
    query: url.searchParams,
    headers: message.headers,
    body: await buffer(message),
  };
}
