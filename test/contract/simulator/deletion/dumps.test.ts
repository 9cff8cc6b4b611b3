import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { grant } from '../../../helpers/simulated-application.ts';
import { type ManualClock, manualClock } from '../../../helpers/simulated-clock.ts';

const ACCOUNT = 'providers/Microsoft.Storage/storageAccounts/dumpsaccount';
const CONTAINER = `${ACCOUNT}/blobServices/default/containers/dumps`;
const STORAGE = '2023-05-01';
const BLOB_CONTRIBUTOR = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo';
const JOB = 'providers/Microsoft.App/jobs/dump';
const PREVIEW = '2023-11-02-preview';
const location = 'westeurope';

const outcome = ({ status, body }: Answer) => (body.error as JsonObject | undefined)?.code ?? status;

async function withStorage(options: Parameters<typeof simulatedClients>[0] = {}): Promise<SimulatedClients> {
  const clients = await simulatedClients(options);
  const register = `/subscriptions/${clients.simulator.subscriptionId}/providers/Microsoft.Storage/register`;
  await clients.arm('POST', register);
  options.clock?.advance(60);
  await clients.create(ACCOUNT, { location, kind: 'StorageV2', sku: { name: 'Standard_LRS' } }, STORAGE);
  return clients;
}

describe('a storage account', () => {
  it('is there with its blob service, and its containers are listed and read', async () => {
    const { arm, create } = await withStorage();
    expect((await arm('GET', ACCOUNT, undefined, STORAGE)).body).toMatchObject({
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS', tier: 'Standard' },
      properties: {
        provisioningState: 'Succeeded',
        primaryEndpoints: { blob: 'https://dumpsaccount.blob.core.windows.net/' },
      },
    });
    expect((await arm('GET', CONTAINER, undefined, STORAGE)).status).toBe(404);
    await create(CONTAINER, { properties: {} }, STORAGE);
    expect((await arm('GET', CONTAINER, undefined, STORAGE)).body).toMatchObject({
      name: 'dumps',
      type: 'Microsoft.Storage/storageAccounts/blobServices/containers',
      properties: { publicAccess: 'None' },
    });
    const { body } = await arm('GET', `${ACCOUNT}/blobServices/default/containers`, undefined, STORAGE);
    expect((body.value as JsonObject[]).map(({ name }) => name)).toEqual(['dumps']);
  });

  it.each<[string, string, JsonObject, unknown]>([
    ['a name with capitals', ACCOUNT.replace('dumps', 'Dumps'), {}, 'AccountNameInvalid'],
    ['no kind', ACCOUNT.replace('dumps', 'other'), { kind: null }, 'InvalidRequestContent'],
    ['no sku', ACCOUNT.replace('dumps', 'other'), { sku: null }, 'InvalidRequestContent'],
  ])('is not made with %s', async (_, path, changes, code) => {
    const { arm } = await withStorage();
    const body = { location, kind: 'StorageV2', sku: { name: 'Standard_LRS' }, ...changes };
    const sent = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as JsonObject;
    expect(outcome(await arm('PUT', path, sent, STORAGE))).toBe(code);
  });

  it('has a name that is taken everywhere', async () => {
    const { arm, create, group } = await withStorage();
    await create(group.replace('rg-demo', 'rg-two'), { location }, '2025-04-01');
    const elsewhere = `${group.replace('rg-demo', 'rg-two')}/${ACCOUNT}`;
    const body = { location, kind: 'StorageV2', sku: { name: 'Standard_LRS' } };
    expect(outcome(await arm('PUT', elsewhere, body, STORAGE))).toBe('StorageAccountAlreadyTaken');
  });

  it('takes role assignments, at a container too, and goes with all of it at once', async () => {
    const clients = await withStorage();
    await clients.create(CONTAINER, { properties: {} }, STORAGE);
    const { properties } = await clients.create(IDENTITY, { location }, '2024-11-30');
    const { principalId } = properties as { principalId: string };
    await grant(clients, `${clients.group}/${CONTAINER}`, BLOB_CONTRIBUTOR, principalId, 1);
    await grant(clients, `${clients.group}/${ACCOUNT}`, BLOB_CONTRIBUTOR, principalId, 2);
    expect((await clients.arm('DELETE', ACCOUNT, undefined, STORAGE)).status).toBe(200);
    const left = Object.keys(clients.simulator.state().resources).filter((id) => id.includes('storageaccounts'));
    expect(left).toEqual([]);
    expect((await clients.arm('DELETE', ACCOUNT, undefined, STORAGE)).status).toBe(204);
  });
});

/** A job with an image of another registry, as a tool of the database is. */
async function withJob(options: Parameters<typeof simulatedClients>[0] = {}): Promise<SimulatedClients> {
  const clients = await withStorage(options);
  const environment = 'providers/Microsoft.App/managedEnvironments/cae-demo';
  await clients.create(environment, { location, properties: {} }, '2026-01-01');
  const properties = {
    environmentId: `${clients.group}/${environment}`,
    configuration: { triggerType: 'Manual', replicaTimeout: 900, replicaRetryLimit: 0 },
    template: {
      containers: [
        {
          name: 'dump',
          image: 'docker.io/library/postgres:17',
          command: ['pg_dump'],
          resources: { cpu: 0.5, memory: '1Gi' },
        },
      ],
    },
  };
  await clients.create(JOB, { location, properties }, '2026-01-01');
  return clients;
}

async function run({ arm, send }: SimulatedClients, advance?: () => void) {
  const { name } = (await arm('POST', `${JOB}/start`, {})).body;
  const look = async () => (await arm('GET', `${JOB}/executions/${String(name)}`)).body.properties as JsonObject;
  const console = async () => {
    const replicas = await arm('GET', `${JOB}/executions/${String(name)}/replicas`, undefined, PREVIEW);
    const [replica] = replicas.body.value as { properties: { containers: JsonObject[] } }[];
    const auth = (await arm('POST', `${JOB}/getAuthToken`, undefined, PREVIEW)).body.properties as JsonObject;
    const url = `${String(replica?.properties.containers[0]?.logStreamEndpoint)}?tailLines=50&output=text`;
    return (await send('GET', url, { token: String(auth.token) })).text;
  };
  advance?.();
  return { look, console };
}

const seconds = (clock: ManualClock, count: number) => () => clock.advance(count);

describe('a job with the dump tool of a database', () => {
  it.each([
    ['its name', 'dump'],
    ['its image', 'docker.io/library/postgres'],
  ])('succeeds with the lines that it was told by %s', async (_, key) => {
    const clients = await withJob();
    clients.simulator.behave({ jobOutcomes: { [key]: { ends: 'succeeded', console: ['4096 bytes written'] } } });
    const execution = await run(clients);
    expect(await execution.look()).toMatchObject({ status: 'Succeeded' });
    expect(await execution.console()).toContain('4096 bytes written');
  });

  it('fails with its exit code, every time or as often as told', async () => {
    const clients = await withJob();
    const told = { ends: 'failed', exitCode: 3, console: ['pg_dump: error: permission denied'] } as const;
    clients.simulator.behave({ jobOutcomes: { dump: { ...told, times: 1 } } });
    const execution = await run(clients);
    expect(await execution.look()).toMatchObject({
      status: 'Failed',
      detailedStatus: { replicas: [{ containers: [{ code: 3 }] }] },
    });
    expect(await execution.console()).toContain('permission denied');
    expect(await (await run(clients)).look()).toMatchObject({ status: 'Succeeded' });
    clients.simulator.behave({ jobOutcomes: { dump: told } });
    for (let round = 0; round < 2; round += 1) {
      expect(await (await run(clients)).look()).toMatchObject({ status: 'Failed' });
    }
  });

  it('that never ends is ended by its time limit', async () => {
    const clock = manualClock();
    const clients = await withJob({ profile: 'realistic', speed: 1, clock });
    clients.simulator.behave({ jobOutcomes: { dump: { ends: 'never' } } });
    const { look } = await run(clients, seconds(clock, 899));
    expect(await look()).toMatchObject({ status: 'Running' });
    clock.advance(2);
    expect(await look()).toMatchObject({ status: 'Failed', reason: 'DeadlineExceeded' });
  });

  it('that never ends runs on where everything else ends at once, until it is stopped', async () => {
    const clients = await withJob();
    clients.simulator.behave({ jobOutcomes: { dump: { ends: 'never' } } });
    const { look } = await run(clients);
    expect(await look()).toMatchObject({ status: 'Running' });
    await clients.arm('POST', `${JOB}/stop`);
    expect(await look()).toMatchObject({ status: 'Stopped' });
  });

  it('is told nothing that it does not understand', async () => {
    const clients = await simulatedClients();
    const send = (jobOutcomes: JsonObject) =>
      clients.send('POST', `https://localhost:${clients.simulator.port}/_simulator/behaviour`, {
        body: { jobOutcomes },
      });
    expect((await send({ dump: { ends: 'perhaps' } })).status).toBe(400);
    expect((await send({ dump: { ends: 'never' } })).status).toBe(200);
  });
});
