import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Clock, systemClock } from '../shared/clock.ts';
import { answerAppHost } from './app-service/front.ts';
import { askedThroughArm } from './app-service/host-runtime.ts';
import { createHostedApps, refreshAll } from './app-service/hosted-apps.ts';
import type { FunctionsHosting } from './app-service/hosting.ts';
import { siteAt } from './app-service/site-state.ts';
import { NO_SURROUNDINGS, openSurroundings } from './app-service/surroundings.ts';
import type { Behaviour } from './behaviour.ts';
import { answerControl, behave, type SimulatorConnection, writeDns } from './control.ts';
import { createWorld } from './create-world.ts';
import type { followDnsOrders } from './dns/orders.ts';
import { startDnsServer } from './dns/server.ts';
import { createDeliveries } from './event-grid/deliveries.ts';
import { bendOperation } from './faults/bend-operation.ts';
import { sendUnfinished } from './faults/unfinished-answer.ts';
import { createFaultPlan, type Fault, type FaultRule, faultReply } from './faults.ts';
import { answerHost } from './hosts.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import { outages } from './outages.ts';
import { type AppNotes, createRequestLog, type LoggedRequest, type TrafficNote } from './request-log.ts';
import {
  type CloudState,
  type CloudStore,
  copyCloudStore,
  openCloudStore,
  type StoredOperation,
  type StoredResource,
} from './store.ts';
import { type Authority, createAuthority } from './tls/authority.ts';
import { allTraffic, trafficNote } from './traffic-note.ts';
import { certifiedName } from './types/domains/custom-host.ts';
import { type SpokenLines, speak } from './workload-logs/spoken-lines.ts';
import type { World } from './world.ts';

export interface SimulatorOptions {
  /** Everything is kept in this file; absent: in memory. */
  readonly stateFile?: string;
  readonly requestLogFile?: string;
  readonly profile: 'instant' | 'realistic';
  /** How much faster than Azure the realistic profile is. */
  readonly speed?: number;
  readonly port?: number;
  /** Whose certificates it shows; absent: one is made. */
  readonly authority?: Promise<Authority>;
  readonly clock?: Clock;
  readonly faults?: readonly FaultRule[];
  /** What runs function apps; without one none starts. */
  readonly hosting?: FunctionsHosting;
}

/** A server that speaks the protocols of Azure, for one tenant with one subscription. */
export interface Simulator extends SimulatorConnection {
  readonly port: number;
  /** Takes a connection of this process, on which HTTP is spoken without TLS. */
  accept(connection: Duplex): void;
  requests(): readonly LoggedRequest[];
  operations(): readonly StoredOperation[];
  state(): CloudState;
  /** Who has traffic now, of every app. */
  traffic(): readonly TrafficNote[];
  /** Changes the cloud behind the back of whoever deployed it. */
  change(edit: (state: CloudState) => void): void;
  addFault(rule: FaultRule): void;
  clearFaults(): void;
  /** Requests that wait for an answer which a fault holds back. */
  unfinished(): number;
  /** How many requests a fault has hit. */
  faultsMet(): number;
  /** Writes records of the public DNS, or takes them away. */
  writeDns(orders: Parameters<typeof followDnsOrders>[1]): void;
  /** Has a running container of an app write lines to its console. */
  speak(spoken: SpokenLines): void;
  /** Images with this digest fail their probes from now on. */
  makeUnhealthy(digest: string): void;
  /** Replaces what is given: unhealthy images, builds and jobs that fail next. */
  behave(changes: Partial<Behaviour>): void;
  /**
   * Starts another one in memory, as this one is by now, of the same tenant, and with the requests that this one had; faults stay here.
   * A simulator that was closed can be copied, too.
   */
  copy(clock?: Clock): Promise<Simulator>;
  /** Resolves when all that has changed is in its file, also what no request has asked for. */
  save(): Promise<void>;
  close(): Promise<void>;
}

export function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  return serveCloud(options, openCloudStore(options.stateFile));
}

/** @param earlier requests that the cloud had from another simulator */
async function serveCloud(
  options: SimulatorOptions,
  store: CloudStore,
  earlier?: readonly LoggedRequest[],
): Promise<Simulator> {
  const { clock = systemClock, profile, speed = 60 } = options;
  const world = createWorld(store, { profile, speed }, clock);
  const log = createRequestLog(options.requestLogFile, store.state, undefined, earlier);
  const faults = createFaultPlan(options.faults ?? []);
  const { state } = store;
  const [authority] = await Promise.all([options.authority ?? createAuthority(), store.save()]);
  const dns = await startDnsServer(world);
  const { tenantId, subscriptionId, clientId, clientSecret } = state;
  const connection: SimulatorConnection = {
    dnsServer: `127.0.0.1:${dns.port}`,
    caCertificate: authority.certificate,
    tenantId,
    subscriptionId,
    clientId,
    clientSecret,
  };

  /** One after the other: what a request reads and writes belongs together. */
  let turn: Promise<void> = Promise.resolve();
  let unfinished = 0;

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isAppHost(message)) return serveApp(message, response);
    const request = await readRequest(message);
    const control = await answerControl(request, { world, faults, log: log.requests, connection });
    if (control) return send(response, request, control);
    const fault = faults.next(request);
    const served = turn.then(async () => {
      store.nextTurn();
      const answered = await answerWithFault(world, request, fault);
      // In the order of the effects, whichever answer goes out first.
      log.add(request, answered, new Date(world.now()).toISOString(), appNotes(world, request, answered));
      return answered;
    });
    turn = served.then(
      () => undefined,
      () => undefined,
    );
    const answer = await served;
    // As an app's own requests it is outside the order of the others.
    const reply = answer?.handOn
      ? { ...answer, ...(await askedThroughArm(world, apps, request, answer.handOn)) }
      : answer;
    // Who only looks may have seen what others are still waiting for.
    await (changesSomething(request) ? store.save() : store.written());
    if (!reply && fault?.kind !== 'silence') return void message.socket.destroy();
    if (!reply || fault?.kind === 'half' || fault?.kind === 'trickle') {
      unfinished += 1;
      response.once('close', () => {
        unfinished -= 1;
      });
      if (reply) sendUnfinished(response, request, reply, fault?.kind === 'trickle');
      return;
    }
    send(response, request, fault?.kind === 'truncate' ? truncated(reply) : reply);
  }

  /** Requests of apps are not in the order of the others: an app asks the cloud while it answers. */
  async function serveApp(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = requestOf(message, Buffer.alloc(0));
    const status = await answerAppHost(world, apps, siteAt(world, request.host), message, response);
    log.add(request, { status, headers: {} }, new Date(world.now()).toISOString());
  }

  const handle = (message: IncomingMessage, response: ServerResponse): void => {
    serve(message, response).catch((error: unknown) => {
      // A bug of the simulator must not look like an answer of Azure's.
      response
        .writeHead(599, { 'content-type': 'text/plain' })
        .end(error instanceof Error ? error.stack : String(error));
    });
  };
  const server = createServer(
    {
      SNICallback(host, callback) {
        authority.contextFor(certifiedName(world, host)).then(
          (context) => callback(null, context),
          (error: Error) => callback(error),
        );
      },
    },
    handle,
  );
  const plainServer = createPlainServer(handle);
  // Below TLS: the server itself counts a connection only when it has said hello, and would wait for it for ever.
  const sockets = new Set<Duplex>();
  let isClosing = false;
  for (const one of [server, plainServer]) {
    one.on('connection', (socket: Duplex) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      if (isClosing) socket.destroy();
    });
    // Node's five seconds would cut off a client that uses its connection again in the same moment.
    one.keepAliveTimeout = 0;
  }
  await listening(server, options.port ?? 0, () => dns.close());
  const { port } = server.address() as AddressInfo;
  const surroundings = options.hosting
    ? await openSurroundings(world, { port, caCertificate: authority.certificate })
    : NO_SURROUNDINGS;
  const apps = createHostedApps(world, {
    hosting: options.hosting,
    folder: options.stateFile && `${options.stateFile}.apps`,
    ...surroundings,
  });
  world.listeners.appChanged = (siteId) => apps.refresh(siteId);
  const deliveries = createDeliveries(world, apps);
  world.listeners.faultOfWrite = (path) => faults.next({ method: 'PUT', host: 'management.azure.com', path });
  world.listeners.blobCreated = (event) => deliveries.publish(event);
  world.listeners.subscriptionBegun = (id, operation) => deliveries.validate(id, operation);
  refreshAll(world, apps);
  return {
    port,
    ...connection,
    accept: (incoming) => void plainServer.emit('connection', incoming),
    requests: () => log.requests,
    operations: () => Object.values(state.operations),
    state: () => state,
    traffic: () => allTraffic(world),
    change(edit) {
      edit(state);
      world.index.rebuild();
      store.changedThroughout();
      void store.save();
    },
    addFault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    unfinished: () => unfinished,
    faultsMet: () => faults.met,
    writeDns: (orders) => void writeDns(world, orders),
    speak(spoken) {
      const problem = speak(world, spoken);
      if (problem !== undefined) throw new Error(problem);
      void store.save();
    },
    makeUnhealthy: (digest) => void behave(world, { unhealthyDigests: [...state.behaviour.unhealthyDigests, digest] }),
    behave: (changes) => void behave(world, changes),
    copy: (ofClock = clock) =>
      serveCloud({ profile, speed, clock: ofClock }, copyCloudStore(store), structuredClone(log.requests)),
    save: () => store.save(),
    async close() {
      await deliveries.close();
      await apps.close();
      const closed = new Promise<void>((resolve) => {
        isClosing = true;
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      await Promise.all([closed, surroundings.close(), dns.close()]);
      // Requests that were read already have their effect, and their line in the log.
      await turn;
      await store.close();
    },
  };
}

/** @param abandon what to do when the port cannot be had */
async function listening(server: Server, port: number, abandon: () => Promise<void>): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  } catch (error) {
    await abandon();
    throw error;
  }
}

async function answerWithFault(
  world: World,
  request: HttpRequest,
  fault: Fault | undefined,
): Promise<HttpReply | undefined> {
  const isUnanswered = fault?.kind === 'reset' || fault?.kind === 'silence';
  if (isUnanswered && !fault.afterEffect) return undefined;
  if (fault?.kind === 'status' && !fault.afterEffect) return faultReply(fault);
  // Looked at before: some deletions are over when they are answered.
  const present = fault?.kind === 'comesBack' ? world.resource(request.path) : undefined;
  const reply = await answerHost(world, request);
  const operation = reply.operation === undefined ? undefined : world.state.operations[reply.operation];
  if (operation && fault)
    bendOperation(operation, fault, present && (JSON.parse(JSON.stringify(present)) as StoredResource));
  if (isUnanswered) return undefined;
  return fault?.kind === 'status'
    ? { ...faultReply(fault), ...(reply.operation && { operation: reply.operation }) }
    : reply;
}

function appNotes(world: World, request: HttpRequest, reply: HttpReply | undefined): AppNotes {
  const traffic = trafficNote(world, request, reply);
  const found = world.state.behaviour.tellsOutages ? outages(world) : [];
  return { ...(traffic && { traffic }), ...(found.length > 0 && { outages: found }) };
}

function changesSomething({ method, path }: HttpRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && !/listkeys$/i.test(path);
}

async function readRequest(message: IncomingMessage): Promise<HttpRequest> {
  return requestOf(message, await buffer(message));
}

function requestOf(message: IncomingMessage, body: Buffer): HttpRequest {
  const authority = (message.headers.host ?? 'localhost').toLowerCase();
  const url = new URL(message.url ?? '/', 'https://host');
  return {
    method: message.method ?? 'GET',
    authority,
    host: authority.replace(/:\d+$/, ''),
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: message.headers,
    body,
  };
}

/** Of function apps themselves, not of the sites where their code is published. */
function isAppHost({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  return host.endsWith('.azurewebsites.net') && !host.includes('.scm.');
}

/** Ends too early, and says so: whoever is told of more bytes than come would wait for them. */
function truncated({ headers, body = '', follow: _, ...reply }: HttpReply): HttpReply {
  const { 'content-length': _length, ...others } = headers;
  return { ...reply, headers: others, body: String(body).slice(0, 20) };
}

function send(response: ServerResponse, request: HttpRequest, { status, headers, body, follow }: HttpReply): void {
  response.writeHead(status, headers);
  if (!follow) return void response.end(request.method === 'HEAD' ? undefined : body);
  response.write(body ?? '');
  const stop = follow(
    (text) => response.write(text),
    () => response.end(),
  );
  response.once('close', stop);
}
