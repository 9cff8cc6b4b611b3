import { expect, it } from 'vitest';
import { closeRun } from '../../../src/activities/close-run.ts';
import type { StepInput } from '../../../src/domain/function-names.ts';
import type { StepName } from '../../../src/domain/steps.ts';
import type { Step, StepResult } from '../../../src/engine/step.ts';
import { performStep } from '../../../src/perform/perform-step.ts';
import { environmentView } from '../../../src/runs/environment-view.ts';
import { UserError } from '../../../src/shared/errors.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { type Bench, bench, DONE, FAILED, RUN, stateOf, types } from './step-bench.ts';

const EARLY: StepResult = { kind: 'completed', outputs: { early: 'e' } };
const STEP_ITSELF = 50_001;

/** Calls an activity with a head start. */
async function call(
  one: Bench,
  callNumber: number,
  headStart: () => Promise<StepResult>,
  run: Step['run'] = async () => DONE,
  name: StepName = 'create_monitoring',
) {
  const step: Step = { name, desire: () => [], headStart, run };
  const input: StepInput = { environment: 'default', runId: RUN, step: step.name, callNumber };
  return await performStep(one.services, step)({ ...input, ...(callNumber < STEP_ITSELF && { headStart: true }) });
}

it('leaves what others may go on with, and a step that has begun and not ended', async () => {
  const one = await bench();
  expect(await call(one, 1, async () => EARLY)).toEqual({ kind: 'completed' });
  const { create_monitoring: record } = (await stateOf(one)).steps;
  expect(record).toMatchObject({ outputs: { early: 'e' }, begun_by: RUN, dependency_hash: null });
  expect(record?.status).not.toBe('completed');
  expect(types(one)).toEqual(['step_started', 'step_progress']);
});

it('goes on as its step, which ends once, with its own outputs', async () => {
  const one = await bench();
  await call(one, 1, async () => EARLY);
  expect(await call(one, STEP_ITSELF, async () => EARLY)).toEqual({ kind: 'completed' });
  const { create_monitoring: record } = (await stateOf(one)).steps;
  expect(record).toMatchObject({ status: 'completed', outputs: { workspaceId: 'w' }, run_id: RUN });
  expect(record).not.toHaveProperty('begun_by');
  expect(types(one)).toEqual(['step_started', 'step_progress', 'step_completed']);
});

it('is shown as a step that runs, and once its run is over as one that was begun', async () => {
  const one = await bench();
  await call(one, 1, async () => EARLY);
  const { state } = one.services.stores('default');
  const shown = async () => environmentView(await stateOf(one), state.now()).steps;
  expect(await shown()).toMatchObject([{ step: 'create_monitoring', status: 'running', runId: RUN, error: null }]);
  await closeRun(one.services)({ environment: 'default', runId: RUN, outcome: 'failed' });
  expect(await shown()).toMatchObject([{ step: 'create_monitoring', status: 'begun', runId: RUN, error: null }]);
});

it('waits as a step does, and leaves nothing before it is done', async () => {
  const one = await bench();
  const waiting = await call(one, 1, async () => ({ kind: 'waiting', retryAfterInSeconds: 3, on: 'the server' }));
  expect(waiting).toEqual({ kind: 'waiting', retryAfterInSeconds: 3 });
  expect((await stateOf(one)).steps.create_monitoring).toBeUndefined();
  expect(await call(one, 2, async () => EARLY)).toEqual({ kind: 'completed' });
});

it('fails as its step', async () => {
  const one = await bench();
  const failing = async (): Promise<StepResult> => {
    throw new UserError('no', { code: 'secret_missing', hint: 'Give it.' });
  };
  expect(await call(one, 1, failing)).toMatchObject({ kind: 'failed', code: 'secret_missing', retryable: false });
  expect((await stateOf(one)).steps.create_monitoring).toMatchObject({ status: 'failed', run_id: RUN });
  expect(types(one)).toEqual(['step_started', 'step_failed']);
  const [shown] = environmentView(await stateOf(one), one.services.clock.now()).steps;
  expect(shown).toMatchObject({ status: 'failed', error: { code: 'secret_missing' } });
});

it('is not told as a step that failed when another one ends the run meanwhile', async () => {
  const one = await bench();
  await call(one, 1, async () => EARLY);
  await closeRun(one.services)({ environment: 'default', runId: RUN, outcome: 'failed' });
  const { runs } = one.services.stores('default');
  expect(await runs.summary(RUN)).toMatchObject({ status: 'failed', failed: [] });
});

const WAITING: StepResult = { kind: 'waiting', retryAfterInSeconds: 3, on: 'it' };

async function cancelled({ services }: Bench): Promise<void> {
  await services.stores('default').runs.requestCancel(RUN, 'ada');
}

async function failedElsewhere({ services }: Bench): Promise<void> {
  await updateState(services.stores('default').state, (current) => ({
    ...current,
    steps: { ...current.steps, create_databases: { ...FAILED, run_id: RUN } },
  }));
}

it('is followed to the end of its step by a run that was cancelled, where that needs nothing more', async () => {
  const begun = await bench();
  const early = async (): Promise<StepResult> => EARLY;
  await call(begun, 1, async () => WAITING, undefined, 'create_databases');
  await cancelled(begun);
  expect(await call(begun, 2, early, undefined, 'create_databases')).toEqual({ kind: 'completed' });
  expect(await call(begun, STEP_ITSELF, early, async () => DONE, 'create_databases')).toEqual({ kind: 'completed' });
  expect((await stateOf(begun)).steps.create_databases).toMatchObject({ status: 'completed', run_id: RUN });
});

const OBSTACLES = [
  ['a cancellation', cancelled, 'the run was cancelled'],
  ['a failure elsewhere', failedElsewhere, 'create_databases failed'],
] as const;

it.each(OBSTACLES)('does not go on as its step after %s', async (_of, happens, why) => {
  const one = await bench();
  await call(one, 1, async () => EARLY);
  await happens(one);
  let runs = 0;
  const run = async (): Promise<StepResult> => {
    runs += 1;
    return DONE;
  };
  expect(await call(one, STEP_ITSELF, async () => EARLY, run)).toEqual({ kind: 'stopped' });
  expect(runs).toBe(0);
  expect(one.events.at(-1)).toMatchObject({ type: 'log', step: 'create_monitoring', message: `not started: ${why}` });
  expect((await stateOf(one)).steps.create_monitoring).toMatchObject({ outputs: EARLY.outputs, begun_by: RUN });
});

it.each(OBSTACLES)('is ended after %s once its step has gone on', async (_of, happens) => {
  const one = await bench();
  await call(one, 1, async () => EARLY);
  await call(
    one,
    STEP_ITSELF,
    async () => EARLY,
    async () => WAITING,
  );
  await happens(one);
  expect(await call(one, STEP_ITSELF + 1, async () => EARLY)).toEqual({ kind: 'completed' });
});

/** The process ended before it could keep what it had answered. */
function withoutAnswers(one: Bench): Bench {
  const { state, runs } = one.services.stores('default');
  const stores = () => ({ state, runs: { ...runs, answer: async () => undefined } });
  return { ...one, services: { ...one.services, stores } };
}

it.each(OBSTACLES)('is done to its end after %s, delivered again, too', async (_of, happens) => {
  const one = await bench();
  await call(one, 1, async () => WAITING);
  await happens(one);
  expect(await call(one, 2, async () => EARLY)).toEqual({ kind: 'completed' });
  expect(await call(withoutAnswers(one), 2, async () => EARLY)).toEqual({ kind: 'completed' });
});
