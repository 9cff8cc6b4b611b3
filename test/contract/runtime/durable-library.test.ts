import * as df from 'durable-functions';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type EmbeddedHost, type HostOptions, openHost } from '../../../src/runtime/host.ts';
import { type FunctionsWorker, loadFunctions } from '../../../src/runtime/worker.ts';
import type { Json } from '../../../src/shared/json.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { until } from '../../helpers/wait.ts';
import { activities, calls, code, gates, orchestrations } from './orchestrations-under-test.ts';

let worker: FunctionsWorker;

beforeAll(async () => {
  worker = await loadFunctions(() => {
    for (const [name, handler] of Object.entries(orchestrations)) df.app.orchestration(name, handler);
    for (const [name, handler] of Object.entries(activities)) df.app.activity(name, { handler });
    df.app.activity('same', { handler: (input: Json) => input });
  });
});

async function host(options: Partial<HostOptions> = {}): Promise<EmbeddedHost> {
  calls.length = 0;
  const directory = options.directory ?? (await tempDirectory());
  const opened = await openHost({ directory, worker, ...options });
  onTestFinished(() => opened.stop({ graceInMs: 0 }).catch(() => undefined));
  return opened;
}

async function run(
  name: string,
  input: Json = {},
  options: Partial<HostOptions> = {},
): Promise<ReturnType<EmbeddedHost['completion']>> {
  const engine = await host(options);
  engine.start();
  await engine.startNew(name, { instanceId: name, input });
  return await engine.completion(name);
}

describe('the embedded engine with the real library', () => {
  it('runs activities one after the other', async () => {
    expect(await run('sequence')).toMatchObject({ runtimeStatus: 'Completed', output: { results: [1, 2, 3] } });
    expect(calls).toEqual(['echo 1', 'echo 2', 'echo 3']);
  });

  it('fans out and keeps the order of results', async () => {
    expect((await run('fanOut')).output).toEqual([1, 2, 3, 4]);
  });

  it('nests sub-orchestrations', async () => {
    expect((await run('parent')).output).toEqual({ 3: { 2: { 1: 'bottom' } } });
  });

  it('runs sub-orchestrations side by side', async () => {
    expect((await run('families')).output).toEqual([{ results: [1, 2, 3] }, { results: [1, 2, 3] }]);
  });

  it('fires a timer that is due at once', async () => {
    expect((await run('sleeper', { seconds: -5 })).runtimeStatus).toBe('Completed');
  });

  it('waits for timers by its clock', async () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const directory = await tempDirectory();
    const clock = { now: () => now };
    const first = await host({ directory, clock });
    first.start();
    await first.startNew('sleeper', { instanceId: 'sleeper', input: { seconds: 7200 } });
    await until(() => first.status('sleeper')?.runtimeStatus === 'Running');
    await first.stop({ graceInMs: 0 });
    now = new Date('2026-01-01T02:00:01Z');
    const second = await host({ directory, clock });
    second.start();
    expect(await second.completion('sleeper')).toMatchObject({ output: { woke: '2026-01-01T02:00:01.000Z' } });
  });

  it('waits no longer than a timer was asked for when the clock is set back under it, or between two processes', async () => {
    const now = new Date();
    const clock = { now: () => now };
    const directory = await tempDirectory();
    const first = await host({ directory, clock });
    first.start();
    await first.startNew('sleeper', { instanceId: 'sleeper', input: { seconds: 0.5, times: 2 } });
    await until(() => first.status('sleeper')?.runtimeStatus === 'Running');
    now.setHours(now.getHours() - 1);
    expect(await first.completion('sleeper')).toMatchObject({ runtimeStatus: 'Completed' });
    await first.startNew('sleeper', { instanceId: 'second', input: { seconds: 0.5 } });
    await first.stop({ graceInMs: 0 });
    now.setHours(now.getHours() - 1);
    const second = await host({ directory, clock });
    second.start();
    expect(await second.completion('second')).toMatchObject({ runtimeStatus: 'Completed' });
  });

  it('takes external events, also early ones, and ignores those nobody waits for', async () => {
    const engine = await host();
    await engine.startNew('approval', { instanceId: 'a', input: {} });
    await engine.raiseEvent('a', 'noise', {});
    await engine.raiseEvent('a', 'approval', { digest: 'wrong' });
    engine.start();
    await until(() => calls.includes('echo wrong'));
    await engine.raiseEvent('a', 'approval', { digest: 'right' });
    expect((await engine.completion('a')).output).toEqual({ decision: 'approved' });
  });

  it('shows the custom status while it runs', async () => {
    const engine = await host();
    engine.start();
    await engine.startNew('status', { instanceId: 's', input: {} });
    await until(() => gates.has('status'));
    expect(engine.status('s')).toMatchObject({ runtimeStatus: 'Running', customStatus: { phase: 'one' } });
    gates.get('status')?.();
    await engine.completion('s');
  });

  it('hands failures of activities and sub-orchestrations to the code that awaits them', async () => {
    expect((await run('survivor')).output).toEqual({ caught: true });
    expect((await run('guardian')).output).toEqual({ caught: true });
  });

  it('fails an orchestration whose code throws', async () => {
    const status = await run('thrower');
    expect(status.runtimeStatus).toBe('Failed');
    expect(status.output).toContain('gave up');
  });

  it('starts over with continue-as-new, below a parent too', async () => {
    expect((await run('counter', { n: 1 })).output).toEqual({ n: 5 });
    expect((await run('longCounter')).output).toEqual({ n: 5 });
  });

  it('refuses what it does not support, by name', async () => {
    const status = await run('retrying');
    expect(status).toMatchObject({ runtimeStatus: 'Failed' });
    expect(status.output).toContain('callActivityWithRetry');
  });

  it('fails a call of a function that is not there', async () => {
    const status = await run('stranger');
    expect(status.runtimeStatus).toBe('Failed');
    expect(status.output).toContain('nobody');
  });

  it('refuses to start an id that is running, and replaces one that has ended', async () => {
    const engine = await host();
    await engine.startNew('sequence', { instanceId: 'same', input: {} });
    await expect(engine.startNew('sequence', { instanceId: 'same', input: {} })).rejects.toThrow('running already');
    engine.start();
    await engine.completion('same');
    await engine.startNew('fanOut', { instanceId: 'same', input: {} });
    expect((await engine.completion('same')).output).toEqual([1, 2, 3, 4]);
  });

  it('terminates an orchestration with everything below it, also before it starts', async () => {
    const directory = await tempDirectory();
    const first = await host({ directory });
    first.start();
    await first.startNew('families', { instanceId: 'f', input: {} });
    await first.completion('f');
    await first.startNew('status', { instanceId: 't', input: {} });
    await until(() => calls.includes('gate status'));
    await first.stop({ graceInMs: 0 });
    const second = await host({ directory });
    await second.terminate('t', 'not needed');
    second.start();
    expect(await second.completion('t')).toMatchObject({ runtimeStatus: 'Terminated', output: 'not needed' });
  });

  it('goes on after a stop, without running finished activities again', async () => {
    const directory = await tempDirectory();
    const first = await host({ directory });
    first.start();
    await first.startNew('resumed', { instanceId: 'r', input: {} });
    await until(() => calls.includes('gate resumed') && calls.includes('echo beside'));
    await first.stop({ graceInMs: 0 });
    const before = calls.filter((call) => call === 'echo before').length;
    const second = await host({ directory });
    second.start();
    await until(() => calls.includes('gate resumed'));
    gates.get('resumed')?.();
    expect((await second.completion('r')).output).toEqual({ first: 'before', gate: 'resumed', other: 'beside' });
    expect(before).toBe(1);
    expect(calls).not.toContain('echo before');
  });

  it('records what ends within the grace time of a stop', async () => {
    const directory = await tempDirectory();
    const first = await host({ directory });
    first.start();
    await first.startNew('resumed', { instanceId: 'r', input: {} });
    await until(() => calls.includes('gate resumed') && calls.includes('echo beside'));
    const stopped = first.stop({ graceInMs: 60_000 });
    gates.get('resumed')?.();
    await stopped;
    const second = await host({ directory });
    second.start();
    expect((await second.completion('r')).runtimeStatus).toBe('Completed');
    expect(calls).toEqual([]);
  });

  it('hands texts to activities as they are', async () => {
    expect((await run('plain')).output).toEqual(['text', 5, true, null]);
  });

  it('takes no turn while it is suspended, and what came meanwhile when it is resumed', async () => {
    const directory = await tempDirectory();
    const first = await host({ directory });
    first.start();
    await first.startNew('approval', { instanceId: 'a', input: {} });
    await until(() => first.status('a')?.runtimeStatus === 'Running');
    await first.suspend('a', 'wait');
    await first.raiseEvent('a', 'approval', { digest: 'right' });
    await first.stop();
    const second = await host({ directory });
    second.start();
    expect(second.status('a')?.runtimeStatus).toBe('Suspended');
    await second.resume('a', 'go on');
    expect((await second.completion('a')).output).toEqual({ decision: 'approved' });
  });

  it('stays suspended when a turn was under way, and can be terminated', async () => {
    const engine = await host();
    engine.start();
    await engine.startNew('status', { instanceId: 's', input: {} });
    await engine.suspend('s', 'at once');
    await engine.resume('s', '');
    await until(() => gates.has('status'));
    await engine.suspend('s', 'again');
    gates.get('status')?.();
    expect(engine.status('s')?.runtimeStatus).toBe('Suspended');
    await engine.terminate('s', 'enough');
    expect((await engine.completion('s')).runtimeStatus).toBe('Terminated');
  });

  it('takes hundreds of orchestrations at once', async () => {
    // A journal that is made shorter forgets some of what has ended.
    const engine = await host({ compactAboveBytes: 64 * 1024 * 1024 });
    engine.start();
    const ids = Array.from({ length: 500 }, (_, n) => `many-${n}`);
    await Promise.all(ids.map((instanceId) => engine.startNew('families', { instanceId, input: {} })));
    const ended = await Promise.all(ids.map((id) => engine.completion(id)));
    expect(new Set(ended.map(({ runtimeStatus }) => runtimeStatus))).toEqual(new Set(['Completed']));
    expect(engine.instances()).toHaveLength(500);
    expect(await engine.purgeWhere({ instanceIdPrefix: 'many-' })).toBe(500);
    expect(engine.query({}).statuses).toEqual([]);
  });

  it('detects code that no longer fits its history', async () => {
    const directory = await tempDirectory();
    code.behaviour = 'before';
    const first = await host({ directory });
    first.start();
    await first.startNew('changing', { instanceId: 'c', input: {} });
    await until(() => calls.includes('gate changing'));
    await first.stop({ graceInMs: 0 });
    code.behaviour = 'after';
    const second = await host({ directory });
    second.start();
    await until(() => calls.includes('gate changing'));
    gates.get('changing')?.();
    const status = await second.completion('c');
    expect(status.runtimeStatus).toBe('Failed');
    expect(status.output).toContain('Non-Deterministic workflow detected');
  });

  it('locks its directory', async () => {
    const directory = await tempDirectory();
    await host({ directory });
    await expect(openHost({ directory, worker })).rejects.toMatchObject({ name: 'LockHeld' });
  });

  it('stops waiting when told to', async () => {
    const engine = await host();
    await engine.startNew('sequence', { instanceId: 'idle', input: {} });
    await expect(engine.completion('idle', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('loads functions once in a process', async () => {
    await expect(loadFunctions(() => undefined)).rejects.toThrow('already');
  });
});
