import { describe, expect, it } from 'vitest';
import { withBegun, withChecked, withSchedule } from '../../../../src/domain/drift-check/drift-check.ts';
import { emptyState } from '../../../../src/domain/state.ts';
import type { StepName } from '../../../../src/domain/steps.ts';
import { reap } from '../../../../src/runs/reap.ts';
import { UserError } from '../../../../src/shared/errors.ts';
import { historyEntry } from '../../../../src/state/kept-state.ts';
import type { DeploymentStorage, StateStore } from '../../../../src/state/ports.ts';
import { updateState } from '../../../../src/state/update-state.ts';
import { openTestApp } from '../../../helpers/app-under-test.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const FOUND = { digest: 'd', differing: 1, repairable: true };

/** An app with an environment that was deployed, and is checked each day at 6 where `asked` says so. */
async function appWithDeployment(asked = true, overrides: Parameters<typeof openTestApp>[0] = {}) {
  const test = await openTestApp(overrides);
  const { state, runs } = test.storage.environment('production');
  const configDigest = await runs.putConfig(deploymentConfig());
  const runId = 'production-01M8434Z00VB7SSV72CDKWWDXY';
  await state.keepHistory(runId, historyEntry({ runId, configDigest }, emptyState('production'), test.app.clock.now()));
  const schedule = { schedule: '0 0 6 * * *', repair: true };
  await updateState(state, (now) => ({
    ...withSchedule(now, asked ? schedule : undefined, { now: state.now(), isRepair: false }),
    resource_group: 'rg',
  }));
  const stateNow = async () => (await state.read()).value;
  return { ...test, state, runs, stateNow, tick: () => reap(test.app, test.engine) };
}

/** The same storage, and what is asked of it. */
function counted(storage: DeploymentStorage) {
  const calls: string[] = [];
  const spied = <Store extends object>(store: Store, name: string): Store =>
    new Proxy(store, {
      get(target, key, receiver) {
        const member: unknown = Reflect.get(target, key, receiver);
        if (typeof member === 'function' && key !== 'now') calls.push(`${name}.${String(key)}`);
        return member;
      },
    });
  const environment = (name: string) => {
    const { state, runs } = storage.environment(name);
    return { state: spied(state, 'state'), runs: spied(runs, 'runs') };
  };
  return { calls, storage: { ...storage, environment } };
}

async function hold(state: StateStore): Promise<void> {
  const wakeBy = new Date(state.now().getTime() + HOUR * 1000).toISOString();
  const lock = { runId: 'other', holder: 'ann', engine: 'e', step: null, acquiredAt: '', fence: 9, wakeBy };
  await updateState(state, (now) => ({ ...now, fence: 9, lock }));
}

describe('a check by the clock', () => {
  it('costs the timer nothing until it is due', async () => {
    const asked = async (isAsked: boolean): Promise<readonly string[]> => {
      const test = await appWithDeployment(isAsked);
      const { calls, storage } = counted(test.storage);
      await reap({ ...test.app, stores: storage.environment }, test.engine);
      return calls;
    };
    expect(await asked(true)).toEqual(await asked(false));
    expect(await asked(true)).toEqual(['runs.runs', 'state.read']);
  });

  it('that is lost with its orchestration has failed, and the next one is made at the next time', async () => {
    const test = await appWithDeployment();
    test.advance(7 * HOUR);
    await Promise.all([test.tick(), test.tick()]);
    const [runId = '', ...others] = new Set(test.engine.started);
    expect(others).toEqual([]);
    expect(await test.runs.request(runId)).toMatchObject({
      trigger: 'timer',
      requestedBy: 'drift check',
      options: { checksDrift: true, dryRun: true, autoApprove: false },
    });
    expect((await test.stateNow()).lock).toBeNull();
    test.engine.alive.delete(runId);
    test.advance(300);
    for (const _ of ['closed', 'marked', 'nothing']) await test.tick();
    expect((await test.runs.summary(runId))?.status).toBe('failed');
    expect((await test.stateNow()).drift_check?.last).toMatchObject({ run_id: runId, outcome: 'failed' });
    expect(new Set(test.engine.started).size).toBe(1);
    test.advance(DAY);
    await test.tick();
    expect(new Set(test.engine.started).size).toBe(2);
  });

  it('is one, whatever is deployed while it is under way, and keeps no key of its own', async () => {
    const test = await appWithDeployment();
    test.advance(7 * HOUR);
    await test.tick();
    const [runId = ''] = test.engine.started;
    expect((await test.stateNow()).drift_check?.begun).toBe(runId);
    const configDigest = await test.runs.putConfig({
      ...deploymentConfig(),
      drift: { schedule: 'other', repair: false },
    });
    const newer = 'production-01M9434Z00VB7SSV72CDKWWDXY';
    const at = test.app.clock.now();
    await test.state.keepHistory(newer, historyEntry({ runId: newer, configDigest }, await test.stateNow(), at));
    await test.tick();
    expect((await test.runs.runs({ limit: 5 })).map((run) => run.runId)).toEqual([runId]);
    const claimed = { runId: 'other', requestDigest: 'd' };
    expect(await test.storage.keyedCall('production', 'drift-check', claimed)).toEqual(claimed);
    // One that looked before the check began, and writes after it has ended, begins none.
    const due = (await test.stateNow()).drift_check;
    if (!due) throw new Error('no mark');
    await updateState(test.state, (now) => withChecked(now, { runId, outcome: 'clean' }, at));
    const after = await test.stateNow();
    expect(after.drift_check).not.toHaveProperty('begun');
    expect(withBegun(after, due, 'late')).toBe(after);
  });

  it('asks Azure again before a repair for an hour, then says why there is none', async () => {
    let looks = 0;
    let isBusy = true;
    const test = await appWithDeployment(true, {
      async repair() {
        looks += 1;
        if (isBusy) throw new UserError('Azure answered TooManyRequests.', { code: 'azure_failed' });
        return { config: deploymentConfig(), source: null, options: {}, isNew: false, drift: [] };
      },
    });
    const find = (runId: string) =>
      updateState(test.state, (now) => withChecked(now, { runId, outcome: 'drift', found: FOUND }, test.state.now()));
    await find('c');
    await test.tick();
    expect((await test.stateNow()).drift_check?.found?.repair).toBeUndefined();
    isBusy = false;
    await test.tick();
    const [runId = ''] = test.engine.started;
    expect((await test.stateNow()).drift_check?.found?.repair).toEqual({ run_id: runId });

    await updateState(test.state, ({ lock: _, ...now }) => ({ ...now, lock: null }));
    const { runs } = test;
    const summary = await runs.summary(runId);
    if (!summary) throw new Error('no summary');
    await runs.writeSummary({ ...summary, status: 'succeeded', finishedAt: test.app.clock.now().toISOString() });
    await find('d');
    isBusy = true;
    looks = 0;
    for (let tick = 0; tick < 15; tick += 1) await test.tick();
    expect(looks).toBe(12);
    expect((await test.stateNow()).drift_check?.found?.repair?.why).toContain('(azure_failed)');
  });

  it('repairs what is to be repaired by now where somebody was faster at first', async () => {
    let step: StepName = 'create_key_vault';
    const test = await appWithDeployment(true, {
      async repair() {
        // Between this look and the reservation somebody takes the lock.
        if (step === 'create_key_vault') await hold(test.state);
        return { config: deploymentConfig(), source: null, options: { onlySteps: [step] }, isNew: false, drift: [] };
      },
    });
    const ended = { runId: 'c', outcome: 'drift', found: FOUND } as const;
    await updateState(test.state, (now) => withChecked(now, ended, test.state.now()));
    await test.tick();
    expect(test.engine.started).toEqual([]);
    await updateState(test.state, (now) => ({ ...now, lock: null }));
    step = 'create_monitoring';
    await test.tick();
    const [runId = ''] = test.engine.started;
    expect((await test.runs.request(runId))?.options.onlySteps).toEqual(['create_monitoring']);
    expect((await test.stateNow()).drift_check?.found?.repair).toEqual({ run_id: runId });
  });

  it('has nothing repaired of which it is not clear what to repair to, says why, and asks no more', async () => {
    let looks = 0;
    const test = await appWithDeployment(true, {
      async repair() {
        looks += 1;
        throw new UserError('A later run did not come to its end.', { code: 'drift_unsettled' });
      },
    });
    const ended = { runId: 'c', outcome: 'drift', found: FOUND } as const;
    await updateState(test.state, (now) => withChecked(now, ended, test.state.now()));
    for (const _ of ['looks', 'knows']) await test.tick();
    expect(looks).toBe(1);
    expect((await test.stateNow()).drift_check?.found?.repair).toEqual({
      why: 'A later run did not come to its end. (drift_unsettled)',
    });
    expect(test.engine.started).toEqual([]);
  });
});
