import { type Behaviour, behaviourProblem } from './behaviour.ts';
import { dnsOrderProblem, followDnsOrders } from './dns/orders.ts';
import type { Assertion } from './entra/federation.ts';
import { foreignAssertion } from './entra.ts';
import type { FaultPlan, FaultRule } from './faults.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import type { LoggedRequest } from './request-log.ts';
import { allTraffic } from './traffic-note.ts';
import { retireRevisions } from './types/container-app.ts';
import { type SpokenLines, speak } from './workload-logs/spoken-lines.ts';
import type { World } from './world.ts';

/** What clients must know to speak to it, besides its port. */
export interface SimulatorConnection {
  /** Where a name server of the public DNS listens, by UDP and TCP: `127.0.0.1:53`. */
  readonly dnsServer: string;
  /** PEM; what clients must trust. */
  readonly caCertificate: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** `https://localhost:PORT/_simulator/…`: what tests and people ask the simulator itself. */
export async function answerControl(
  { host, method, path, body }: HttpRequest,
  {
    world,
    faults,
    log,
    connection,
  }: {
    world: World;
    faults: FaultPlan;
    log: readonly LoggedRequest[];
    connection: SimulatorConnection;
  },
): Promise<HttpReply | undefined> {
  if (host !== 'localhost' && host !== '127.0.0.1') return undefined;
  switch (`${method} ${path}`) {
    case 'GET /_simulator/requests':
      return json(log);
    case 'GET /_simulator/operations':
      return json(Object.values(world.state.operations));
    case 'GET /_simulator/state':
      return json(world.state);
    case 'GET /_simulator/traffic':
      return json(allTraffic(world));
    case 'POST /_simulator/faults':
      faults.add(JSON.parse(body.toString('utf8')) as FaultRule);
      return json({});
    case 'POST /_simulator/behaviour':
      return await changeBehaviour(world, JSON.parse(body.toString('utf8')) as Partial<Behaviour>);
    case 'POST /_simulator/assertions':
      return json({ assertion: foreignAssertion(world, JSON.parse(body.toString('utf8')) as Assertion) });
    case 'POST /_simulator/logs':
      return await writeLines(world, JSON.parse(body.toString('utf8')) as SpokenLines);
    case 'POST /_simulator/dns':
      return await changeDns(world, JSON.parse(body.toString('utf8')));
    case 'GET /_simulator/connection':
      return json(connection);
    case 'DELETE /_simulator/faults':
      faults.clear();
      return json({});
    default:
      return undefined;
  }
}

export function behave(world: World, changes: Partial<Behaviour>): Promise<void> {
  // What gave way before stays away, whatever becomes of its successor from now on.
  retireRevisions(world);
  Object.assign(world.state.behaviour, changes);
  return world.store.save();
}

export function writeDns(world: World, orders: Parameters<typeof followDnsOrders>[1]): Promise<void> {
  followDnsOrders(world.state.dns, orders);
  return world.store.save();
}

async function writeLines(world: World, spoken: SpokenLines): Promise<HttpReply> {
  const problem = speak(world, spoken);
  if (problem !== undefined) return { status: 400, headers: { 'content-type': 'text/plain' }, body: problem };
  await world.store.save();
  return json({});
}

async function changeDns(world: World, orders: unknown): Promise<HttpReply> {
  const problem = dnsOrderProblem(orders);
  if (problem !== undefined) return { status: 400, headers: { 'content-type': 'text/plain' }, body: problem };
  await writeDns(world, orders as Parameters<typeof followDnsOrders>[1]);
  return json(world.state.dns);
}

async function changeBehaviour(world: World, changes: Partial<Behaviour>): Promise<HttpReply> {
  const problem = behaviourProblem(changes);
  if (problem !== undefined) return { status: 400, headers: { 'content-type': 'text/plain' }, body: problem };
  await behave(world, changes);
  return json(world.state.behaviour);
}

function json(value: unknown): HttpReply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
