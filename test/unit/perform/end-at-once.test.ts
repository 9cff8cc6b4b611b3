import { expect, it } from 'vitest';
import { closeRun } from '../../../src/activities/close-run.ts';
import { openRun } from '../../../src/activities/open-run.ts';
import { loadRun } from '../../../src/engine/load-run.ts';
import { openMemory } from '../../../src/engine/memory.ts';
import { endAtOnce } from '../../../src/perform/end-at-once.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import type { EnvironmentStores } from '../../../src/state/ports.ts';
import { type BegunRun, begunRun } from '../../helpers/begun-run.ts';
import { roundTrips } from '../../helpers/engine/store-rounds.ts';

/** A run that has the lock, and has told that one step had nothing to do. */
async function idle() {
  const run = await begunRun({ azure: () => Promise.reject(new Error('nobody plans anew')) as never });
  const { input, stores, services } = run;
  const wakeBy = new Date(services.clock.now().getTime() + 600_000).toISOString();
  await acquireLock(stores.state, { runId: input.runId, holder: 'me', engine: 'local:1', step: null, wakeBy });
  const at = services.clock.now().toISOString();
  const skipped = { ...input, id: 'skipped', at, type: 'step_skipped', step: 'create_monitoring', reason: 'as it was' };
  const told = [skipped as never];
  await stores.runs.appendEvents(input.runId, told);
  const end = async (own: EnvironmentStores): Promise<void> => {
    const ownServices = { ...services, stores: () => own };
    const [loaded, memory] = [await loadRun(services, input), await openMemory(stores.runs, input.runId, 'run')];
    const known = await stores.state.read();
    await endAtOnce(ownServices, { ...loaded, stores: own }, memory, { told, known });
  };
  return { ...run, end };
}

async function endOf({ stores, input }: BegunRun) {
  const { events } = await stores.runs.events(input.runId);
  const { lock, last_run: last } = (await stores.state.read()).value;
  const summary = await stores.runs.summary(input.runId);
  const completed = events.filter(({ type }) => type === 'run_completed').length;
  return [summary?.status, summary?.skipped, lock, last?.run_id, completed];
}

const ENDED = (run: BegunRun) => ['succeeded', ['create_monitoring'], null, run.input.runId, 1];

it('waits for two answers: summary and lock, and then the last event, by which both are there', async () => {
  const run = await idle();
  const { trips } = await roundTrips(run.stores, run.end);
  expect(trips).toEqual([['write', 'writeSummary'], ['appendEvents']]);
  expect(await endOf(run)).toEqual(ENDED(run));
  const { value } = await run.stores.state.read();
  expect(value.last_run?.serial).toBe(value.serial);
});

it.each(['write', 'writeSummary', 'appendEvents'] as const)(
  'a call that is killed at %s leaves a run that is brought to that end, and not planned anew',
  async (operation) => {
    const run = await idle();
    const { state, runs } = run.stores;
    const killed = { [operation]: () => Promise.reject(new Error('killed')) };
    await expect(run.end({ state: { ...state, ...killed }, runs: { ...runs, ...killed } })).rejects.toThrow('killed');
    expect(await openRun(run.services, [])(run.input)).toEqual({ kind: 'nothing' });
    expect(await closeRun(run.services)({ ...run.input, outcome: 'succeeded' })).toEqual({ kind: 'closed' });
    expect(await endOf(run)).toEqual(ENDED(run));
  },
);
