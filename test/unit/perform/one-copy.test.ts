import { expect, it } from 'vitest';
import type { Services } from '../../../src/engine/services.ts';
import { inOneCopy } from '../../../src/perform/one-copy.ts';
import { acquireLock, breakLock, releaseLock } from '../../../src/state/lock.ts';
import { LockLost, updateState } from '../../../src/state/update-state.ts';
import { type BegunRun, begunRun } from '../../helpers/begun-run.ts';

const ACTIVITY = 'create_monitoring';
const GROUP = '/subscriptions/s/resourceGroups/rg';

async function withLock(): Promise<BegunRun> {
  const run = await begunRun({});
  await acquire(run);
  return run;
}

async function acquire({ stores: { state }, input, services: { clock } }: BegunRun): Promise<void> {
  const wakeBy = new Date(clock.now().getTime() + 600_000).toISOString();
  await acquireLock(state, { runId: input.runId, holder: 'me', engine: 'functions:app', step: null, wakeBy });
}

/** What a copy of the activity works with. */
async function copyOf({ services, input }: BegunRun, activity = ACTIVITY): Promise<Services> {
  const overlapping = { ...services, activitiesMayOverlap: true };
  return await inOneCopy(overlapping, activity, (own) => async () => own)(input);
}

/** Tries each kind of write, and says which were let. */
async function letThrough(copy: Services, { input: { runId } }: BegunRun): Promise<readonly string[]> {
  const { state, runs } = copy.stores('default');
  const azure = await copy.azure(await runs.config((await runs.request(runId))?.configDigest ?? ''));
  const writes: Readonly<Record<string, () => Promise<unknown>>> = {
    azure: () => azure.arm.put(GROUP, '2025-04-01', { location: 'westeurope' }),
    state: () => updateState(state, (current) => ({ ...current, resource_group: `rg-${current.serial}` })),
    memory: () => runs.writeMemory(runId, ACTIVITY, { a: 1 }),
    answer: () => runs.writeAnswer(runId, ACTIVITY, 1, { kind: 'completed' }),
    events: () => runs.appendEvents(runId, [{ ...about(runId), type: 'log', level: 'info', message: 'x' }]),
  };
  const passed: string[] = [];
  for (const [name, write] of Object.entries(writes)) {
    await write().then(
      () => passed.push(name),
      (error: unknown) => expect(error, name).toBeInstanceOf(LockLost),
    );
  }
  return passed;
}

const about = (runId: string) => ({ id: 'a', runId, environment: 'default', at: '2026-01-01T00:00:00Z' });
const ALL = ['azure', 'state', 'memory', 'answer', 'events'];

it('the copy that began last works on; the one before it writes nothing more, anywhere', async () => {
  const run = await withLock();
  const first = await copyOf(run);
  expect(await letThrough(first, run)).toEqual(ALL);
  const second = await copyOf(run);
  expect(await letThrough(first, run)).toEqual([]);
  expect(await letThrough(second, run)).toEqual(ALL);
});

it('copies of other activities do not hinder each other', async () => {
  const run = await withLock();
  const [one, other] = [await copyOf(run), await copyOf(run, 'create_key_vault')];
  expect(await letThrough(one, run)).toEqual(ALL);
  expect(await letThrough(other, run)).toEqual(ALL);
});

it('a copy whose document was changed between its read and its write is refused by what it read', async () => {
  const run = await withLock();
  const { state } = (await copyOf(run)).stores('default');
  const read = await state.read();
  await copyOf(run);
  await expect(state.write({ ...read.value, resource_group: 'x' }, read.etag)).rejects.toThrow();
});

it('a run that takes the lock has its mark from then on, and one that gives it back goes on without', async () => {
  const run = await begunRun({});
  const opening = await copyOf(run, 'open_run');
  await acquire({ ...run, stores: opening.stores('default') });
  expect((await run.stores.state.read()).value.lock?.copies).toHaveProperty('open_run');
  await releaseLock(opening.stores('default').state, run.input.runId);
  expect(await letThrough(opening, run)).toEqual(ALL);
});

it('a copy whose lock somebody else broke writes nothing more', async () => {
  const run = await withLock();
  const copy = await copyOf(run);
  await breakLock(run.stores.state);
  expect(await letThrough(copy, run)).toEqual([]);
});

it('where no activity is delivered twice nothing is marked', async () => {
  const run = await withLock();
  const own = await inOneCopy(run.services, ACTIVITY, (services) => async () => services)(run.input);
  expect(own).toBe(run.services);
  expect((await run.stores.state.read()).value.lock).not.toHaveProperty('copies');
});
