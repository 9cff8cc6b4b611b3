import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Approval, NO_OPTIONS, type RunSummary } from '../../../src/domain/run.ts';
import { emptyState } from '../../../src/domain/state.ts';
import type { ExclusiveEngine } from '../../../src/runs/engine.ts';
import { hasUnfinishedRun, parkRun } from '../../../src/runs/handover/unfinished-runs.ts';
import type { RunServices } from '../../../src/runs/services.ts';
import type { StartRequest } from '../../../src/runs/start-request.ts';
import { startRun } from '../../../src/runs/start-run.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../../src/state/file/state-store.ts';
import { releaseLock } from '../../../src/state/lock.ts';
import type { DeploymentStorage, EnvironmentStores } from '../../../src/state/ports.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { tempDirectory } from '../../helpers/temp.ts';

interface Command {
  readonly stores: EnvironmentStores;
  readonly services: RunServices;
  readonly alive: Set<string>;
  /** Those that are over, and tell of it. */
  readonly telling: Set<string>;
  start(changes?: Partial<StartRequest>): ReturnType<typeof startRun>;
  /** The same of an app, whose storage has lost every key that it was given. */
  callAgain(changes: Partial<StartRequest>): ReturnType<typeof startRun>;
  end(runId: string, status: RunSummary['status']): Promise<void>;
}

/** What a command has: an engine that it alone drives, and that remembers what earlier commands left in it. */
async function command(): Promise<Command> {
  const directory = await tempDirectory();
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = {
    now: () => {
      now += 1;
      return new Date(now);
    },
  };
  const stores = {
    state: openFileStateStore({ path: join(directory, 'state.json'), environment: 'default', directory, clock }),
    runs: openFileRunStore({ directory }),
  };
  const alive = new Set<string>();
  const telling = new Set<string>();
  const engine: ExclusiveEngine = {
    start: async ({ runId }) => void alive.add(runId),
    isAlive: async (runId) => alive.has(runId),
    decide: async (_runId: string, _decision: Approval) => undefined,
    unfinished: () => [...alive],
    terminate: async (runId) => void alive.delete(runId),
    isOnlyTelling: async (runId) => telling.has(runId),
  };
  const services: RunServices = {
    clock,
    holder: 'me@here',
    engine: 'local:1',
    version: '1',
    stores: () => stores,
    mask: (text) => text,
  };
  const request: StartRequest = {
    environment: 'default',
    config: deploymentConfig(),
    options: NO_OPTIONS,
    source: null,
    waits: false,
    resetsState: false,
    trigger: 'cli',
    by: 'me@here',
  };
  return {
    stores,
    services,
    alive,
    telling,
    callAgain(changes) {
      const storage: Pick<DeploymentStorage, 'keyedCall'> = { keyedCall: async (_environment, _key, call) => call };
      return startRun(
        services,
        { kind: 'shared', engine, storage },
        { ...request, trigger: 'http', key: 'k', ...changes },
      );
    },
    start: (changes = {}) => startRun(services, { kind: 'exclusive', engine }, { ...request, ...changes }),
    async end(runId, status) {
      const summary = await stores.runs.summary(runId);
      if (!summary) throw new Error('no summary');
      await stores.runs.writeSummary({ ...summary, status, finishedAt: clock.now().toISOString() });
      alive.delete(runId);
    },
  };
}

const OTHER = { options: { ...NO_OPTIONS, forceAll: true } };

describe('a start by a command', () => {
  it('reserves the lock before it starts the orchestration', async () => {
    const { start, stores, alive } = await command();
    const { runId, resumed, tookOver } = await start();
    expect({ resumed, tookOver, alive: [...alive] }).toEqual({ resumed: false, tookOver: undefined, alive: [runId] });
    expect((await stores.state.read()).value.lock).toMatchObject({ runId, engine: 'local:1', step: null });
    expect(await stores.runs.request(runId)).toMatchObject({ trigger: 'cli', adoptsOperationsOf: null });
  });

  it('replaces no orchestration that goes on only to tell somebody how its run ended', async () => {
    const { start, end, alive, telling } = await command();
    const first = await start();
    await end(first.runId, 'failed');
    alive.add(first.runId);
    telling.add(first.runId);
    const second = await start(OTHER);
    expect([...alive].toSorted()).toEqual([first.runId, second.runId].toSorted());
    telling.delete(first.runId);
    await end(second.runId, 'failed');
    const third = await start();
    expect([...alive]).toEqual([third.runId]);
  });

  it('goes on with the unfinished run of the same request, cancelled or not', async () => {
    const { start, stores, services } = await command();
    const first = await start();
    await stores.runs.requestCancel(first.runId, 'me');
    await parkRun(stores, first.runId);
    expect(await hasUnfinishedRun(services, 'default')).toBe(true);
    expect(await start()).toMatchObject({ runId: first.runId, resumed: true });
    expect(await stores.runs.isCancelRequested(first.runId)).toBe(false);
  });

  it('abandons the unfinished run of another request, and goes on with its operations', async () => {
    const { start, stores, alive } = await command();
    const first = await start();
    const second = await start(OTHER);
    expect(second).toMatchObject({ resumed: false, tookOver: { runId: first.runId } });
    expect([...alive]).toEqual([second.runId]);
    expect(await stores.runs.summary(first.runId)).toMatchObject({ status: 'abandoned' });
    expect((await stores.runs.request(second.runId))?.adoptsOperationsOf).toBe(first.runId);
  });

  it('inherits the work of the unfinished run whose place it takes, and none of its permissions; repeated, it goes on', async () => {
    const { start, stores } = await command();
    const asked = { ...NO_OPTIONS, refresh: true, adopt: true, allowReplace: ['postgresql'], autoApprove: true };
    const first = await start({ options: asked });
    const second = await start();
    expect(await stores.runs.request(second.runId)).toMatchObject({
      options: { ...NO_OPTIONS, refresh: true },
      handedOn: { from: first.runId, inherited: ['--refresh'], dropped: [] },
    });
    expect(await start()).toMatchObject({ runId: second.runId, resumed: true });
    const third = await start(OTHER);
    expect((await stores.runs.request(third.runId))?.handedOn).toMatchObject({
      from: second.runId,
      inherited: ['--refresh'],
    });
  });

  it('inherits nothing of a run that ended, was withdrawn, or that nobody had agreed to; of the first it says so', async () => {
    const { start, stores, end } = await command();
    const refresh = { options: { ...NO_OPTIONS, refresh: true } };
    const failed = await start(refresh);
    await end(failed.runId, 'failed');
    const next = await start();
    expect(await stores.runs.request(next.runId)).toMatchObject({
      options: NO_OPTIONS,
      handedOn: { from: failed.runId, inherited: [], dropped: ['--refresh'] },
    });
    for (const status of ['rejected', 'cancelled', 'succeeded'] as const) {
      const ended = await start(refresh);
      await end(ended.runId, status);
      const after = await start();
      expect((await stores.runs.request(after.runId))?.handedOn).toBeUndefined();
      await end(after.runId, 'succeeded');
    }
    const { runId } = await start(refresh);
    const about = { runId, environment: 'default', at: '2026-01-01T00:00:00Z' };
    await stores.runs.appendEvents(runId, [{ ...about, id: 'a', type: 'approval_requested', planDigest: 'p' }]);
    const after = await start();
    expect((await stores.runs.request(after.runId))?.handedOn).toBeUndefined();
  });

  it('of another aim says what it does not do of the work of the run before', async () => {
    const { start, stores } = await command();
    const { runId } = await start({ options: { ...NO_OPTIONS, forceSteps: ['create_databases'] } });
    const rollback = await start({ options: { ...NO_OPTIONS, rollbackTo: runId } });
    expect((await stores.runs.request(rollback.runId))?.handedOn).toEqual({
      from: runId,
      inherited: [],
      dropped: ['--force-step create_databases'],
    });
  });

  it('takes the place of an unfinished run of the same request when what it is about came later', async () => {
    const { start } = await command();
    const first = await start();
    expect((await start({ isNew: true })).runId).not.toBe(first.runId);
  });

  it('goes on with what a run left behind a dry run', async () => {
    const { start, stores, end, services } = await command();
    const first = await start();
    await end(first.runId, 'failed');
    await stores.state.replace(() => emptyState('default'));
    const dry = await start({ options: { ...NO_OPTIONS, dryRun: true } });
    await end(dry.runId, 'succeeded');
    expect(await hasUnfinishedRun(services, 'default')).toBe(false);
    const second = await start();
    expect((await stores.runs.request(second.runId))?.adoptsOperationsOf).toBe(first.runId);
  });

  it('starts anew where the state has lost the steps that the unfinished run had finished', async () => {
    const { start, stores } = await command();
    const { runId } = await start();
    await stores.runs.appendEvents(runId, [
      {
        id: 'create_resource_group/1/completed',
        runId,
        environment: 'default',
        at: '2026-01-01T00:00:00Z',
        type: 'step_completed',
        step: 'create_resource_group',
        durationInMs: 1,
        attempts: 1,
      },
    ]);
    expect(await start()).toMatchObject({ resumed: false });
  });

  it.each([
    ['failed', true],
    ['cancelled', true],
    ['succeeded', false],
  ] as const)('after a run that %s goes on with its operations: %s', async (status, adopts) => {
    const { start, stores, end, services } = await command();
    const first = await start();
    await end(first.runId, status);
    await stores.state.replace(() => emptyState('default'));
    expect(await hasUnfinishedRun(services, 'default')).toBe(adopts);
    const second = await start();
    expect(second.resumed).toBe(false);
    expect((await stores.runs.request(second.runId))?.adoptsOperationsOf).toBe(adopts ? first.runId : null);
  });

  it('tells the end of a run that died between its summary and its last event', async () => {
    const { start, stores, end, alive } = await command();
    const first = await start();
    await end(first.runId, 'failed');
    alive.add(first.runId);
    await stores.state.replace(() => emptyState('default'));
    await start();
    const { events } = await stores.runs.events(first.runId);
    expect(events.at(-1)).toMatchObject({ id: 'run/close/completed', type: 'run_completed', status: 'failed' });
    expect(alive.has(first.runId)).toBe(false);
  });

  it('leaves everything as it is while another engine holds the environment', async () => {
    const { start, stores, services } = await command();
    const first = await start();
    const { value, etag } = await stores.state.read();
    if (!value.lock) throw new Error('not locked');
    const wakeBy = new Date(services.clock.now().getTime() + 600_000).toISOString();
    await stores.state.write({ ...value, lock: { ...value.lock, runId: 'x', engine: 'functions:app', wakeBy } }, etag);
    await expect(start(OTHER)).rejects.toMatchObject({ code: 'state_locked' });
    expect(await stores.runs.runs({ limit: 10 })).toHaveLength(1);
    expect(await stores.runs.summary(first.runId)).toMatchObject({ status: 'running' });
  });
});

describe('a call whose key the storage has lost', () => {
  it('starts nothing beside the run of the first call, and waits behind it where it may', async () => {
    const { callAgain, stores, alive } = await command();
    const first = await callAgain({});
    await expect(callAgain({})).rejects.toMatchObject({ code: 'state_locked' });
    expect(await stores.runs.runs({ limit: 10 })).toHaveLength(1);
    const waiting = await callAgain({ waits: true });
    const { lock, queue } = (await stores.state.read()).value;
    expect({ lock: lock?.runId, queue: queue.map(({ runId }) => runId) }).toEqual({
      lock: first.runId,
      queue: [waiting.runId],
    });
    expect(alive.size).toBe(2);
  });

  it('is a run of its own once that has ended, which takes nothing over', async () => {
    const { callAgain, stores, end } = await command();
    const first = await callAgain({});
    await end(first.runId, 'succeeded');
    await releaseLock(stores.state, first.runId);
    const second = await callAgain({});
    expect(second.runId).not.toBe(first.runId);
    expect((await stores.runs.request(second.runId))?.adoptsOperationsOf).toBeNull();
  });
});
