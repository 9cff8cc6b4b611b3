import { describe, expect, it } from 'vitest';
import { emptyState } from '../../../src/domain/state.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { acquireLock, acquireLockOrPlace, breakLock, releaseLock } from '../../../src/state/lock.ts';
import type { StateStore } from '../../../src/state/ports.ts';
import { assertFence, LockLost, StateConflict, updateState } from '../../../src/state/update-state.ts';

/** A store, and the document behind it as raw text. */
export interface StoreUnderTest {
  readonly store: StateStore;
  raw(): Promise<string | undefined>;
  setRaw(text: string): Promise<void>;
}

const LATER = '2026-01-01T01:00:00.000Z';
const REQUEST = { runId: 'default-A', holder: 'me@here', engine: 'local:1', step: null, wakeBy: LATER };

/** What every implementation of StateStore must do. */
export function stateStoreSuite(name: string, open: (clock: Clock) => Promise<StoreUnderTest>): void {
  const clock = { now: () => new Date('2026-01-01T00:00:00Z') };

  describe(`${name}: the document`, () => {
    it('is empty before the first write', async () => {
      const { store, raw } = await open(clock);
      expect(await store.read()).toMatchObject({ value: { steps: {}, serial: 0 }, etag: null, warnings: [] });
      expect(await raw()).toBeUndefined();
    });

    it('is written with the next serial and the time, and read back', async () => {
      const { store } = await open(clock);
      const { etag } = await store.write(emptyState(store.environment), null);
      const { value, etag: present } = await store.read();
      expect({ present, serial: value.serial }).toEqual({ present: etag, serial: 1 });
      expect(Date.parse(value.last_updated)).toBeGreaterThan(0);
    });

    it('is not overwritten by who has read an older one', async () => {
      const { store } = await open(clock);
      const { value, etag } = await store.write(emptyState(store.environment), null);
      await store.write(value, etag);
      await expect(store.write(value, etag)).rejects.toBeInstanceOf(StateConflict);
      await expect(store.write(value, null)).rejects.toBeInstanceOf(StateConflict);
    });

    it('takes thirty writers at once, none of them lost', async () => {
      const { store } = await open(clock);
      const add = (): Promise<unknown> => updateState(store, (state) => ({ ...state, fence: state.fence + 1 }));
      await Promise.all(Array.from({ length: 30 }, add));
      expect((await store.read()).value).toMatchObject({ fence: 30, serial: 30 });
    });

    it.each([
      ['cut off', '{"version": "2.0", "steps', 'state_corrupt', 1],
      ['empty', '', 'state_corrupt', 1],
      ['no object', '[]', 'state_corrupt', 1],
      ['of a wrong shape', '{"version": "2.0", "steps": 7}', 'state_corrupt', 1],
      ['newer', '{"version": "3.0"}', 'state_newer', 1],
      ['of another environment', JSON.stringify({ ...emptyState('elsewhere') }), 'state_foreign', 64],
    ])('is refused when it is %s, and left as it is', async (_what, text, code, exitCode) => {
      const { store, raw, setRaw } = await open(clock);
      await setRaw(text);
      await expect(store.read()).rejects.toMatchObject({
        code,
        exitCode,
        message: expect.stringContaining(store.location),
      });
      expect(await raw()).toBe(text);
    });

    it('can be copied byte for byte and replaced, whatever it holds', async () => {
      const { store, setRaw, raw } = await open(clock);
      expect(await store.backup('reset')).toBeUndefined();
      await setRaw('not JSON at all');
      expect(await store.backup('reset')).toContain('reset');
      await store.replace((before) => {
        expect(before).toBeUndefined();
        return emptyState(store.environment);
      });
      expect(JSON.parse((await raw()) ?? '')).toMatchObject({ version: '2.0', serial: 1 });
    });

    it('can be copied twice in the same moment', async () => {
      const { store } = await open(clock);
      await store.write(emptyState(store.environment), null);
      const copies = [await store.backup('reset'), await store.backup('reset')];
      expect(new Set(copies).size).toBe(2);
    });

    it('keeps history, newest first', async () => {
      const { store } = await open(clock);
      const entry = (runId: string) => ({
        runId,
        at: 't',
        configDigest: 'd',
        images: {},
        state: emptyState(store.environment),
      });
      const [older, newer] = ['default-01M8434Z00VB7SSV72CDKWWDXX', 'default-01M8434Z00VB7SSV72CDKWWDXY'] as const;
      await store.keepHistory(older, entry(older));
      await store.keepHistory(newer, entry(newer));
      expect((await store.history({ limit: 100 })).map(({ runId }) => runId)).toEqual([newer, older]);
      expect((await store.history({ limit: 1 })).map(({ runId }) => runId)).toEqual([newer]);
      expect((await store.history({ limit: 1, before: newer })).map(({ runId }) => runId)).toEqual([older]);
      expect(await store.kept(older)).toMatchObject({ runId: older });
      for (const unknown of ['default-01M8434Z00VB7SSV72CDKWWDXZ', 'other-01M8434Z00VB7SSV72CDKWWDXX', '../state'])
        expect(await store.kept(unknown)).toBeUndefined();
    });
  });

  describe(`${name}: the lock`, () => {
    it('goes to one of many, and tells the others who has it', async () => {
      const { store } = await open(clock);
      const tries = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => acquireLock(store, { ...REQUEST, runId: `default-${index}` })),
      );
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = tries.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      expect(refused.reason).toMatchObject({
        code: 'state_locked',
        exitCode: 75,
        message: expect.stringContaining('me@here'),
      });
    });

    it('is kept by its own run, with its fence', async () => {
      const { store } = await open(clock);
      const first = await acquireLock(store, REQUEST);
      expect(await acquireLock(store, { ...REQUEST, step: 'create_databases' })).toMatchObject({
        fence: first.fence,
        tookOver: undefined,
      });
    });

    it('is taken over when its holder is late, and the old fence is void', async () => {
      let now = new Date('2026-01-01T00:00:00Z');
      const { store } = await open({ now: () => now });
      const { fence } = await acquireLock(store, { ...REQUEST, step: 'create_databases' });
      await assertFence(store, { runId: REQUEST.runId, fence });
      now = new Date('2026-01-01T02:00:00Z');
      const second = await acquireLock(store, { ...REQUEST, runId: 'default-B', engine: 'local:2' });
      expect(second).toMatchObject({ fence: fence + 1, tookOver: { runId: 'default-A', step: 'create_databases' } });
      await expect(assertFence(store, { runId: REQUEST.runId, fence })).rejects.toBeInstanceOf(LockLost);
      await expect(
        updateState(store, (state) => ({ ...state, resource_group: 'x' }), {
          fence: { runId: REQUEST.runId, fence },
        }),
      ).rejects.toBeInstanceOf(LockLost);
      expect((await store.read()).value.resource_group).toBeNull();
    });

    it('is taken over at once when its run is known to be gone, and only then', async () => {
      const { store } = await open(clock);
      const { fence } = await acquireLock(store, REQUEST);
      const other = { ...REQUEST, runId: 'default-B' };
      await expect(acquireLock(store, { ...other, goneFence: fence - 1 })).rejects.toMatchObject({ exitCode: 75 });
      expect(await acquireLock(store, { ...other, goneFence: fence })).toMatchObject({
        tookOver: { runId: 'default-A' },
      });
    });

    it('is given back by its holder only, and can always be broken', async () => {
      const { store } = await open(clock);
      const { fence } = await acquireLock(store, REQUEST);
      expect(await releaseLock(store, 'default-B')).toBe(false);
      expect(await breakLock(store)).toMatchObject({ runId: 'default-A' });
      expect((await store.read()).value).toMatchObject({ lock: null, fence: fence + 1 });
      await acquireLock(store, REQUEST);
      expect(await releaseLock(store, 'default-A')).toBe(true);
    });

    it('is not broken where another run than the one that is meant has taken it', async () => {
      const { store } = await open(clock);
      expect(await breakLock(store, 'default-B')).toBeNull();
      await acquireLock(store, REQUEST);
      const before = await store.read();
      await expect(breakLock(store, 'default-B')).rejects.toMatchObject({ code: 'state_locked' });
      expect(await store.read()).toEqual(before);
      expect(await breakLock(store, 'default-A')).toMatchObject({ runId: 'default-A' });
    });
  });

  describe(`${name}: the queue for the lock`, () => {
    const waiting = (runId: string) => ({ ...REQUEST, runId, trigger: 'http' });

    it('is served in order, and nobody passes those who wait', async () => {
      const { store } = await open(clock);
      await acquireLock(store, REQUEST);
      expect(await acquireLockOrPlace(store, waiting('default-B'))).toMatchObject({ kind: 'queued', place: 1 });
      expect(await acquireLockOrPlace(store, waiting('default-C'))).toMatchObject({ kind: 'queued', place: 2 });
      await releaseLock(store, 'default-A');
      await expect(acquireLock(store, { ...REQUEST, runId: 'default-D' })).rejects.toMatchObject({
        exitCode: 75,
        message: expect.stringContaining('2 other runs wait'),
      });
      expect(await acquireLockOrPlace(store, waiting('default-C'))).toMatchObject({ kind: 'queued', place: 2 });
      expect(await acquireLockOrPlace(store, waiting('default-B'))).toMatchObject({ kind: 'acquired' });
      await releaseLock(store, 'default-B');
      expect(await acquireLockOrPlace(store, waiting('default-C'))).toMatchObject({ kind: 'acquired' });
      expect((await store.read()).value.queue).toEqual([]);
    });

    it('tells each who waits behind it', async () => {
      const { store } = await open(clock);
      await acquireLock(store, REQUEST);
      await acquireLockOrPlace(store, waiting('default-B'));
      await acquireLockOrPlace(store, waiting('default-C'));
      expect(await acquireLockOrPlace(store, waiting('default-B'))).toMatchObject({ behind: [{ runId: 'default-C' }] });
    });

    it('forgets a waiter that is cancelled or does not come back', async () => {
      let now = new Date('2026-01-01T00:00:00Z');
      const { store } = await open({ now: () => now });
      await acquireLock(store, { ...REQUEST, wakeBy: '2026-01-02T00:00:00Z' });
      await acquireLockOrPlace(store, waiting('default-B'));
      await acquireLockOrPlace(store, waiting('default-C'));
      expect(await releaseLock(store, 'default-B')).toBe(true);
      expect(await acquireLockOrPlace(store, waiting('default-C'))).toMatchObject({ place: 1 });
      now = new Date('2026-01-01T00:30:00Z');
      expect(await acquireLockOrPlace(store, waiting('default-D'))).toMatchObject({ place: 1 });
    });

    it('gives many at once a place each', async () => {
      const { store } = await open(clock);
      const ids = Array.from({ length: 10 }, (_, index) => `default-${index}`);
      const answers = await Promise.all(ids.map((id) => acquireLockOrPlace(store, waiting(id))));
      const places = answers.map((answer) => (answer.kind === 'queued' ? answer.place : 0));
      expect([...places].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });
  });
}
