import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import type { RunEvent } from '../../../src/domain/events.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import type { EnvironmentStores } from '../../../src/state/ports.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { DEFAULT_LIMITS } from '../../../src/triggers/app-services.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { tempDirectory } from '../../helpers/temp.ts';

interface Counted {
  readonly test: TestApp;
  /** What was asked of the stores since the last time. */
  asked(): string[];
}

/** An app whose stores count. */
async function countedApp(): Promise<Counted> {
  let asked: string[] = [];
  const counted = <Store extends object>(store: Store, name: string): Store =>
    new Proxy(store, {
      get(target, key) {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          // Events after a position are a part of them.
          const part = key === 'events' && args[1] !== undefined ? ' read on' : '';
          if (key !== 'now') asked.push(`${name}.${String(key)}${part}`);
          return (value as (...all: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  const storage = fileStorage(await tempDirectory(), systemClock);
  const opened = new Map<string, EnvironmentStores>();
  const environment = (name: string): EnvironmentStores => {
    const { state, runs } = storage.environment(name);
    const stores = opened.get(name) ?? { state: counted(state, 'state'), runs: counted(runs, 'runs') };
    opened.set(name, stores);
    return stores;
  };
  const limits = { ...DEFAULT_LIMITS, pollInMs: 1 };
  return {
    test: await openTestApp({ storage: { ...storage, environment }, limits }),
    asked() {
      const answer = asked;
      asked = [];
      return answer;
    },
  };
}

async function start({ test }: Counted, query = ''): Promise<string> {
  const answer = await test.call('startDeployment', {
    params: { environment: 'staging' },
    headers: { 'content-type': 'application/yaml' },
    query,
    body: await startableConfig(),
  });
  return (answer.body as RunView).runId;
}

async function show({ test }: Counted, runId: string): Promise<RunView> {
  return (await test.call('showDeployment', { params: { runId } })).body as RunView;
}

function log(runId: string, id: string): RunEvent {
  return { runId, environment: 'staging', at: 't', id, type: 'log', level: 'info', message: id };
}

/** The blob store keeps requests in memory, since they never change. */
const ALWAYS_KNOWN = 'runs.request';

describe('the status of a run', () => {
  it('costs two reads of the storage, and no list', async () => {
    const app = await countedApp();
    const runId = await start(app);
    await show(app, runId);
    const { runs } = app.test.app.stores('staging');
    const about = { runId, environment: 'staging', at: 't' };
    await runs.appendEvents(runId, [
      { ...about, id: 'started', type: 'run_started', resumed: false, startedBy: 'x', version: '1' },
      { ...about, id: 'a', type: 'step_started', step: 'create_resource_group', number: 2, reason: 'new' },
    ]);
    app.asked();
    const view = await show(app, runId);
    expect(app.asked().filter((one) => one !== ALWAYS_KNOWN)).toEqual(['runs.summary', 'runs.events read on']);
    expect(view.steps.find(({ step }) => step === 'create_resource_group')?.status).toBe('running');
  });

  it('costs two reads while the run waits for its turn, and tells its place as it is now', async () => {
    const app = await countedApp();
    const { state } = app.test.app.stores('staging');
    await acquireLock(state, { runId: 'other', holder: 'h', engine: 'e', step: null, wakeBy: '2999-01-01T00:00:00Z' });
    const [first, second] = [await start(app, 'onBusy=wait'), await start(app, 'onBusy=wait')];
    expect([(await show(app, first)).place, (await show(app, second)).place]).toEqual([1, 2]);
    app.asked();
    expect(await show(app, second)).toMatchObject({ status: 'queued', place: 2 });
    expect(app.asked().filter((one) => one !== ALWAYS_KNOWN)).toEqual(['runs.summary', 'state.read']);
    await updateState(state, (before) => ({ ...before, queue: [] }));
    expect((await show(app, second)).place).toBeNull();
  });

  it('is read once for all who ask at the same time', async () => {
    const app = await countedApp();
    const runId = await start(app);
    await show(app, runId);
    app.asked();
    await Promise.all(Array.from({ length: 64 }, () => show(app, runId)));
    const counted = app.asked().filter((one) => one !== ALWAYS_KNOWN);
    expect(counted.length).toBeLessThan(64);
  });

  it('tells a cancellation at once, by an event', async () => {
    const app = await countedApp();
    const runId = await start(app);
    const cancelled = await app.test.call('cancelDeployment', { params: { runId } });
    expect(cancelled.body).toMatchObject({ cancelRequested: true });
  });
});

describe('followers of a run', () => {
  it('read its events together', async () => {
    const app = await countedApp();
    const runId = await start(app);
    const { runs } = app.test.app.stores('staging');
    await runs.appendEvents(runId, [log(runId, 'a')]);
    const follow = async () =>
      await app.test.call('readEvents', { params: { runId }, headers: { accept: 'text/event-stream' } });
    const followed = Array.from({ length: 100 }, follow);
    while (app.test.app.readers.followers < 100) await new Promise((resolve) => setTimeout(resolve, 1));
    app.asked();
    await runs.appendEvents(runId, [log(runId, 'b')]);
    await runs.appendEvents(runId, [
      {
        ...{ runId, environment: 'staging', at: 't', id: 'end', type: 'run_completed', status: 'succeeded' },
        ...{ executed: [], skipped: [], failed: [], durationInMs: 1 },
      },
    ]);
    const texts = (await Promise.all(followed)).map(({ body }) => String(body));
    expect(app.asked().filter((one) => one.startsWith('runs.events')).length).toBeLessThan(20);
    for (const text of texts) {
      const ids = [...text.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id);
      expect(ids).toEqual(['a', 'b', 'end']);
      expect(text.endsWith('event: end\ndata: {}\n\n')).toBe(true);
    }
    expect(app.test.app.readers.followers).toBe(0);
  });

  it('are only so many, and who comes then is told to come back', async () => {
    const app = await countedApp();
    const { app: opened } = app.test;
    const limited = await openTestApp({ ...opened, limits: { ...opened.limits, followers: 0 } });
    const runId = await start({ ...app, test: limited });
    const answer = await limited.call('readEvents', { params: { runId }, headers: { accept: 'text/event-stream' } });
    const body = { code: 'followers_too_many' };
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, body });
  });
});
