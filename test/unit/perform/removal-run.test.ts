import { describe, expect, it } from 'vitest';
import { removeResources } from '../../../src/activities/remove-resources.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import type { StepAnswer } from '../../../src/domain/run.ts';
import type { EnvironmentState, ResourceRecord } from '../../../src/domain/state.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { type BegunRun, begunRun } from '../../helpers/begun-run.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';

const GROUP = '/subscriptions/sub/resourceGroups/shop';

const RECORDS: Readonly<Record<string, Pick<ResourceRecord, 'id' | 'type' | 'step'>>> = {
  'resource-group': { id: GROUP, type: 'Microsoft.Resources/resourceGroups', step: 'create_resource_group' },
  'key-vault': member('Microsoft.KeyVault/vaults', 'kv', 'create_key_vault'),
  postgresql: member('Microsoft.DBforPostgreSQL/flexibleServers', 'pg', 'create_databases'),
  'app:web': member('Microsoft.App/containerApps', 'web', 'deploy_application_services'),
};

function member(
  type: string,
  name: string,
  step: ResourceRecord['step'],
): Pick<ResourceRecord, 'id' | 'type' | 'step'> {
  return { id: `${GROUP}/providers/${type}/${name}`, type, step };
}

interface Removing {
  readonly run: BegunRun;
  readonly fake: FakeAzure;
  /** Calls the activity until it is done, as the orchestration does; the clock goes on as it asks. */
  finish(): Promise<StepAnswer>;
  call(callNumber: number): Promise<StepAnswer>;
  state(): Promise<EnvironmentState>;
  /** Names of what was deleted, in order. */
  deleted(): readonly string[];
  told(type: string): readonly string[];
}

const LOCK = { holder: 'me', engine: 'local:1', acquiredAt: 't', step: null, fence: 1, wakeBy: '2027-01-01T00:00:00Z' };

async function removing(): Promise<Removing> {
  const fake = fakeAzure();
  const run = await begunRun({ azure: () => fake.azure });
  const { stores, input, services } = run;
  for (const { id, type } of Object.values(RECORDS)) fake.resources.set(id.toLowerCase(), { id, type });
  await updateState(stores.state, (state) => ({
    ...state,
    fence: 1,
    lock: { ...LOCK, runId: input.runId },
    resources: Object.fromEntries(
      Object.entries(RECORDS).map(([key, one]) => [key, { ...one, holds_data: false, immutable: {} }]),
    ),
  }));
  const plan: Plan = {
    environment: 'default',
    removal: { leftBehind: null, deletesData: true },
    steps: [],
    resources: Object.entries(RECORDS).map(([key, { id, type }]) => ({ key, id, type, action: 'delete' })),
    warnings: [],
    criticalPath: [],
    digest: 'd',
  };
  await stores.runs.writePlan(input.runId, plan);
  const activity = removeResources(services);
  const call = (callNumber: number): Promise<StepAnswer> => activity({ ...input, callNumber });
  return {
    run,
    fake,
    call,
    async finish() {
      for (let number = 1; number < 500; number += 1) {
        const answer = await call(number);
        if (answer.kind !== 'waiting') return answer;
        run.pass(Math.max(60, answer.retryAfterInSeconds));
      }
      throw new Error('it does not end');
    },
    state: async () => (await stores.state.read()).value,
    deleted: () => fake.writes.map(({ path }) => path.split('/').at(-1) ?? ''),
    told: (type) => run.events.flatMap((event) => (event.type === type && 'key' in event ? [event.key] : [])),
  };
}

/** The second and third go side by side. */
function rounds([first = '', ...others]: readonly string[]): readonly string[] {
  return [first, ...others.slice(0, 2).sort(), ...others.slice(2)];
}

describe('a run that deletes', () => {
  it('begins with what needs others, of types that no registry has as well, and asks with their versions', async () => {
    const { run, finish, fake, deleted } = await removing();
    const { stores, input } = run;
    const versions: string[] = [];
    const { delete: original } = fake.azure.arm;
    fake.azure.arm.delete = async (path, version) => {
      versions.push(version);
      return await original(path, version);
    };
    const generic = (name: string, ...needs: string[]) => ({
      ...{ ...member('Contoso.Messages/buses', name, 'create_databases'), holds_data: true, immutable: {} },
      generic: { api_version: '2024-01-01', ownership: 'tagged' as const, needs },
    });
    const buses = {
      'resource:a': generic('a'),
      'resource:b': generic('b', 'resource:a'),
      'resource:c': generic('c', 'resource:b'),
    };
    await updateState(stores.state, (state) => ({ ...state, resources: buses }));
    for (const { id, type } of Object.values(buses)) fake.resources.set(id.toLowerCase(), { id, type });
    const plan = await stores.runs.plan(input.runId);
    if (!plan) throw new Error('there is no plan');
    const resources = Object.entries(buses).map(([key, { id, type }]) => ({
      ...{ key, id, type, action: 'delete' as const, apiVersion: '2024-01-01' },
    }));
    await stores.runs.writePlan(input.runId, { ...plan, resources });
    expect(await finish()).toEqual({ kind: 'completed' });
    expect(deleted()).toEqual(['c', 'b', 'a']);
    expect(new Set(versions)).toEqual(new Set(['2024-01-01']));
  });

  it('goes by what needs what, tells each once, and closes the state', async () => {
    const { finish, fake, deleted, told, state, run } = await removing();
    fake.polls = 2;
    expect(await finish()).toEqual({ kind: 'completed' });
    expect(rounds(deleted())).toEqual(['web', 'kv', 'pg', 'shop']);
    expect(told('removal_started')).toEqual(['app:web', 'key-vault', 'postgresql', 'resource-group']);
    expect(told('removal_completed')).toEqual(['app:web', 'key-vault', 'postgresql', 'resource-group']);
    expect(await state()).toMatchObject({ resources: {}, steps: {}, closed: { run_id: run.input.runId }, fence: 1 });
  });

  it('delivered again, call by call, deletes nothing twice and ends the same', async () => {
    const { call, fake, deleted, told, run } = await removing();
    fake.polls = 1;
    let answer: StepAnswer = { kind: 'waiting', retryAfterInSeconds: 0 };
    for (let number = 1; answer.kind === 'waiting'; number += 1) {
      await call(number);
      answer = await call(number);
      run.pass(10);
    }
    expect(answer).toEqual({ kind: 'completed' });
    expect(rounds(deleted())).toEqual(['web', 'kv', 'pg', 'shop']);
    expect(new Set(told('removal_completed')).size).toBe(4);
    const { events } = await run.stores.runs.events(run.input.runId);
    expect(events.filter(({ type }) => type === 'removal_completed')).toHaveLength(4);
  });

  it('what Azure refuses holds up what it needs, and nothing else; what is left is told', async () => {
    const { finish, fake, deleted, state, told, run } = await removing();
    fake.refuse = ({ method, path }) => {
      if (method === 'DELETE' && path.endsWith('/pg')) {
        throw new AzureError({ code: 'ScopeLocked', message: 'locked', statusCode: 409 });
      }
    };
    expect(await finish()).toMatchObject({ kind: 'failed', code: 'removal_incomplete', retryable: false });
    expect(deleted()).toEqual(['web', 'kv']);
    expect(told('removal_failed')).toEqual(['postgresql']);
    expect(Object.keys((await state()).resources)).toEqual(['resource-group', 'postgresql']);
    expect((await state()).closed).toBeUndefined();
    const log = run.events.find((event) => event.type === 'log' && event.level === 'error');
    expect(log).toMatchObject({
      message: expect.stringMatching(/postgresql: locked \(ScopeLocked\)[\s\S]*resource-group: waits/),
    });
    expect(log).toMatchObject({ message: expect.stringContaining('run destroy again') });
  });

  it('tries again what was refused for a moment', async () => {
    const { finish, fake, deleted } = await removing();
    let refused = 0;
    fake.refuse = ({ method }) => {
      if (method !== 'DELETE' || refused++ > 0) return;
      throw new AzureError({ code: 'ServiceUnavailable', message: 'not now', statusCode: 503 });
    };
    expect(await finish()).toEqual({ kind: 'completed' });
    expect(rounds(deleted())).toEqual(['web', 'kv', 'pg', 'shop']);
  });

  it('ends a deletion that hangs, when everything that does not wait for it is done', async () => {
    const { finish, fake, deleted, state } = await removing();
    fake.polls = Number.POSITIVE_INFINITY;
    expect(await finish()).toMatchObject({ kind: 'failed' });
    expect(deleted()).toEqual(['web']);
    expect(Object.keys((await state()).resources)).toHaveLength(4);
  });

  it('does not take for gone what comes back', async () => {
    const { finish, fake, told } = await removing();
    const { id, type } = RECORDS['key-vault'] ?? { id: '', type: '' };
    fake.refuse = ({ method, path }) => {
      if (method === 'GET' && path === id) fake.resources.set(id.toLowerCase(), { id, type });
    };
    expect(await finish()).toMatchObject({ kind: 'failed', code: 'removal_incomplete' });
    expect(told('removal_failed')).toEqual(['key-vault']);
    expect(told('removal_completed')).toEqual(['app:web', 'postgresql']);
  });

  it('looks once more at the end: what was made again meanwhile is told', async () => {
    const { finish, fake, told, run } = await removing();
    const { id, type } = RECORDS['app:web'] ?? { id: '', type: '' };
    fake.refuse = ({ method, path }) => {
      // Somebody's pipeline, while the last ones go.
      if (method === 'DELETE' && path.endsWith('/pg')) fake.resources.set(id.toLowerCase(), { id, type });
    };
    expect(await finish()).toMatchObject({ kind: 'failed' });
    expect(told('removal_failed')).toEqual(expect.arrayContaining(['resource-group', 'app:web']));
    expect(run.events.some((event) => event.type === 'removal_failed' && event.code === 'resource_came_back')).toBe(
      true,
    );
  });

  it('does not take a group with what somebody has put into it since', async () => {
    const { finish, fake, deleted, run } = await removing();
    fake.refuse = ({ method, path }) => {
      const id = `${GROUP}/providers/Some.Provider/things/theirs`;
      if (method === 'DELETE' && path.endsWith('/pg'))
        fake.resources.set(id.toLowerCase(), { id, type: 'Some.Provider/things' });
    };
    expect(await finish()).toMatchObject({ kind: 'failed' });
    expect(rounds(deleted())).toEqual(['web', 'kv', 'pg']);
    expect(run.events).toContainEqual(
      expect.objectContaining({
        type: 'removal_failed',
        key: 'resource-group',
        code: 'group_not_empty',
        message: expect.stringContaining('theirs'),
      }),
    );
  });

  it('stops at once when the lock is another run’s', async () => {
    const { call, fake, run, deleted, state } = await removing();
    fake.polls = 1;
    await call(1);
    const lock = { ...LOCK, fence: 2, runId: 'default-01M8434Z00VB7SSV72CDKWWDXZ' };
    await updateState(run.stores.state, (current) => ({ ...current, lock }));
    const before = await state();
    expect(await call(2)).toMatchObject({ kind: 'failed', code: 'lock_lost' });
    expect(deleted()).toEqual(['web']);
    expect(await state()).toEqual(before);
  });

  it('begins nothing new when it is cancelled, and follows what has begun', async () => {
    const { call, finish, fake, run, deleted, told } = await removing();
    fake.polls = 1;
    await call(1);
    await run.stores.runs.requestCancel(run.input.runId, 'ada');
    expect(await finish()).toEqual({ kind: 'stopped' });
    expect(deleted()).toEqual(['web']);
    expect(told('removal_completed')).toEqual(['app:web']);
  });
});
