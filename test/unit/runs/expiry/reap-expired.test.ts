import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../../src/domain/api/views.ts';
import { marked } from '../../../../src/domain/expiry/expiry.ts';
import type { EnvironmentState } from '../../../../src/domain/state.ts';
import { reap } from '../../../../src/runs/reap.ts';
import type { LogLevel } from '../../../../src/shared/logger.ts';
import { releaseLock } from '../../../../src/state/lock.ts';
import { updateState } from '../../../../src/state/update-state.ts';
import { openTestApp } from '../../../helpers/app-under-test.ts';
import { startableConfig } from '../../../helpers/example-config.ts';

const HOUR = 3600;
const VAULT = { id: '/v', type: 'T', step: 'create_key_vault', holds_data: true, immutable: {} } as const;

/** An app with `pr-7`, which was deployed and given ten hours, and `production`, which was not. */
async function appWithEnvironments() {
  const logged: string[] = [];
  const logger = { log: (level: LogLevel, message: string) => void logged.push(`${level}: ${message}`) };
  const test = await openTestApp({ logger });
  const storesOf = (environment: string) => test.storage.environment(environment);
  const change = async (environment: string, how: (state: EnvironmentState) => EnvironmentState) => {
    const { state } = storesOf(environment);
    return await updateState(state, how);
  };
  const give = (expires: string) =>
    change('pr-7', (state) => marked(state, { expires, by: 'ann' }, test.app.clock.now()));
  /** A run that is over as soon as it has begun. */
  const deploy = async (environment: string): Promise<string> => {
    const headers = { 'content-type': 'application/yaml' };
    const answer = await test.call('startDeployment', {
      params: { environment },
      headers,
      body: await startableConfig(),
    });
    const { runId } = answer.body as RunView;
    await end(environment, runId, 'succeeded');
    await change(environment, (state) => ({ ...state, resources: { 'key-vault': VAULT } }));
    return runId;
  };
  const end = async (environment: string, runId: string, status: 'succeeded' | 'failed'): Promise<void> => {
    const { runs, state } = storesOf(environment);
    const finishedAt = test.app.clock.now().toISOString();
    const summary = await runs.summary(runId);
    if (!summary) throw new Error(`no run ${runId}`);
    await runs.writeSummary({ ...summary, status, finishedAt });
    await releaseLock(state, runId);
    await updateState(state, (current) => ({
      ...current,
      last_run: { run_id: runId, status, finished_at: finishedAt },
    }));
    test.engine.alive.delete(runId);
  };
  for (const environment of ['pr-7', 'production']) await deploy(environment);
  test.engine.started.length = 0;
  await give('10h');
  const look = () => reap(test.app, test.engine);
  const stateOf = async (environment: string) => (await storesOf(environment).state.read()).value;
  return { ...test, logged, storesOf, change, give, deploy, end, look, stateOf };
}

describe('the reaper of environments', () => {
  it('says beforehand, once, that one ends, and deletes it when it does; one without a mark stays for ever', async () => {
    const app = await appWithEnvironments();
    await app.look();
    expect(app.logged).toEqual([]);
    app.advance(9.5 * HOUR);
    await app.look();
    await app.look();
    expect(app.logged).toEqual([
      'warning: pr-7 expires at 2026-01-01T10:00:00.000Z (in 30 min) and is deleted then, data included. Deploy it with --expires 72h for another end, or with --expires never to keep it.',
    ]);
    expect(app.engine.started).toEqual([]);
    app.advance(0.5 * HOUR);
    await app.look();
    const [runId = ''] = app.engine.started;
    const { runs } = app.storesOf('pr-7');
    expect(await runs.request(runId)).toMatchObject({
      environment: 'pr-7',
      trigger: 'timer',
      requestedBy: 'expiry, set by ann',
      waits: true,
      options: { autoApprove: true, destroy: { expired: true, confirmed: true, keepData: false, leftBehind: null } },
    });
    app.advance(9000 * HOUR);
    await app.look();
    expect(app.engine.started.filter((one) => one.startsWith('production'))).toEqual([]);
  });

  it('starts one deletion, however often and from wherever it looks', async () => {
    const app = await appWithEnvironments();
    app.advance(9.5 * HOUR);
    await app.look();
    app.advance(HOUR);
    await Promise.all([app.look(), app.look()]);
    await app.look();
    expect(new Set(app.engine.started).size).toBe(1);
  });

  it('deletes nothing of which it never told: a clock that jumped ahead is set right', async () => {
    const app = await appWithEnvironments();
    app.advance(20_000 * HOUR);
    await app.look();
    expect(app.engine.started).toEqual([]);
    app.advance(-20_000 * HOUR + 5 * 60);
    await app.look();
    expect([app.engine.started, (await app.stateOf('pr-7')).expires?.at]).toEqual([[], '2026-01-01T10:00:00.000Z']);
    app.advance(10 * HOUR);
    await app.look();
    expect(app.engine.started).toEqual([]);
    app.advance(5 * 60);
    await app.look();
    expect(app.engine.started).toHaveLength(1);
  });

  it('takes a place in the queue behind a run that is under way', async () => {
    const app = await appWithEnvironments();
    app.advance(9.5 * HOUR);
    await app.look();
    const headers = { 'content-type': 'application/yaml' };
    const params = { environment: 'pr-7' };
    const update = await app.call('startDeployment', { params, headers, body: await startableConfig() });
    app.advance(0.5 * HOUR);
    await app.storesOf('pr-7').state.read();
    // It holds the lock and is at work.
    await app.change('pr-7', (state) => ({
      ...state,
      lock: state.lock && { ...state.lock, wakeBy: '2026-01-02T00:00:00Z' },
    }));
    await app.look();
    const { lock, queue } = await app.stateOf('pr-7');
    expect([lock?.runId, queue.length]).toEqual([(update.body as RunView).runId, 1]);
    await app.look();
    expect((await app.stateOf('pr-7')).queue).toHaveLength(1);
  });

  it('tries again at once when the deletion was lost, and an hour after it did not succeed', async () => {
    const app = await appWithEnvironments();
    app.advance(9.5 * HOUR);
    await app.look();
    app.advance(0.6 * HOUR);
    await app.look();
    const [first = ''] = app.engine.started;
    app.engine.alive.delete(first);
    app.advance(130);
    await app.look();
    expect(app.engine.started).toHaveLength(2);
    const second = app.engine.started[1] ?? '';
    expect(second).not.toBe(first);
    await app.end('pr-7', second, 'failed');
    app.advance(59 * 60);
    await app.look();
    expect(app.engine.started).toHaveLength(2);
    app.advance(2 * 60);
    await app.look();
    expect(app.engine.started).toHaveLength(3);
  });

  it('forgets the mark of what was never made', async () => {
    const app = await appWithEnvironments();
    await app.change('pr-7', (state) => ({ ...state, resources: {} }));
    app.advance(11 * HOUR);
    await app.look();
    app.advance(5 * 60);
    await app.look();
    expect([app.engine.started, (await app.stateOf('pr-7')).expires]).toEqual([[], undefined]);
  });

  it('goes on to other environments when one cannot be deleted', async () => {
    const app = await appWithEnvironments();
    await app.change('a-broken-one', (state) => ({
      ...marked(state, { expires: '5m', by: 'ann' }, app.app.clock.now()),
      resources: { 'key-vault': VAULT },
    }));
    app.advance(11 * HOUR);
    await app.look();
    app.advance(5 * 60);
    await app.look();
    expect(app.logged.at(-2)).toMatch(/^error: a-broken-one has expired and is not deleted: .* \(nothing_deployed\)$/);
    expect(app.engine.started).toEqual([expect.stringMatching(/^pr-7-/)]);
  });
});
