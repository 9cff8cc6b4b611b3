import { describe, expect, it } from 'vitest';
import { operationsOf } from '../../../bench/runs/operations.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import {
  appBody,
  buildImage,
  container,
  createSurroundings,
  type Surroundings,
} from '../../helpers/simulated-application.ts';
import { type ManualClock, manualClock } from '../../helpers/simulated-clock.ts';

const DOCKERFILE = 'FROM alpine\nCOPY main.py /\nEXPOSE 8080\n';
const APP = 'providers/Microsoft.App/containerApps/api';
const OLD = 'api--one';
const NEW = 'api--two';

interface Release {
  readonly clients: SimulatedClients;
  readonly around: Surroundings;
  /** The app in multiple mode; `suffix` one runs app:v1, two app:v2. */
  body(suffix: 'one' | 'two', traffic: JsonObject[]): JsonObject;
  put(suffix: 'one' | 'two', traffic: JsonObject[]): Promise<JsonObject>;
  revision(name: string): Promise<JsonObject>;
  ask(host: string, path?: string): Promise<readonly [status: number, revision: string | undefined]>;
}

/** An app in multiple mode whose revision `one` has all traffic, and an image of the given source for the next. */
async function release(source: string, clock?: ManualClock): Promise<Release> {
  const clients = await simulatedClients(clock ? { profile: 'realistic', speed: 1, clock } : {});
  const around = await createSurroundings(clients);
  clock?.advance(600);
  await buildImage(clients, around.registry, 'app:v1', { Dockerfile: DOCKERFILE, 'main.py': 'print()' });
  await buildImage(clients, around.registry, 'app:v2', { Dockerfile: DOCKERFILE, 'main.py': source });
  clock?.advance(200);
  const body: Release['body'] = (suffix, traffic) =>
    appBody(around, {
      configuration: { activeRevisionsMode: 'Multiple', ingress: { external: true, targetPort: 8080, traffic } },
      template: {
        revisionSuffix: suffix,
        scale: { minReplicas: 1 },
        containers: [container(`crdemo.azurecr.io/app:${suffix === 'one' ? 'v1' : 'v2'}`)],
      },
    });
  const put: Release['put'] = (suffix, traffic) => clients.create(APP, body(suffix, traffic), '2026-01-01');
  await put('one', only(OLD));
  clock?.advance(100);
  return {
    clients,
    around,
    body,
    put,
    revision: async (name) => (await clients.arm('GET', `${APP}/revisions/${name}`)).body.properties as JsonObject,
    async ask(host, path = '/health') {
      const { status, headers } = await clients.send('GET', `https://${host}.${around.domain}${path}`);
      return [status, headers['x-simulator-revision']] as const;
    },
  };
}

function only(revisionName: string): JsonObject[] {
  return [{ revisionName, weight: 100 }];
}

describe('a new image that is made sick by its source', () => {
  it.each([
    ['probes', 'Unhealthy', 'Degraded', 504],
    ['crash', 'Unhealthy', 'Failed', 504],
    ['http-500', 'Unhealthy', 'Degraded', 504],
    ['never-ready', 'None', 'Processing', 504],
    ['not-listening', 'Unhealthy', 'Degraded', 504],
    ['errors', 'Healthy', 'Running', 500],
  ])('%s makes its revision %s and %s, and its address answer %i', async (kind, healthState, runningState, status) => {
    const { put, revision, ask } = await release(`print(2) # simulator:unhealthy=${kind}`);
    await put('two', only(OLD));
    expect(await revision(NEW)).toMatchObject({ healthState, runningState, active: true, trafficWeight: 0 });
    expect([await ask(NEW), await ask('api')]).toEqual([
      [status, NEW],
      [200, OLD],
    ]);
  });

  it('says why in its replicas, its console and the system log of the app', async () => {
    const { clients, put } = await release('print(2) # simulator:unhealthy=crash');
    await put('two', only(OLD));
    const client = clients.containerApps();
    const { value } = await client.containerAppsRevisionReplicas.listReplicas('rg-demo', 'api', NEW);
    expect(value).toMatchObject([{ runningState: 'NotRunning', containers: [{ ready: false, restartCount: 5 }] }]);
    const { token = '' } = await client.containerApps.getAuthToken('rg-demo', 'api');
    const console = await clients.send('GET', value[0]?.containers?.[0]?.logStreamEndpoint ?? '', { token });
    expect(console.text).toContain('exited with code 1');
    const app = await client.containerApps.get('rg-demo', 'api');
    const system = await clients.send('GET', `${app.eventStreamEndpoint}?tailLines=300`, { token });
    const events = system.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject);
    expect(events[0]).toMatchObject({ Reason: 'ConnectedToEventsServer' });
    expect(events.filter(({ RevisionName }) => RevisionName === NEW).at(-1)).toMatchObject({
      Reason: 'ContainerBackOff',
    });
    expect((await clients.send('GET', app.eventStreamEndpoint ?? '')).status).toBe(401);
  });

  it('can also be told by app or revision while it runs, and told to recover', async () => {
    const { clients, revision, ask } = await release('print(2)');
    const control = `https://localhost:${clients.simulator.port}/_simulator/behaviour`;
    await clients.send('POST', control, { body: { unhealthy: { [OLD]: 'errors' } } });
    expect(await ask('api')).toEqual([500, OLD]);
    await clients.send('POST', control, { body: { unhealthy: { api: 'crash' } } });
    expect(await revision(OLD)).toMatchObject({ healthState: 'Unhealthy' });
    const refused = await clients.send('POST', control, { body: { unhealthy: { api: 'ill' } } });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('never-ready')]);
    expect((await clients.send('POST', control, { body: { unhealthyApps: [] } })).status).toBe(400);
    await clients.send('POST', control, { body: { unhealthy: {} } });
    expect(await ask('api')).toEqual([200, OLD]);
  });
});

describe('traffic', () => {
  it('moves when the operation ends, not when it is accepted', async () => {
    const clock = manualClock();
    const { clients, body, put, ask } = await release('print(2)', clock);
    await put('two', only(OLD));
    clock.advance(60);
    const accepted = await clients.arm('PUT', APP, body('two', only(NEW)));
    expect(await ask('api')).toEqual([200, OLD]);
    await clients.finish(accepted);
    expect(await ask('api')).toEqual([200, NEW]);
  });

  it('stays when the operation fails, and moves with the next one that does not', async () => {
    const { clients, body, put, ask } = await release('print(2)');
    await put('two', only(OLD));
    clients.simulator.addFault({
      match: { method: 'PUT', path: 'containerApps/api$' },
      nth: 1,
      fault: { kind: 'failOperation', code: 'ContainerAppOperationError', message: 'told to' },
    });
    await expect(put('two', only(NEW))).rejects.toThrow('told to');
    expect([await ask('api'), clients.simulator.traffic()]).toMatchObject([[200, OLD], [{ weights: { [OLD]: 100 } }]]);
    await clients.finish(await clients.arm('PATCH', APP, { properties: body('two', only(NEW)).properties ?? null }));
    expect(await ask('api')).toEqual([200, NEW]);
  });

  it('is split as told, and the log tells who had it after every request about the app', async () => {
    const { clients, put, ask } = await release('print(2)');
    await put('two', [
      { revisionName: OLD, weight: 70 },
      { revisionName: NEW, weight: 30 },
    ]);
    const served: (string | undefined)[] = [];
    for (let n = 0; n < 10; n += 1) served.push((await ask('api'))[1]);
    expect(served.filter((name) => name === NEW)).toHaveLength(3);
    await put('two', only(NEW));
    const weights = clients.simulator
      .requests()
      .flatMap(({ traffic }) => (traffic ? [JSON.stringify(traffic.weights)] : []))
      .filter((text, index, all) => text !== all[index - 1]);
    expect(weights.slice(-3)).toEqual(['{"api--one":100}', '{"api--one":70,"api--two":30}', '{"api--two":100}']);
    expect(clients.simulator.requests().filter(({ revision }) => revision === NEW).length).toBe(3);
  });

  it('may be given to an inactive revision, as on Azure, and then reaches nothing', async () => {
    const { clients, put, ask } = await release('print(2)');
    await put('two', only(NEW));
    await clients.arm('POST', `${APP}/revisions/${OLD}/deactivate`);
    await put('two', only(OLD));
    expect(await ask('api')).toEqual([503, OLD]);
    await clients.arm('POST', `${APP}/revisions/${OLD}/activate`);
    expect(await ask('api')).toEqual([200, OLD]);
  });
});

describe('a revision that is activated again', () => {
  it('starts from then on, and not from when it was made', async () => {
    const clock = manualClock();
    const { clients, put } = await release('print(2)', clock);
    await put('two', only(NEW));
    await clients.arm('POST', `${APP}/revisions/${OLD}/deactivate`);
    clock.advance(1000);
    const activatedAt = clock.now().toISOString();
    await clients.arm('POST', `${APP}/revisions/${OLD}/activate`);
    const starts = operationsOf(clients.simulator.state(), 1).filter(({ kind }) => kind === 'start');
    expect(starts.map(({ seconds }) => seconds)).toEqual([5, 5]);
    expect(starts[0]?.startedAt).toBe(activatedAt);
  });
});

describe('what is told to vary', () => {
  it('takes a fifth longer or shorter at most, and not the same time twice', async () => {
    const { clients, put } = await release('print(2)', manualClock());
    clients.simulator.behave({ variation: 0.2 });
    for (let time = 0; time < 10; time += 1) await put('two', only(time % 2 === 0 ? NEW : OLD));
    const writes = Object.values(clients.simulator.state().operations)
      .filter(({ kind, type }) => kind === 'update' && type === 'Microsoft.App/containerApps')
      .map(({ startedAt, endsAt }) => (Date.parse(endsAt) - Date.parse(startedAt)) / 1000);
    expect(writes).toHaveLength(10);
    expect(new Set(writes).size).toBeGreaterThan(1);
    expect(Math.min(...writes)).toBeGreaterThanOrEqual(14 * 0.8);
    expect(Math.max(...writes)).toBeLessThanOrEqual(14 * 1.2);
  });
});

describe('a revision suffix', () => {
  it('that another template has fails the operation, and leaves revisions and traffic as they were', async () => {
    const { clients, body, put, ask } = await release('print(2)');
    await put('one', only(OLD));
    await put('two', only(NEW));
    const again = await clients.finish(await clients.arm('PUT', APP, body('one', only(OLD))));
    expect(again).toMatchObject({ status: 'Failed', error: { code: 'ContainerAppOperationError' } });
    expect(JSON.stringify(again)).toContain('revision with suffix one already exists');
    expect((await clients.arm('GET', `${APP}/revisions`)).body.value).toHaveLength(2);
    expect(await ask('api')).toEqual([200, NEW]);
  });
});

describe('writes in one environment', () => {
  it('exclude each other only where Azure was told to', async () => {
    const clock = manualClock();
    const { clients, around, body } = await release('print(2)', clock);
    const other = appBody(around);
    await clients.arm('PUT', APP, body('two', only(OLD)));
    clients.simulator.behave({ oneWritePerEnvironment: true });
    const refused = await clients.arm('PUT', 'providers/Microsoft.App/containerApps/web', other);
    expect([refused.status, (refused.body.error as JsonObject).code]).toEqual([
      409,
      'ManagedEnvironmentOperationInProgress',
    ]);
    clients.simulator.behave({ oneWritePerEnvironment: false });
    expect((await clients.arm('PUT', 'providers/Microsoft.App/containerApps/web', other)).status).toBe(201);
  });
});
