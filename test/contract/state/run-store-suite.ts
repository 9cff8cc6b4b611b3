import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/events.ts';
import type { RunRequest, RunSummary } from '../../../src/domain/run.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import type { RunStore } from '../../../src/state/ports.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';

export const RUN = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const OLDER = 'default-01M8434Z00VB7SSV72CDKWWDXX';

const REQUEST: RunRequest = {
  runId: RUN,
  environment: 'default',
  requestedAt: '2026-01-01T00:00:00Z',
  requestedBy: 'me',
  configDigest: 'd',
  options: { ...NO_OPTIONS, autoApprove: true },
  source: null,
  requestDigest: 'r',
  productVersion: '1',
  trigger: 'cli',
  engine: 'local:1',
  waits: false,
  adoptsOperationsOf: null,
};

function summary(runId: string): RunSummary {
  return {
    runId,
    environment: 'default',
    status: 'running',
    startedAt: 't',
    finishedAt: null,
    executed: [],
    skipped: [],
    failed: [],
    durationInMs: 0,
    addresses: {},
  };
}

export function event(id: string): RunEvent {
  return { id, runId: RUN, environment: 'default', at: 't', type: 'log', level: 'info', message: `message ${id}` };
}

/** What every implementation of RunStore must do. */
export function runStoreSuite(name: string, open: () => Promise<{ readonly store: RunStore }>): void {
  describe(name, () => {
    it('keeps the lines of a log up to their limit, and everything else', async () => {
      const { store } = await open();
      const line = (id: string, megabytes: number): RunEvent => ({
        ...event(id),
        ...{ type: 'log', level: 'info', message: 'x'.repeat(megabytes * 1024 * 1024) },
      });
      for (const id of ['a', 'b', 'c', 'd']) await store.appendEvents(RUN, [line(id, 3)]);
      await store.appendEvents(RUN, [line('e', 3), event('f')]);
      await store.appendEvents(RUN, [line('g', 3)]);
      await store.appendEvents(RUN, [
        { id: 's', runId: RUN, environment: 'default', at: 't', type: 'cancel_requested', by: 'me' },
      ]);
      const kept = (await store.events(RUN)).events.map(({ id }) => id);
      expect(kept).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'run/log/cut', 's']);
    });

    it('keeps who asked for what, newest first, whoever writes', async () => {
      const { store } = await open();
      expect(await store.audit({ limit: 10 })).toEqual([]);
      const ids = ['01M8434Z00VB7SSV72CDKWWDXA', '01M8434Z00VB7SSV72CDKWWDXB', '01M8434Z00VB7SSV72CDKWWDXC'];
      const entries = ids.map((id) => ({
        ...{ id, at: 't', by: 'ada', from: '192.0.2.1', operation: 'breakLock', environment: 'default' },
        ...{ runId: null, outcome: 'done' },
      }));
      await Promise.all([...entries].reverse().map((entry) => store.record(entry)));
      expect(await store.audit({ limit: 10 })).toEqual([...entries].reverse());
      expect((await store.audit({ limit: 1 })).map(({ id }) => id)).toEqual([ids[2]]);
      expect((await store.audit({ limit: 5, before: ids[2] ?? '' })).map(({ id }) => id)).toEqual([ids[1], ids[0]]);
    });

    it('keeps requests, summaries, plans and configurations', async () => {
      const { store } = await open();
      expect(await store.request(RUN)).toBeUndefined();
      await store.create(REQUEST);
      expect(await store.request(RUN)).toEqual(REQUEST);
      await store.writeSummary(summary(OLDER));
      await store.writeSummary(summary(RUN));
      expect((await store.runs({ limit: 10 })).map(({ runId }) => runId)).toEqual([RUN, OLDER]);
      expect((await store.runs({ limit: 10, before: RUN })).map(({ runId }) => runId)).toEqual([OLDER]);
      const digest = await store.putConfig(deploymentConfig());
      expect(await store.config(digest)).toEqual(deploymentConfig());
      await expect(store.config('f'.repeat(64))).rejects.toThrow('not in the run store');
      const plan = { environment: 'default', steps: [], resources: [], warnings: [], criticalPath: [], digest: 'x' };
      await store.writePlan(RUN, plan);
      expect(await store.plan(RUN)).toEqual(plan);
    });

    it('keeps memory and answers by step and call', async () => {
      const { store } = await open();
      expect(await store.memory(RUN, 'create_databases')).toEqual({});
      await store.writeMemory(RUN, 'create_databases', { a: 1 });
      expect(await store.memory(RUN, 'create_databases')).toEqual({ a: 1 });
      await store.writeAnswer(RUN, 'create_databases', 3, { kind: 'waiting', retryAfterInSeconds: 2 });
      expect(await store.answer(RUN, 'create_databases', 3)).toEqual({ kind: 'waiting', retryAfterInSeconds: 2 });
      expect(await store.answer(RUN, 'create_databases', 2)).toBeUndefined();
    });

    it('appends every event once, and reads on from a position', async () => {
      const { store } = await open();
      await Promise.all([
        store.appendEvents(RUN, [event('a'), event('b')]),
        store.appendEvents(RUN, [event('b'), event('c')]),
      ]);
      const first = await store.events(RUN);
      expect(first.events.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
      await store.appendEvents(RUN, [event('ä')]);
      const next = await store.events(RUN, first.position);
      expect(next.events.map(({ id }) => id)).toEqual(['ä']);
      expect((await store.events(RUN, next.position)).events).toEqual([]);
    });

    it('gives a position after each event, and refuses others', async () => {
      const { store } = await open();
      await store.appendEvents(RUN, [event('a'), event('ü')]);
      const { positions, position } = await store.events(RUN);
      expect(positions.at(-1)).toBe(position);
      expect((await store.events(RUN, positions[0])).events.map(({ id }) => id)).toEqual(['ü']);
      for (const wrong of ['', '-1', 'x', '1-', '99999', '1-99999', '0x10', '1-1', '1']) {
        await expect(store.events(RUN, wrong), wrong).rejects.toMatchObject({ code: 'position_invalid' });
      }
    });

    it('keeps the first decision about each plan', async () => {
      const { store } = await open();
      const planDigest = 'a'.repeat(64);
      const decisions = await Promise.all(
        ['x', 'y', 'z'].map((by) => store.decide(RUN, { planDigest, decision: 'approve', by })),
      );
      const [first] = decisions;
      expect(decisions).toEqual([first, first, first]);
      expect(await store.decide(RUN, { planDigest, decision: 'reject', by: 'late' })).toEqual(first);
      const next = { planDigest: 'b'.repeat(64), decision: 'reject' as const, by: 'z' };
      expect(await store.decide(RUN, next)).toEqual(next);
    });

    it('remembers a wish to cancel until it is withdrawn', async () => {
      const { store } = await open();
      expect(await store.isCancelRequested(RUN)).toBe(false);
      await store.requestCancel(RUN, 'me');
      expect(await store.isCancelRequested(RUN)).toBe(true);
      await store.withdrawCancel(RUN);
      expect(await store.isCancelRequested(RUN)).toBe(false);
    });

    it('removes all that there is of a run, and goes on as if nothing had been there', async () => {
      const { store } = await open();
      await store.create(REQUEST);
      for (const runId of [OLDER, RUN]) await store.writeSummary(summary(runId));
      await store.writeMemory(RUN, 'run', { a: 1 });
      await store.requestCancel(RUN, 'me');
      const told: RunEvent = {
        runId: RUN,
        environment: 'default',
        at: 't',
        id: 'x',
        type: 'log',
        level: 'info',
        message: 'm',
      };
      await store.appendEvents(RUN, [told]);
      await store.remove(RUN);
      await store.remove(RUN);
      expect((await store.runs({ limit: 1 })).map(({ runId }) => runId)).toEqual([OLDER]);
      expect(await store.summary(RUN)).toBeUndefined();
      expect(await store.request(RUN)).toBeUndefined();
      expect(await store.memory(RUN, 'run')).toEqual({});
      expect(await store.isCancelRequested(RUN)).toBe(false);
      expect((await store.events(RUN)).events).toEqual([]);
    });

    it('lists as many runs as it is asked for, whether or not one was only just begun', async () => {
      const { store } = await open();
      await store.create(REQUEST);
      await store.writeSummary(summary(OLDER));
      expect((await store.runs({ limit: 1 })).map(({ runId }) => runId)).toEqual([OLDER]);
    });

    it.each(['../other', 'default', 'default-short', '/etc/passwd'])('takes %s for no run id', async (runId) => {
      const { store } = await open();
      await expect(async () => await store.request(runId)).rejects.toThrow('no run id');
    });
  });
}
