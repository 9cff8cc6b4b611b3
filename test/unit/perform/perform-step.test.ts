import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closeRun } from '../../../src/activities/close-run.ts';
import { AzureError, errorOfResponse } from '../../../src/azure/errors.ts';
import type { StepAnswer } from '../../../src/domain/run.ts';
import type { Step, StepContext, StepResult } from '../../../src/engine/step.ts';
import { performStep } from '../../../src/perform/perform-step.ts';
import { UserError } from '../../../src/shared/errors.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import { breakLock } from '../../../src/state/lock.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { bench, DONE, FAILED, RUN, stateOf, types } from './step-bench.ts';

describe('the activity around a step', () => {
  it('runs it, keeps what came of it, and tells', async () => {
    const one = await bench();
    expect(await one.call(1, async () => DONE)).toEqual({ kind: 'completed' });
    expect((await stateOf(one)).steps.create_monitoring).toMatchObject({
      status: 'completed',
      outputs: { workspaceId: 'w' },
      run_id: RUN,
      attempts: 1,
    });
    expect(types(one)).toEqual(['step_started', 'step_completed']);
  });

  it('gives a call that is delivered twice its first answer, and does nothing', async () => {
    const one = await bench();
    await one.call(1, async () => ({ kind: 'waiting', retryAfterInSeconds: 3, on: 'x' }));
    expect(await one.call(1, async () => DONE)).toEqual({ kind: 'waiting', retryAfterInSeconds: 3 });
    expect(one.calls).toHaveLength(1);
  });

  it('writes no state for a look, while a step beside it is named in the lock; but when that one has ended', async () => {
    const one = await bench();
    const { state } = one.services.stores('default');
    const wait = async (): Promise<StepResult> => ({ kind: 'waiting', retryAfterInSeconds: 5, on: 'the workspace' });
    await one.call(1, wait);
    const beside = 'create_key_vault';
    const change = (ended: boolean) =>
      updateState(state, (current) => ({
        ...current,
        lock: current.lock && { ...current.lock, step: beside },
        steps: { ...current.steps, ...(ended && { [beside]: { ...FAILED, error: null, run_id: RUN } }) },
      }));
    const { serial } = await change(false);
    await one.call(2, wait);
    expect(await stateOf(one)).toMatchObject({ serial, lock: { step: beside } });
    await change(true);
    await one.call(3, wait);
    expect((await stateOf(one)).lock).toMatchObject({ step: 'create_monitoring' });
  });

  it('waits without counting it, and renews the lock for as long as it sleeps', async () => {
    const one = await bench();
    await one.call(1, async () => ({ kind: 'waiting', retryAfterInSeconds: 3000, on: 'the database' }));
    const { lock } = await stateOf(one);
    expect(lock).toMatchObject({ step: 'create_monitoring', wakeBy: '2026-01-01T00:55:00.000Z' });
    await one.call(2, async () => DONE);
    expect((await stateOf(one)).steps.create_monitoring?.attempts).toBe(1);
  });

  it('tries again what may go well next time, as often as configured, then fails', async () => {
    const one = await bench();
    const fail = async (): Promise<StepResult> => {
      throw new AzureError({ code: 'InternalServerError', message: 'oops', statusCode: 500, correlationId: 'c-1' });
    };
    const answers: StepAnswer[] = [];
    for (let number = 1; number <= 4; number += 1) answers.push(await one.call(number, fail));
    expect(answers.map((answer) => answer.kind === 'failed' && answer.retryable)).toEqual([true, true, true, false]);
    expect((await stateOf(one)).steps.create_monitoring).toMatchObject({
      status: 'failed',
      error: { code: 'InternalServerError', correlationId: 'c-1' },
      attempts: 4,
    });
    expect(one.events.at(-1)).toMatchObject({ type: 'step_failed', correlationId: 'c-1' });
  });

  it('obeys Retry-After of a throttled call as time, not as an attempt', async () => {
    const one = await bench();
    const throttled = async (): Promise<StepResult> => {
      throw new AzureError({ code: 'TooManyRequests', message: '', statusCode: 429, retryAfterInSeconds: 77 });
    };
    for (let number = 1; number <= 9; number += 1)
      expect(await one.call(number, throttled)).toEqual({ kind: 'waiting', retryAfterInSeconds: 77 });
  });

  it('gives a fresh grant its time, and no more', async () => {
    const one = await bench();
    await updateState(one.services.stores('default').state, (state) => ({
      ...state,
      resources: {
        'role:secrets-user': {
          ...{ id: '/subscriptions/s/x', type: 'Microsoft.Authorization/roleAssignments', step: 'create_key_vault' },
          ...{ holds_data: false, immutable: {}, created_by: RUN },
        },
      },
    }));
    const forbidden = async (): Promise<StepResult> => {
      throw new AzureError({ code: 'ForbiddenByRbac', message: 'no', statusCode: 403 });
    };
    expect(await one.call(1, forbidden)).toMatchObject({ kind: 'waiting' });
    one.pass(700);
    expect(await one.call(2, forbidden)).toMatchObject({ kind: 'failed', code: 'ForbiddenByRbac', retryable: false });
  });

  it('takes a refusal at its word in a run that has granted nothing', async () => {
    const one = await bench();
    const forbidden = async (): Promise<StepResult> => {
      throw new AzureError({ code: 'ForbiddenByRbac', message: 'no', statusCode: 403 });
    };
    expect(await one.call(1, forbidden)).toMatchObject({ kind: 'failed', code: 'ForbiddenByRbac', retryable: false });
  });

  it('keeps what the last good run left when a later one fails', async () => {
    const one = await bench();
    await one.call(1, async () => DONE);
    const before = (await stateOf(one)).steps.create_monitoring;
    await updateState(one.services.stores('default').state, (state) => ({
      ...state,
      steps: {
        create_monitoring: {
          ...before,
          run_id: 'other',
          status: 'completed',
          timestamp: 't',
          dependencies: {},
          dependency_hash: 'good',
          outputs: before?.outputs ?? {},
          metadata: {},
        },
      },
    }));
    await one.services.stores('default').runs.writeMemory(RUN, 'create_monitoring', {});
    await one.call(2, async () => {
      throw new UserError('it is hush-hush', { code: 'build_failed', hint: 'do this' });
    });
    expect((await stateOf(one)).steps.create_monitoring).toMatchObject({
      status: 'failed',
      dependency_hash: 'good',
      outputs: { workspaceId: 'w' },
      error: { message: 'it is ***' },
    });
    expect(one.events.at(-1)).toMatchObject({ type: 'step_failed', message: 'it is ***', hint: 'do this' });
  });

  it('waits for months when Azure asks for that, holding the lock, and spends no attempt', async () => {
    const one = await bench();
    const months = 90 * 24 * 3600;
    const busy = errorOfResponse(429, { 'retry-after': String(months), 'x-ms-correlation-request-id': 'c' }, '');
    const answer = await one.call(1, async () => {
      throw busy;
    });
    expect(answer).toEqual({ kind: 'waiting', retryAfterInSeconds: months });
    const { lock } = await stateOf(one);
    expect(Date.parse(lock?.wakeBy ?? '')).toBeGreaterThan(one.services.clock.now().getTime() + months * 1000);
    one.pass(months);
    expect(await one.call(2, async () => DONE)).toEqual({ kind: 'completed' });
    expect((await stateOf(one)).steps.create_monitoring?.attempts).toBe(1);
  });

  it('ends with what Azure said when it stays busy for an hour', async () => {
    const one = await bench();
    const busy = new AzureError({
      code: 'ContainerAppOperationInProgress',
      message: 'active provisioning operation in progress',
      statusCode: 409,
      correlationId: 'c-9',
      resource: 'Microsoft.App/containerApps/api',
    });
    const refused = async () => {
      throw busy;
    };
    expect(await one.call(1, refused)).toMatchObject({ kind: 'waiting' });
    one.pass(3611);
    const code = 'ContainerAppOperationInProgress';
    expect(await one.call(2, refused)).toEqual({ kind: 'failed', code, retryable: false });
    expect(one.events.at(-1)).toMatchObject({
      type: 'step_failed',
      code,
      message: expect.stringMatching(/3611 seconds.*containerApps\/api: active provisioning/),
      correlationId: 'c-9',
      hint: expect.stringContaining('run again'),
    });
  });

  it('writes nothing, neither state nor Azure, once another run holds the lock', async () => {
    const one = await bench();
    const answer = await one.call(1, async ({ azure }) => {
      await breakLock(one.services.stores('default').state);
      await azure.arm.put('/x', '1', {});
      return DONE;
    });
    expect(answer).toEqual({ kind: 'failed', code: 'lock_lost', retryable: false });
    expect((await stateOf(one)).steps).toEqual({});
    expect(await one.call(2, async () => DONE)).toMatchObject({ code: 'lock_lost' });
    expect(one.calls).toHaveLength(1);
  });

  it('completes nothing in the state once another run holds the lock', async () => {
    const one = await bench();
    const answer = await one.call(1, async () => {
      await breakLock(one.services.stores('default').state);
      return DONE;
    });
    expect(answer).toEqual({ kind: 'failed', code: 'lock_lost', retryable: false });
    expect((await stateOf(one)).steps).toEqual({});
  });

  it('stands with the fence before every write to Azure', async () => {
    const one = await bench();
    const { azure, writes } = fakeAzure();
    const services = { ...one.services, azure: async () => azure };
    await one.call(1, async () => ({ kind: 'waiting', retryAfterInSeconds: 1, on: 'x' }));
    const step: Step = {
      name: 'create_monitoring',
      desire: () => [],
      async run(context) {
        await context.azure.arm.put('/held', '1', {});
        await breakLock(services.stores('default').state);
        await context.azure.arm.put('/lost', '1', {});
        return DONE;
      },
    };
    const input = { environment: 'default', runId: RUN, step: 'create_monitoring', callNumber: 2 } as const;
    expect(await performStep(services, step)(input)).toMatchObject({ code: 'lock_lost' });
    expect(writes.map(({ path }) => path)).toEqual(['/held']);
  });

  it('keeps the events of every call, none taken for one of an earlier call', async () => {
    const one = await bench();
    const waiting: StepResult = { kind: 'waiting', retryAfterInSeconds: 1, on: 'it' };
    for (const number of [1, 2, 3]) await one.call(number, async () => waiting);
    const { events } = await one.services.stores('default').runs.events(RUN);
    const ids = events
      .filter(({ type }) => type === 'step_progress')
      .map(({ id }) => id.split('/').slice(0, 2).join('/'));
    expect(ids).toEqual(['create_monitoring/1', 'create_monitoring/2', 'create_monitoring/3']);
  });

  it('tells the start of a step whose process died in its first call, and everything once', async () => {
    const one = await bench();
    // What the killed process told is on disk; it died before it remembered that.
    const dies = async (context: StepContext): Promise<StepResult> => {
      context.log('info', 'line', 'gateway');
      context.log('info', 'line', 'gateway');
      context.progress('only the first says this');
      await context.toldDurably();
      throw new UserError('the storage is away, as after a kill', { code: 'storage_unreachable' });
    };
    await expect(one.call(1, dies)).rejects.toThrow('storage is away');
    const runs = one.services.stores('default').runs;
    const goesOn = async (context: StepContext): Promise<StepResult> => {
      context.log('info', 'line', 'gateway');
      context.log('info', 'line', 'gateway');
      context.progress('only the second says this');
      return DONE;
    };
    expect(await one.call(1, goesOn)).toEqual({ kind: 'completed' });
    const { events } = await runs.events(RUN);
    const said = events.map((event) => ('message' in event ? event.message : event.type));
    expect(said).toEqual([
      'step_started',
      'line',
      'line',
      'only the first says this',
      'only the second says this',
      'step_completed',
    ]);
  });

  it('is no failure of the step when the disk is full: the call is made again', async () => {
    const one = await bench();
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    await expect(one.call(1, () => Promise.reject(full))).rejects.toThrow('ENOSPC');
    expect((await stateOf(one)).steps.create_monitoring).toBeUndefined();
    expect(await one.call(1, async () => DONE)).toEqual({ kind: 'completed' });
    expect((await stateOf(one)).steps.create_monitoring).toMatchObject({ attempts: 1 });
  });

  it('tells the start also when its process died before anything was told', async () => {
    const one = await bench();
    await one.call(1, async () => DONE);
    await rm(join(one.directory, 'runs', RUN, 'answers'), { recursive: true });
    await rm(join(one.directory, 'runs', RUN, 'events.ndjson'));
    // The next process has read no events yet.
    const runs = openFileRunStore({ directory: one.directory });
    const services = { ...one.services, stores: () => ({ ...one.services.stores('default'), runs }) };
    const step: Step = { name: 'create_monitoring', desire: () => [], run: () => Promise.reject(new Error('again')) };
    await performStep(services, step)({ environment: 'default', runId: RUN, step: 'create_monitoring', callNumber: 1 });
    const { events } = await runs.events(RUN);
    expect(events.map(({ id }) => id)).toEqual(['create_monitoring/1/started', 'create_monitoring/1/completed']);
  });

  it('does not begin after another step of the run has failed', async () => {
    const one = await bench();
    const { state } = one.services.stores('default');
    const failed = { ...FAILED, run_id: RUN };
    await updateState(state, (current) => ({ ...current, steps: { create_key_vault: failed } }));
    expect(await one.call(1, async () => DONE)).toEqual({ kind: 'stopped' });
    await updateState(state, (current) => ({
      ...current,
      steps: { create_key_vault: { ...failed, run_id: 'before' } },
    }));
    expect(await one.call(2, async () => DONE)).toEqual({ kind: 'completed' });
  });

  it('waits twice as long before every further attempt', async () => {
    const one = await bench({ advanced: { ...deploymentConfig().advanced, retryDelayInSeconds: 5 } });
    const pauses: unknown[] = [];
    for (const number of [1, 2, 3]) {
      const answer = await one.call(number, async () => {
        throw new AzureError({ code: 'InternalServerError', message: '', statusCode: 500 });
      });
      pauses.push('retryAfterInSeconds' in answer && answer.retryAfterInSeconds);
    }
    expect(pauses).toEqual([5, 10, 20]);
  });

  it('starts nothing after a cancellation, but follows what has begun', async () => {
    const one = await bench();
    await one.call(1, async () => ({ kind: 'waiting', retryAfterInSeconds: 1, on: 'x' }));
    await one.services.stores('default').runs.requestCancel(RUN, 'me');
    expect(await one.call(2, async () => DONE)).toEqual({ kind: 'completed' });
    const other = await bench();
    await other.services.stores('default').runs.requestCancel(RUN, 'me');
    expect(await other.call(1, async () => DONE)).toEqual({ kind: 'stopped' });
  });

  it('waits no longer for people once the run is cancelled, and tells no failure', async () => {
    const one = await bench();
    const waiting = { kind: 'waiting', retryAfterInSeconds: 60, on: 'records of DNS', isIdle: true } as const;
    expect(await one.call(1, async () => waiting)).toMatchObject({ kind: 'waiting' });
    await one.services.stores('default').runs.requestCancel(RUN, 'me');
    expect(await one.call(2, async () => waiting)).toEqual({ kind: 'stopped' });
    await closeRun(one.services)({ environment: 'default', runId: RUN, outcome: 'stopped' });
    expect(one.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'cancelled', failed: [] });
  });

  it('shows the stack of a bug, and does not take it for a failure of Azure', async () => {
    const one = await bench();
    const answer = await one.call(1, async () => {
      throw new TypeError('undefined is not a function');
    });
    expect(answer).toEqual({ kind: 'failed', code: 'internal_error', retryable: false });
    expect(one.events.some((event) => event.type === 'log' && event.message.includes('TypeError'))).toBe(true);
  });
});

describe('the end of a run', () => {
  it('gives the lock back, keeps history of success, and tells it last', async () => {
    const one = await bench();
    await one.call(1, async () => DONE);
    expect(await closeRun(one.services)({ environment: 'default', runId: RUN, outcome: 'succeeded' })).toEqual({
      kind: 'closed',
    });
    expect(await stateOf(one)).toMatchObject({ lock: null, last_run: { run_id: RUN, status: 'succeeded' } });
    expect(one.events.at(-1)).toMatchObject({
      type: 'run_completed',
      status: 'succeeded',
      executed: ['create_monitoring'],
      failed: [],
    });
    expect(await one.services.stores('default').state.history({ limit: 100 })).toHaveLength(1);
  });

  it('names a step whose activity was lost', async () => {
    const one = await bench();
    await one.call(1, async () => ({ kind: 'waiting', retryAfterInSeconds: 1, on: 'x' }));
    await closeRun(one.services)({ environment: 'default', runId: RUN, outcome: 'failed' });
    expect(one.events.at(-1)).toMatchObject({ status: 'failed', failed: ['create_monitoring'] });
    expect((await one.services.stores('default').runs.summary(RUN))?.error).toMatchObject({
      step: 'create_monitoring',
      code: 'activity_lost',
    });
    expect(await one.services.stores('default').state.history({ limit: 100 })).toEqual([]);
  });
});
