import { describe, expect, it } from 'vitest';
import { basisOf } from '../../../src/domain/runs/steps-since.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { lostSteps, withKnownLock } from '../../../src/perform/known-storage.ts';
import { acquireLock, breakLock, releaseLock } from '../../../src/state/lock.ts';
import type { StateStore } from '../../../src/state/ports.ts';
import { assertFence, LockLost } from '../../../src/state/update-state.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { FAILED } from './step-bench.ts';

const MINE = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const OTHER = 'default-01M8434Z00VB7SSV72CDKWWDXZ';
const ME = { holder: 'me', engine: 'local:1' };
/** Runs that held the lock before. */
const BEFORE = 4;

async function held(): Promise<{ store: StateStore; known: { fence: number; acquiredAt: string }; pass(): void }> {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => new Date(now) };
  const { state: store } = fileStorage(await tempDirectory(), clock).environment('default');
  await store.write({ ...emptyState('default'), fence: BEFORE }, null);
  const { fence, known } = await take(store, MINE);
  const pass = (): void => {
    now += 1000;
  };
  return { store, known: { fence, acquiredAt: known.value.lock?.acquiredAt ?? '' }, pass };
}

async function take(store: StateStore, runId: string) {
  return await acquireLock(store, { ...ME, runId, step: null, wakeBy: '2030-01-01T00:00:00.000Z' });
}

async function rollBack(store: StateStore, fence: number): Promise<void> {
  await store.replace(() => ({ ...emptyState('default'), fence }));
}

describe('a lock that the storage has forgotten', () => {
  it('is put back as it was, so that what is under way goes on', async () => {
    const { store, known } = await held();
    for (const fence of [0, BEFORE]) {
      await rollBack(store, fence);
      const state = await withKnownLock(ME, store, MINE, known);
      expect(state).toMatchObject({ fence: BEFORE + 1, lock: { ...ME, ...known, runId: MINE } });
      await assertFence(store, { runId: MINE, fence: known.fence });
    }
  });

  it('takes the place of one from before it', async () => {
    const { store, known } = await held();
    const earlier = { ...ME, ...known, runId: OTHER, fence: BEFORE, step: null, wakeBy: '2030-01-01T00:00:00.000Z' };
    await store.replace(() => ({ ...emptyState('default'), fence: BEFORE, lock: earlier }));
    expect((await withKnownLock(ME, store, MINE, known)).lock).toMatchObject({ runId: MINE, fence: known.fence });
  });

  it('stays away where another run took the environment since, under the same number or a lower one', async () => {
    for (const fence of [0, BEFORE]) {
      const { store, known, pass } = await held();
      await rollBack(store, fence);
      pass();
      await take(store, OTHER);
      expect((await withKnownLock(ME, store, MINE, known)).lock).toMatchObject({ runId: OTHER });
      await expect(assertFence(store, { runId: MINE, fence: known.fence })).rejects.toBeInstanceOf(LockLost);
    }
  });

  it('stays away where it was broken or given back', async () => {
    const broken = await held();
    await breakLock(broken.store);
    expect((await withKnownLock(ME, broken.store, MINE, broken.known)).lock).toBeNull();
    const released = await held();
    await releaseLock(released.store, MINE);
    expect((await withKnownLock(ME, released.store, MINE, released.known)).lock).toBeNull();
  });
});

describe('what a run that does a part only goes on from', () => {
  const step = { ...FAILED, status: 'completed' as const, run_id: OTHER };
  const deployed = { ...emptyState('default'), fence: BEFORE, steps: { create_monitoring: step } };
  const known = { fence: BEFORE + 1, acquiredAt: '2026-01-01T00:00:00.000Z', basis: basisOf(deployed) };

  it.each([
    ['is there, although its lock is lost', deployed],
    ['was done again since it was kept', { ...deployed, steps: { create_monitoring: { ...step, timestamp: 'u' } } }],
    ['is lost', { ...deployed, steps: {} }],
  ])('%s', async (_, found) => {
    const { store } = await held();
    await store.replace(() => found);
    const putBack = withKnownLock(ME, store, MINE, known);
    if (found === deployed) expect((await putBack).lock).toMatchObject({ runId: MINE, fence: known.fence });
    else await expect(putBack).rejects.toMatchObject({ code: 'storage_behind' });
  });
});

it('what a run has done is lost where the state has nothing of it, or an earlier run’s', () => {
  const done = ['create_monitoring', 'create_key_vault', 'create_databases', 'store_secrets'] as const;
  const state = {
    ...emptyState('default'),
    steps: {
      create_monitoring: { ...FAILED, status: 'completed' as const, run_id: MINE },
      create_key_vault: { ...FAILED, status: 'completed' as const, run_id: OTHER },
      create_databases: { ...FAILED, run_id: MINE },
    },
  };
  const known = { lock: { fence: 1, acquiredAt: '' }, done };
  expect(lostSteps(state, MINE, known)).toEqual(['create_key_vault', 'create_databases', 'store_secrets']);
  expect(lostSteps(state, MINE, undefined)).toEqual([]);
});
