import { describe, expect, it } from 'vitest';
import { removeResources } from '../../../src/activities/remove-resources.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import type { JobExecutionView } from '../../../src/azure/ports.ts';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import type { StepAnswer } from '../../../src/domain/run.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { begunRun } from '../../helpers/begun-run.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

const SERVER_TYPE = 'Microsoft.DBforPostgreSQL/flexibleServers';
const SERVER = `/subscriptions/sub/resourceGroups/shop/providers/${SERVER_TYPE}/shop-pg`;
const CONTAINER =
  '/subscriptions/sub/resourceGroups/backups/providers/Microsoft.Storage/storageAccounts/backups/blobServices/default/containers/dumps';
const LOCK = { holder: 'me', engine: 'local:1', acquiredAt: 't', step: null, fence: 1, wakeBy: '2027-01-01T00:00:00Z' };
const OUTPUTS = {
  subscriptionId: 'sub',
  environmentId: '/subscriptions/sub/resourceGroups/shop/providers/Microsoft.App/managedEnvironments/env',
  identityId: '/subscriptions/sub/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id',
  identityPrincipalId: '33333333-3333-3333-3333-333333333333',
  identityClientId: 'client',
  vaultUri: 'https://kv.vault.azure.net/',
  'secret.POSTGRES-PASSWORD': 'https://kv.vault.azure.net/secrets/POSTGRES-PASSWORD/v1',
};
const STEPS = [
  'check_prerequisites',
  'create_resource_group',
  'create_container_apps_env',
  'create_key_vault',
  'store_secrets',
] as const;

/** A run that dumps a server and deletes it. @param status of the job's execution, look by look; the last one stays */
async function dumping(status: readonly string[]) {
  const fake = fakeAzure();
  const looks = [...status];
  const execution = (): JobExecutionView => ({
    name: 'dump-1',
    status: (looks.length > 1 ? looks.shift() : looks[0]) ?? '',
    env: { DRAFTGENIE_RUN_ID: run.input.runId },
  });
  const started = (): boolean => fake.posts.some(({ path }) => path.endsWith('/start'));
  Object.assign(fake.azure, {
    apps: {
      ...fake.azure.apps,
      execution: async () => execution(),
      executions: async () => (started() ? [execution()] : []),
      executionLog: async () => ['pg_dump: error: permission denied'],
    },
  });
  fake.answers['/start'] = { name: 'dump-1' };
  const run = await begunRun({ azure: () => fake.azure });
  const { stores, input, services } = run;
  fake.resources.set(SERVER.toLowerCase(), { id: SERVER, type: SERVER_TYPE });
  const step = { status: 'completed' as const, timestamp: '', dependency_hash: '', dependencies: {}, metadata: {} };
  await updateState(stores.state, (state) => ({
    ...state,
    fence: 1,
    lock: { ...LOCK, runId: input.runId },
    steps: Object.fromEntries(STEPS.map((name) => [name, { ...step, outputs: OUTPUTS }])),
    resources: {
      postgresql: { id: SERVER, type: SERVER_TYPE, step: 'create_databases', holds_data: true, immutable: {} },
    },
  }));
  const plan: Plan = {
    environment: 'default',
    removal: {
      leftBehind: null,
      deletesData: true,
      dump: {
        ...{ containerId: CONTAINER, address: 'https://backups.blob.core.windows.net/dumps', grants: true },
        servers: [{ id: SERVER, host: 'pg.example', version: '17', user: 'admin', databases: ['shop'] }],
      },
    },
    steps: [],
    resources: [{ key: 'postgresql', id: SERVER, type: SERVER_TYPE, action: 'delete' }],
    ...{ warnings: [], criticalPath: [], digest: 'd' },
  };
  await stores.runs.writePlan(input.runId, plan);
  const activity = removeResources(services);
  return {
    run,
    fake,
    /** Each call is delivered twice. */
    async finish(): Promise<StepAnswer> {
      for (let callNumber = 1; callNumber < 3000; callNumber += 1) {
        await activity({ ...input, callNumber });
        const answer = await activity({ ...input, callNumber });
        if (answer.kind !== 'waiting') return answer;
        run.pass(Math.max(60, answer.retryAfterInSeconds));
      }
      throw new Error('it does not end');
    },
    state: async () => (await stores.state.read()).value,
    writes: () =>
      [...fake.writes].map(({ method, path }) => `${method} ${path.split('/providers/').at(-1)?.split('/')[1] ?? ''}`),
    starts: () => fake.posts.filter(({ path }) => path.endsWith('/start')),
    addresses: () => run.events.flatMap((event) => (event.type === 'dump_completed' ? event.addresses : [])),
  };
}

describe('a dump before a deletion', () => {
  it('is granted, written, and run once; then the deletion goes on', async () => {
    const { finish, writes, starts, addresses } = await dumping(['Running', 'Running', 'Succeeded']);
    expect(await finish()).toEqual({ kind: 'completed' });
    expect(writes()).toEqual(['PUT roleAssignments', 'PUT jobs', 'DELETE flexibleServers']);
    // The job's own template says everything: what is told to one execution has no volumes.
    expect(starts().map(({ body }) => body)).toEqual([undefined]);
    expect(new Set(addresses())).toEqual(
      new Set(['https://backups.blob.core.windows.net/dumps/default/shop-pg/shop/2026-01-01T00-00-00.000Z.dump']),
    );
  });

  it('has what it makes in the state before it makes it', async () => {
    const { finish, fake, state } = await dumping(['Succeeded']);
    let known: readonly string[] = [];
    fake.refuse = ({ method }) => {
      if (method === 'PUT') throw new AzureError({ code: 'AuthorizationFailed', message: 'no', statusCode: 403 });
    };
    expect(await finish()).toMatchObject({ kind: 'failed' });
    known = Object.keys((await state()).left_behind);
    expect(known).toEqual(['dump:shop-pg', 'role:dump']);
    expect(fake.writes).toEqual([]);
  });

  it.each([
    ['fails', 'Failed', 'ended as Failed'],
    ['is stopped', 'Stopped', 'ended as Stopped'],
    ['does not end', 'Running', 'did not end in time'],
  ])('that %s ends the run: nothing is deleted, and its log is told', async (_, status, words) => {
    const { finish, writes, starts, addresses, run } = await dumping([status]);
    expect(await finish()).toMatchObject({ kind: 'failed', code: 'dump_failed' });
    expect(starts()).toHaveLength(1);
    expect(writes()).not.toContain('DELETE flexibleServers');
    expect(addresses()).toEqual([]);
    const told = run.events.flatMap((event) => (event.type === 'log' ? [event.message] : [])).join('\n');
    expect(told).toContain(words);
    expect(told).toContain('pg_dump: error: permission denied');
  });

  it('is found again when the answer to its start is lost', async () => {
    const { finish, fake, starts } = await dumping(['Succeeded']);
    const { post } = fake.azure.arm;
    fake.azure.arm.post = async (path, ...more) => {
      const answer = await post(path, ...more);
      if (!path.endsWith('/start')) return answer;
      throw new AzureError({ code: 'ConnectionFailed', message: 'reset' });
    };
    expect(await finish()).toEqual({ kind: 'completed' });
    expect(starts()).toHaveLength(1);
  });

  it('does not begin in a run that was cancelled, and neither does the deletion', async () => {
    const { finish, fake, starts, run } = await dumping(['Succeeded']);
    await run.stores.runs.requestCancel(run.input.runId, 'me');
    expect(await finish()).toEqual({ kind: 'stopped' });
    expect([...starts(), ...fake.writes]).toEqual([]);
  });
});
