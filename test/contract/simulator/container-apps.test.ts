import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import {
  appBody,
  buildImage,
  container,
  createSurroundings,
  grant,
  SECRETS_OFFICER,
  type Surroundings,
} from '../../helpers/simulated-application.ts';
import { type ManualClock, manualClock } from '../../helpers/simulated-clock.ts';

const FILES = { Dockerfile: 'FROM alpine\nCOPY main.py /\nEXPOSE 8080\n', 'main.py': 'print()' };
const APP = 'providers/Microsoft.App/containerApps/api';

interface Place {
  readonly clients: SimulatedClients;
  readonly around: Surroundings;
  /** GET of the app's address, from the internet. */
  get(host: string, path: string): Promise<number>;
  put(body: JsonObject): Promise<JsonObject>;
}

async function place(clock?: ManualClock): Promise<Place> {
  const clients = await simulatedClients(clock ? { profile: 'realistic', speed: 1, clock } : {});
  const around = await createSurroundings(clients);
  clock?.advance(600);
  await buildImage(clients, around.registry, 'app:v1', FILES);
  clock?.advance(100);
  return {
    clients,
    around,
    get: async (host, path) => (await clients.send('GET', `https://${host}.${around.domain}${path}`)).status,
    put: (body) => clients.create(APP, body, '2026-01-01'),
  };
}

/** Another image, v2, with other content. */
async function buildSecond({ clients, around }: Place, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const run = await buildImage(clients, around.registry, 'app:v2', { ...FILES, 'main.py': 'print(2)', ...files });
  const [image] = (run.properties as JsonObject).outputImages as JsonObject[];
  return String(image?.digest);
}

describe('container apps through the official client', () => {
  it('are created, changed, looked at and deleted', async () => {
    const { clients, around } = await place();
    const client = clients.containerApps();
    const { properties, ...rest } = appBody(around) as { properties: JsonObject; location: string };
    // The typed client wants its models flat.
    const created = await client.containerApps.createOrUpdate('rg-demo', 'api', { ...rest, ...properties } as never);
    expect(created).toMatchObject({
      provisioningState: 'Succeeded',
      latestReadyRevisionName: created.latestRevisionName,
    });
    const revision = await client.containerAppsRevisions.getRevision(
      'rg-demo',
      'api',
      created.latestRevisionName ?? '',
    );
    expect(revision).toMatchObject({
      active: true,
      healthState: 'Healthy',
      runningState: 'Running',
      trafficWeight: 100,
    });
    const replicas = await client.containerAppsRevisionReplicas.listReplicas('rg-demo', 'api', revision.name ?? '');
    expect(replicas.value).toMatchObject([{ runningState: 'Running', containers: [{ ready: true, restartCount: 0 }] }]);
    await client.containerAppsRevisions.restartRevision('rg-demo', 'api', revision.name ?? '');
    const token = await client.containerApps.getAuthToken('rg-demo', 'api');
    // Other replicas have come with the restart.
    const { value: anew } = await client.containerAppsRevisionReplicas.listReplicas(
      'rg-demo',
      'api',
      revision.name ?? '',
    );
    const endpoint = anew[0]?.containers?.[0]?.logStreamEndpoint ?? '';
    const log = await clients.send('GET', `${endpoint}?tailLines=10`, { token: token.token ?? '' });
    expect(log.text).toContain('listening on port 8080');
    expect((await clients.send('GET', endpoint)).status).toBe(401);
    await client.containerApps.delete('rg-demo', 'api');
    await expect(client.containerApps.get('rg-demo', 'api')).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe('the answer of a container app', () => {
  it('is normalised as in the recorded exchange', async () => {
    const { around, put } = await place();
    const app = await put(appBody(around));
    expect(app).toMatchObject({
      id: expect.stringContaining('/providers/Microsoft.App/containerapps/api'),
      type: 'Microsoft.App/containerApps',
      location: 'West Europe',
      identity: { userAssignedIdentities: { [around.identity.replace('resourceGroups', 'resourcegroups')]: {} } },
      properties: {
        runningStatus: 'Running',
        managedEnvironmentId: around.environment,
        configuration: {
          secrets: null,
          dapr: null,
          maxInactiveRevisions: 100,
          ingress: {
            fqdn: `api.${around.domain}`,
            transport: 'Http',
            exposedPort: 0,
            allowInsecure: false,
            customDomains: null,
            traffic: [{ weight: 100, latestRevision: true }],
          },
          registries: [{ server: 'crdemo.azurecr.io', username: '', passwordSecretRef: '' }],
        },
        template: {
          containers: [{ resources: { cpu: 0.5, memory: '1Gi', ephemeralStorage: '2Gi' } }],
          initContainers: null,
          scale: { cooldownPeriod: 300, pollingInterval: 30, rules: null },
        },
      },
    });
  });

  it('never holds a secret, loses those that a PUT leaves out, and is refused when it is put back', async () => {
    const { clients, around, put } = await place();
    const secrets = [{ name: 'a', value: 'hidden' }];
    const app = await put(appBody(around, { configuration: { secrets } }));
    expect(JSON.stringify(app)).not.toContain('hidden');
    const listed = await clients.arm('POST', `${APP}/listSecrets`);
    expect(listed.body.value).toEqual(secrets);
    const back = await clients.arm('PUT', APP, appBody(around, { configuration: { secrets: [{ name: 'a' }] } }));
    expect(back).toMatchObject({ status: 400, body: { error: { code: 'ContainerAppSecretInvalid' } } });
    await put(appBody(around));
    expect((await clients.arm('POST', `${APP}/listSecrets`)).body.value).toEqual([]);
  });
});

describe('the revisions of a container app', () => {
  it('come with a changed template only', async () => {
    const here = await place();
    const { clients, around, put } = here;
    const names = async () =>
      ((await clients.arm('GET', `${APP}/revisions`)).body.value as JsonObject[]).map(({ name }) => name);
    await put(appBody(around));
    await put(appBody(around));
    await put(appBody(around, { configuration: { maxInactiveRevisions: 5 } }));
    expect(await names()).toHaveLength(1);
    await buildSecond(here);
    await put(appBody(around, { template: { containers: [container('crdemo.azurecr.io/app:v2')] } }));
    expect(await names()).toHaveLength(2);
  });

  it('take over in single mode once they are healthy, while the old one answers', async () => {
    const clock = manualClock();
    const here = await place(clock);
    const { around, put, get } = here;
    const first = await put(appBody(around));
    expect(first.properties).toMatchObject({ latestReadyRevisionName: '' });
    expect(await get('api', '/health')).toBe(504);
    clock.advance(10);
    expect(await get('api', '/health')).toBe(200);
    await buildImage(here.clients, around.registry, 'app:v2', { ...FILES, 'main.py': 'print(2)' });
    clock.advance(100);
    const next = appBody(around, { template: { containers: [container('crdemo.azurecr.io/app:v2')] } });
    await here.clients.arm('PUT', APP, next);
    const ready: unknown[] = [];
    for (const seconds of [1, 15, 10]) {
      clock.advance(seconds);
      const { provisioningState, latestRevisionName, latestReadyRevisionName } = (await here.clients.arm('GET', APP))
        .body.properties as JsonObject;
      ready.push([provisioningState, latestReadyRevisionName === latestRevisionName, await get('api', '/health')]);
    }
    expect(ready).toEqual([
      ['Updating', true, 200],
      ['Succeeded', false, 200],
      ['Succeeded', true, 200],
    ]);
  });

  it('leave the old one in place when they never become healthy', async () => {
    const here = await place();
    const { clients, around, put, get } = here;
    const old = (await put(appBody(around))).properties as JsonObject;
    const digest = await buildSecond(here, { 'main.py': 'print(3)' });
    clients.simulator.makeUnhealthy(digest);
    const next = (
      await put(appBody(around, { template: { containers: [container(`crdemo.azurecr.io/app@${digest}`)] } }))
    ).properties as JsonObject;
    expect(next.latestReadyRevisionName).toBe(old.latestRevisionName);
    const revision = (await clients.arm('GET', `${APP}/revisions/${String(next.latestRevisionName)}`)).body;
    expect(revision.properties).toMatchObject({ healthState: 'Unhealthy', runningState: 'Degraded' });
    expect([await get('api', '/health'), await get('api', '/other')]).toEqual([200, 404]);
    const control = `https://localhost:${clients.simulator.port}/_simulator/behaviour`;
    expect((await clients.send('POST', control, { body: { unhealthyDigests: [] } })).status).toBe(200);
    expect((await clients.arm('GET', APP)).body.properties).toMatchObject({
      latestReadyRevisionName: next.latestRevisionName,
    });
  });

  it('are unhealthy when the target port is not the one the image listens on', async () => {
    const { clients, around, put, get } = await place();
    const { latestRevisionName } = (
      await put(appBody(around, { configuration: { ingress: { external: true, targetPort: 3000 } } }))
    ).properties as JsonObject;
    const { properties } = (await clients.arm('GET', `${APP}/revisions/${String(latestRevisionName)}`)).body;
    expect(properties).toMatchObject({
      healthState: 'Unhealthy',
      runningStateDetails: 'The TargetPort 3000 does not match the listening port 8080.',
    });
    expect(await get('api', '/health')).toBe(504);
  });

  it('share traffic as told in multiple mode, each at an address of its own', async () => {
    const here = await place();
    const { clients, around, put, get } = here;
    await buildSecond(here);
    const mode = (traffic: JsonObject[]): JsonObject => ({
      activeRevisionsMode: 'Multiple',
      ingress: { external: true, targetPort: 8080, traffic },
    });
    await put(
      appBody(around, {
        configuration: mode([{ revisionName: 'api--one', weight: 100 }]),
        template: { revisionSuffix: 'one' },
      }),
    );
    const second = (traffic: JsonObject[]) =>
      appBody(around, {
        configuration: mode(traffic),
        template: { revisionSuffix: 'two', containers: [container('crdemo.azurecr.io/app:v2')] },
      });
    await put(
      second([
        { revisionName: 'api--one', weight: 100 },
        { revisionName: 'api--two', weight: 0, label: 'next' },
      ]),
    );
    const weights = async () =>
      ((await clients.arm('GET', `${APP}/revisions`)).body.value as JsonObject[]).map(({ name, properties }) => [
        name,
        (properties as JsonObject).trafficWeight,
      ]);
    expect(await weights()).toEqual([
      ['api--one', 100],
      ['api--two', 0],
    ]);
    expect(
      await Promise.all(['api', 'api--one', 'api--two', 'api---next'].map((host) => get(host, '/health'))),
    ).toEqual([200, 200, 200, 200]);
    await put(second([{ revisionName: 'api--two', weight: 100 }]));
    await clients.arm('POST', `${APP}/revisions/api--one/deactivate`);
    expect(await get('api--one', '/health')).toBe(404);
    expect(await weights()).toEqual([
      ['api--one', 0],
      ['api--two', 100],
    ]);
    await clients.arm('POST', `${APP}/revisions/api--one/activate`);
    expect(await get('api--one', '/health')).toBe(200);
    const unknown = await clients.arm('PUT', APP, second([{ revisionName: 'api--none', weight: 100 }]));
    expect(unknown.status).toBe(400);
  });

  it('do not come from a write whose operation fails', async () => {
    const here = await place();
    const { clients, around, put } = here;
    await put(appBody(around));
    await buildSecond(here);
    const changed = appBody(around, { template: { containers: [container('crdemo.azurecr.io/app:v2')] } });
    clients.simulator.addFault({
      match: { method: 'PUT', path: 'containerApps/api$' },
      nth: 1,
      fault: { kind: 'failOperation', code: 'ContainerAppOperationError', message: 'told to' },
    });
    await expect(put(changed)).rejects.toThrow('told to');
    expect((await clients.arm('GET', `${APP}/revisions`)).body.value).toHaveLength(1);
    await put(changed);
    expect((await clients.arm('GET', `${APP}/revisions`)).body.value).toHaveLength(2);
  });
});

describe('a write to a container app', () => {
  it('is refused while another one is under way', async () => {
    const { clients, around } = await place(manualClock());
    await clients.arm('PUT', APP, appBody(around));
    expect(await clients.arm('PUT', APP, appBody(around))).toMatchObject({
      status: 409,
      body: { error: { code: 'ContainerAppOperationInProgress' } },
    });
  });

  it('fails when its image cannot be pulled, and works once it can', async () => {
    const here = await place();
    const { clients, around, put } = here;
    const body = appBody(around, { template: { containers: [container('crdemo.azurecr.io/app:v2')] } });
    await expect(put(body)).rejects.toThrow('MANIFEST_UNKNOWN');
    expect((await clients.arm('GET', APP)).body.properties).toMatchObject({ provisioningState: 'Failed' });
    await buildSecond(here);
    expect((await put(body)).properties).toMatchObject({ provisioningState: 'Succeeded' });
  });

  it('needs the secrets of the vault to be there and readable', async () => {
    const { clients, around, put } = await place();
    const { simulator } = clients;
    const keyVaultUrl = 'https://kv-demo.vault.azure.net/secrets/db-url';
    const body = appBody(around, {
      configuration: { secrets: [{ name: 'db-url', keyVaultUrl, identity: around.identity }] },
    });
    const refused = await clients.arm('PUT', APP, body);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidParameterValueInContainerTemplate' } },
    });
    expect(refused.text).toContain('Unable to get value using Managed identity');
    await grant(clients, around.vault, SECRETS_OFFICER, simulator.state().deployerId, 9);
    const { token } = await clients.credential.getToken('https://vault.azure.net/.default');
    await clients.send('PUT', `${keyVaultUrl}?api-version=7.5`, { token, body: { value: 'x' } });
    await put(body);
  });

  it('is refused where the schema refuses it', async () => {
    const { clients, around } = await place();
    const body = { ...appBody(around), zones: ['1'] };
    expect(await clients.arm('PUT', APP, body)).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidRequestContent' } },
    });
  });
});

describe('the ingress of an environment', () => {
  it('knows no internal app, no unknown name and no other domain from outside', async () => {
    const { around, put, get } = await place();
    await put(appBody(around, { configuration: { ingress: { external: false, targetPort: 8080 } } }));
    expect(await Promise.all(['api', 'api.internal', 'other'].map((host) => get(host, '/health')))).toEqual([
      404, 404, 404,
    ]);
  });

  it('answers health path, root and documentation of an external app, 404 else', async () => {
    const { around, put, get } = await place();
    await put(appBody(around));
    expect(await Promise.all(['/health', '/', '/api/docs', '/nothing'].map((path) => get('api', path)))).toEqual([
      200, 200, 200, 404,
    ]);
  });
});

describe('an environment', () => {
  it('keeps its domain, tells which names are free, and stays while apps are in it', async () => {
    const { clients, around, put } = await place();
    await clients.create(
      around.environment,
      { location: 'westeurope', tags: { a: 'b' }, properties: {} },
      '2026-01-01',
    );
    const { properties, location } = (await clients.arm('GET', around.environment)).body;
    expect([(properties as JsonObject).defaultDomain, location]).toEqual([around.domain, 'West Europe']);
    await put(appBody(around));
    const check = async (name: string) =>
      (
        await clients.arm('POST', `${around.environment}/checkNameAvailability`, {
          name,
          type: 'Microsoft.App/containerApps',
        })
      ).body.nameAvailable;
    expect([await check('api'), await check('web')]).toEqual([false, true]);
    expect((await clients.arm('DELETE', around.environment)).status).toBe(409);
    await clients.finish(await clients.arm('DELETE', APP));
    await clients.finish(await clients.arm('DELETE', around.environment));
    expect((await clients.arm('GET', around.environment)).status).toBe(404);
  });
});
