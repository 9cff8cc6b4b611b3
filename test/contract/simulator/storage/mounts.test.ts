import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import type { Answer, SimulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { account, accountPath, PREMIUM_FILES, STORAGE, withStorage } from '../../../helpers/cloud/storage.ts';
import { appBody, buildImage, createSurroundings, type Surroundings } from '../../../helpers/simulated-application.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const APP = 'providers/Microsoft.App/containerApps/api';
const JOB = 'providers/Microsoft.App/jobs/work';
const VERSION = '2026-01-01';
const ACCOUNT = accountPath('files');
const SHARE = `${ACCOUNT}/fileServices/default/shares/data`;

const outcome = ({ status, body }: Answer) => jsonAt(body, 'error.code') ?? status;

interface Scene {
  readonly clients: SimulatedClients;
  readonly around: Surroundings;
  storage(name: string): string;
  key(): Promise<string>;
}

/** An environment, an image, and an account with a share. */
async function scene(options: Parameters<typeof withStorage>[0] = {}): Promise<Scene> {
  const clients = await withStorage(options);
  const around = await createSurroundings(clients);
  options.clock?.advance(120);
  await buildImage(clients, around.registry, 'app:v1', { Dockerfile: 'FROM alpine\nCOPY a /\n', a: '' });
  options.clock?.advance(600);
  await clients.create(ACCOUNT, account(), STORAGE);
  await clients.create(SHARE, {}, STORAGE);
  return {
    clients,
    around,
    storage: (name) => `${around.environment}/storages/${name}`,
    async key() {
      const { body } = await clients.arm('POST', `${ACCOUNT}/listKeys`, undefined, STORAGE);
      return String(jsonAt((body.keys as JsonObject[])[0] ?? {}, 'value'));
    },
  };
}

function smb(accountKey: string, changes: JsonObject = {}): JsonObject {
  const azureFile = { accountName: 'files', accountKey, shareName: 'data', accessMode: 'ReadWrite', ...changes };
  return { properties: { azureFile } };
}

function nfs(changes: JsonObject = {}): JsonObject {
  const server = 'files.file.core.windows.net';
  return { properties: { nfsAzureFile: { server, shareName: '/files/data', accessMode: 'ReadWrite', ...changes } } };
}

function withVolume({ around }: Scene, storageName: string, storageType = 'AzureFile', name = 'data'): JsonObject {
  const body = appBody(around, { template: { volumes: [{ name, storageType, storageName }] } });
  const [container] = jsonAt(body, 'properties.template.containers') as JsonObject[];
  if (container) container.volumeMounts = [{ volumeName: name, mountPath: '/data' }];
  return body;
}

async function deploy({ clients }: Scene, body: JsonObject): Promise<JsonObject> {
  const answer = await clients.arm('PUT', APP, body, VERSION);
  expect(answer.status, answer.text).toBeLessThan(300);
  expect((await clients.finish(answer)).status).not.toBe('Failed');
  return await newest(clients);
}

async function newest({ arm }: SimulatedClients): Promise<JsonObject> {
  const { body } = await arm('GET', `${APP}/revisions`, undefined, VERSION);
  return (body.value as JsonObject[]).at(-1) ?? {};
}

async function events({ arm, send }: SimulatedClients, path: string): Promise<readonly JsonObject[]> {
  const { properties } = (await arm('GET', path, undefined, VERSION)).body as { properties: JsonObject };
  const token = jsonAt((await arm('POST', `${path}/getAuthToken`, undefined, VERSION)).body, 'properties.token');
  const { text } = await send('GET', String(properties.eventStreamEndpoint), { token: String(token) });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject);
}

const healthy = { properties: { healthState: 'Healthy', runningState: 'Running' } };
const unhealthy = {
  properties: {
    healthState: 'Unhealthy',
    runningStateDetails: 'Deployment Progress Deadline Exceeded. 0/1 replicas ready.',
  },
};

describe('a storage of an environment', () => {
  it('is answered without its key, is listed, and goes', async () => {
    const { clients, storage } = await scene();
    const { arm } = clients;
    const made = await arm('PUT', storage('data'), smb('secret-key'), VERSION);
    expect(made.status).toBe(200);
    const { body, text } = await arm('GET', storage('data'), undefined, VERSION);
    expect(body).toMatchObject({
      name: 'data',
      type: 'Microsoft.App/managedEnvironments/storages',
      properties: { azureFile: { accountName: 'files', shareName: 'data', accessMode: 'ReadWrite' } },
    });
    expect(`${text}${made.text}`).not.toContain('secret-key');
    const list = await arm('GET', storage('x').replace(/\/x$/, ''), undefined, VERSION);
    expect((list.body.value as JsonObject[]).map(({ name }) => name)).toEqual(['data']);
    // What was answered cannot be put back: its key is missing.
    expect(outcome(await arm('PUT', storage('data'), body, VERSION))).toBe('ManagedEnvironmentStorageInvalid');
    expect((await arm('DELETE', storage('data'), undefined, VERSION)).status).toBe(200);
    expect((await arm('DELETE', storage('data'), undefined, VERSION)).status).toBe(204);
  });

  it.each<[string, JsonObject, string, string]>([
    ['nothing', { properties: {} }, VERSION, 'ManagedEnvironmentStorageInvalid'],
    ['no key', smb(''), VERSION, 'ManagedEnvironmentStorageInvalid'],
    ['no share', smb('k', { shareName: '' }), VERSION, 'ManagedEnvironmentStorageInvalid'],
    [
      'both kinds',
      { properties: { ...jsonObject(smb('k')), ...jsonObject(nfs()) } },
      VERSION,
      'ManagedEnvironmentStorageInvalid',
    ],
    ['a share without its account', nfs({ shareName: 'data' }), VERSION, 'ManagedEnvironmentStorageInvalid'],
    ['NFS in a version that has none', nfs(), '2024-03-01', 'InvalidRequestContent'],
    ['another mode', smb('k', { accessMode: 'Write' }), VERSION, 'InvalidRequestContent'],
    [
      'a key in a vault that cannot be read',
      smb('', {
        accountKeyVaultProperties: { identity: 'x', keyVaultUrl: 'https://kv-demo.vault.azure.net/secrets/k' },
      }),
      VERSION,
      'ManagedEnvironmentStorageInvalid',
    ],
  ])('is refused with %s', async (_, body, version, code) => {
    const { clients, storage } = await scene();
    expect(outcome(await clients.arm('PUT', storage('data'), body, version))).toBe(code);
  });

  it.each(['Data', '1data', 'my--data', 'data-', 'x'.repeat(33)])('is not called %s', async (name) => {
    const { clients, storage } = await scene();
    const answer = await clients.arm('PUT', storage(name), smb('k'), VERSION);
    expect(outcome(answer)).toBe('ManagedEnvironmentStorageInvalidName');
  });

  it('cannot be deleted while an app or a job mounts it', async () => {
    const here = await scene();
    const { clients, storage } = here;
    await clients.arm('PUT', storage('data'), smb(await here.key()), VERSION);
    await deploy(here, withVolume(here, 'data'));
    const refused = await clients.arm('DELETE', storage('data'), undefined, VERSION);
    expect([refused.status, outcome(refused)]).toEqual([409, 'ManagedEnvironmentStorageInUse']);
    expect(refused.text).toContain("Cannot delete Managed environment storage 'data' because it's still in use.");
    await clients.finish(await clients.arm('DELETE', APP, undefined, VERSION));
    expect((await clients.arm('DELETE', storage('data'), undefined, VERSION)).status).toBe(200);
  });
});

function jsonObject({ properties }: JsonObject): JsonObject {
  return properties as JsonObject;
}

describe('an app with a share', () => {
  it('is refused where the environment has no such storage, or one of the other kind', async () => {
    const here = await scene();
    const { clients, storage } = here;
    const put = async (body: JsonObject) => outcome(await clients.arm('PUT', APP, body, VERSION));
    expect(await put(withVolume(here, 'data'))).toBe('ManagedEnvironmentStorageNotFound');
    await clients.arm('PUT', storage('data'), smb(await here.key()), VERSION);
    expect(await put(withVolume(here, 'data', 'NfsAzureFile'))).toBe('InvalidParameterValueInContainerTemplate');
  });

  it('is healthy with its key, and stays so when the key is renewed, but a new replica does not start', async () => {
    const here = await scene();
    const { clients, storage } = here;
    const { arm } = clients;
    await arm('PUT', storage('data'), smb(await here.key()), VERSION);
    expect(await deploy(here, withVolume(here, 'data'))).toMatchObject(healthy);
    await arm('POST', `${ACCOUNT}/regenerateKey`, { keyName: 'key1' }, STORAGE);
    const running = await newest(clients);
    expect(running).toMatchObject(healthy);
    await arm('POST', `${APP}/revisions/${String(running.name)}/restart`, undefined, VERSION);
    expect(await newest(clients)).toMatchObject(unhealthy);
    // The node goes on trying.
    await arm('PUT', storage('data'), smb(await here.key()), VERSION);
    expect(await newest(clients)).toMatchObject(healthy);
  });

  it('has its key from the vault, as it is there when a replica starts', async () => {
    const here = await scene();
    const { clients, around, storage } = here;
    const workloadProfiles = [{ name: 'Consumption', workloadProfileType: 'Consumption' }];
    const identity = { type: 'UserAssigned', userAssignedIdentities: { [around.identity]: {} } };
    const environment = { location: 'westeurope', identity, properties: { workloadProfiles } };
    await clients.create(around.environment, environment, VERSION);
    const keep = (value: string): void =>
      clients.simulator.change(({ secrets }) => {
        const attributes = { enabled: true, created: 0, updated: 0 };
        const version = { version: '0'.repeat(32), value, tags: {}, attributes };
        secrets[around.vault.toLowerCase()] = { 'files-key': { name: 'files-key', versions: [version] } };
      });
    const keyVaultUrl = 'https://kv-demo.vault.azure.net/secrets/files-key';
    const put = async (name: string) => {
      const accountKeyVaultProperties = {
        identity: around.identity,
        keyVaultUrl: keyVaultUrl.replace('files-key', name),
      };
      const azureFile = { accountName: 'files', shareName: 'data', accessMode: 'ReadWrite', accountKeyVaultProperties };
      return outcome(await clients.arm('PUT', storage('data'), { properties: { azureFile } }, VERSION));
    };
    keep('d3Jvbmc=');
    expect(await put('other-key')).toBe('ManagedEnvironmentStorageInvalid');
    expect(await put('files-key')).toBe(200);
    expect(await deploy(here, withVolume(here, 'data'))).toMatchObject(unhealthy);
    keep(await here.key());
    expect(await newest(clients)).toMatchObject(healthy);
  });

  it.each<[string, (here: Scene) => Promise<unknown>, string]>([
    [
      'the key is wrong',
      ({ clients, storage }) => clients.arm('PUT', storage('data'), smb('d3Jvbmc='), VERSION),
      'mount error(13): Permission denied',
    ],
    [
      'keys are not allowed',
      ({ clients }) => clients.arm('PATCH', ACCOUNT, { properties: { allowSharedKeyAccess: false } }, STORAGE),
      'mount error(13): Permission denied',
    ],
    [
      'its firewall knows nobody',
      ({ clients }) =>
        clients.arm('PATCH', ACCOUNT, { properties: { networkAcls: { defaultAction: 'Deny' } } }, STORAGE),
      'mount error(13): Permission denied',
    ],
    [
      'the share is gone',
      ({ clients }) => clients.arm('DELETE', SHARE, undefined, STORAGE),
      'mount error(2): No such file or directory',
    ],
    [
      'the account is gone',
      ({ clients }) => clients.arm('DELETE', ACCOUNT, undefined, STORAGE),
      'could not resolve address for files.file.core.windows.net',
    ],
  ])('never gets ready where %s, and its system log says why', async (_, spoil, words) => {
    const here = await scene();
    const { clients, storage } = here;
    await clients.arm('PUT', storage('data'), smb(await here.key()), VERSION);
    await spoil(here);
    expect(await deploy(here, withVolume(here, 'data'))).toMatchObject(unhealthy);
    const last = (await events(clients, APP)).at(-1);
    expect(last).toMatchObject({ Type: 'Warning', Reason: 'VolumeMountFailure' });
    expect(String(last?.Msg)).toContain('MountVolume.SetUp failed for volume "data"');
    expect(String(last?.Msg)).toContain(words);
  });

  it('waits until the deadline before it counts as failed', async () => {
    const clock = manualClock();
    const here = await scene({ profile: 'realistic', speed: 1, clock });
    const { clients, storage } = here;
    await clients.arm('PUT', storage('data'), smb('d3Jvbmc='), VERSION);
    await deploy(here, withVolume(here, 'data'));
    clock.advance(300);
    expect(await newest(clients)).toMatchObject({ properties: { healthState: 'None', runningState: 'Processing' } });
    clock.advance(400);
    expect(await newest(clients)).toMatchObject(unhealthy);
  });
});

describe('a share over NFS', () => {
  it('is mounted by no environment without a network of its own', async () => {
    const here = await scene();
    const { clients, storage } = here;
    await clients.arm('DELETE', ACCOUNT, undefined, STORAGE);
    await clients.create(
      ACCOUNT,
      account({ ...PREMIUM_FILES, properties: { supportsHttpsTrafficOnly: false } }),
      STORAGE,
    );
    await clients.create(SHARE, { properties: { enabledProtocols: 'NFS', shareQuota: 100 } }, STORAGE);
    expect((await clients.arm('PUT', storage('data'), nfs(), VERSION)).status).toBe(200);
    expect(await deploy(here, withVolume(here, 'data', 'NfsAzureFile'))).toMatchObject(unhealthy);
    const last = (await events(clients, APP)).at(-1);
    expect(String(last?.Msg)).toContain(
      'mount.nfs: access denied by server while mounting files.file.core.windows.net:/files/data',
    );
  });
});

describe('a job with a share', () => {
  it('is refused where there is no such storage, and runs out of its time where it cannot mount it', async () => {
    const here = await scene();
    const { clients, around, storage } = here;
    const { arm } = clients;
    const { identity, properties } = withVolume(here, 'data') as { identity: JsonObject; properties: JsonObject };
    const { containers, volumes } = properties.template as { containers: JsonObject[]; volumes: JsonObject[] };
    const template = { containers: containers.map(({ probes: _, ...rest }) => rest), volumes };
    const configuration = {
      triggerType: 'Manual',
      replicaTimeout: 60,
      registries: [{ server: 'crdemo.azurecr.io', identity: around.identity }],
    };
    const body = {
      location: 'westeurope',
      identity,
      properties: { environmentId: around.environment, configuration, template },
    };
    expect(outcome(await arm('PUT', JOB, body, VERSION))).toBe('ManagedEnvironmentStorageNotFound');
    await arm('PUT', storage('data'), smb(await here.key()), VERSION);
    await clients.create(JOB, body, VERSION);
    const run = async () => {
      const { name } = (await arm('POST', `${JOB}/start`, {}, VERSION)).body;
      return (await arm('GET', `${JOB}/executions/${String(name)}`, undefined, VERSION)).body.properties;
    };
    expect(await run()).toMatchObject({ status: 'Succeeded' });
    await arm('DELETE', SHARE, undefined, STORAGE);
    // Nothing hurries what waits.
    expect(await run()).toMatchObject({ status: 'Running' });
    expect((await events(clients, JOB)).at(-1)).toMatchObject({
      JobName: 'work',
      Reason: 'VolumeMountFailure',
      Msg: expect.stringContaining('mount error(2): No such file or directory'),
    });
  });
});
