import { withFence } from '../azure/connect.ts';
import type { RunEvent } from '../domain/events.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { StepInput } from '../domain/function-names.ts';
import { actualOutputs } from '../domain/outputs.ts';
import type { Plan } from '../domain/plan-schema.ts';
import { AHEAD, STOPPED, type StepAnswer } from '../domain/run.ts';
import { withKeptSections } from '../domain/sections/kept-sections.ts';
import type { StepState } from '../domain/state.ts';
import { waitsAfterHeadStart } from '../domain/steps.ts';
import { createEventRecorder } from '../engine/event-recorder.ts';
import { isForgotten, type LoadedRun, loadRun, requirePlan } from '../engine/load-run.ts';
import { openMemory } from '../engine/memory.ts';
import { withImagesOf } from '../engine/rollback.ts';
import type { Services } from '../engine/services.ts';
import type { FactSources, Step, StepContext, StepResult } from '../engine/step.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { sourceOf } from '../images/run-sources.ts';
import { decideNow, lateDependencies } from '../planning/decide-now.ts';
import { assertFence, type Fence } from '../state/update-state.ts';
import { answerPatiently } from './answer-patiently.ts';
import type { Call } from './call.ts';
import { isStorageBehind, lostSteps, lostText, withKnownLock } from './known-storage.ts';
import { patientStep } from './step-failure.ts';
import { createStepLedger } from './step-ledger.ts';

/**
 * The activity of a step: decides whether it must run, runs it once, and records what came of it. It answers every
 * expected failure as a value, and the same call delivered twice gives the recorded answer.
 */
export function performStep(services: Services, step: Step): (input: StepInput) => Promise<StepAnswer> {
  return async (input) => {
    const { runs } = services.stores(input.environment);
    const recorded = await runs.answer(input.runId, step.name, input.callNumber);
    if (recorded) return recorded;
    const loaded = await loadRun(services, input).catch((error: unknown) => {
      if (isForgotten(error)) return undefined;
      throw error;
    });
    // close_run says so.
    if (!loaded) return BEHIND;
    const answer = await perform(services, step, input, loaded).catch((error: unknown) => {
      if (isStorageBehind(error)) return BEHIND;
      throw error;
    });
    // Who has lost that much keeps no answers either.
    if (answer === BEHIND) return answer;
    await runs.writeAnswer(input.runId, step.name, input.callNumber, answer);
    return answer;
  };
}

const BEHIND: StepAnswer = { kind: 'failed', code: 'storage_behind', retryable: false };

async function perform(services: Services, step: Step, input: StepInput, loaded: LoadedRun): Promise<StepAnswer> {
  const value = await withKnownLock(services, loaded.stores.state, input.runId, input.known?.lock);
  const run = { ...loaded, config: withKeptSections(loaded.config, value) };
  const state = withImagesOf(value, run.rollback);
  const memory = await openMemory(run.stores.runs, input.runId, step.name, { isWritten: input.callNumber > 1 });
  const events = createEventRecorder(services, input, `${step.name}/${input.callNumber}`);
  const { lock } = state;
  const isOurs = lock?.runId === input.runId;
  // Fences start at 1: without the lock every write of this call is refused.
  const fence: Fence = { runId: input.runId, fence: isOurs ? lock.fence : 0 };
  const ledger = createStepLedger({
    services,
    store: run.stores.state,
    step: step.name,
    runId: input.runId,
    fence,
    memory,
  });
  const call: Call = { services, step, input, run, state, memory, events, ledger };
  try {
    const lost = isOurs ? lostSteps(value, input.runId, input.known) : [];
    if (lost.length > 0) {
      events.add({ type: 'log', level: 'warning', step: step.name, message: `${lostText(lost)}; it is done again` });
      return { kind: 'behind' };
    }
    return await answerPatiently(patientStep(call), async () => {
      await assertFence(run.stores.state, fence);
      return await runOnce(call, fence);
    });
  } finally {
    await events.flush();
  }
}

async function runOnce(call: Call, fence: Fence): Promise<StepAnswer | Waiting> {
  const { services, step, input, run, state, events, ledger } = call;
  const before = state.steps[step.name];
  const hasStarted = ledger.startedInCall() !== undefined;
  // An earlier delivery finished the step and died before its answer was kept; or the schedule is walked again.
  if (before?.status === 'completed' && before.run_id === input.runId) return await completedBefore(call, before);
  const goesOn = ledger.isAhead() && !input.headStart;
  const waits = !hasStarted || (goesOn && waitsAfterHeadStart(step.name));
  const obstacle = waits ? await obstacleToStart(call) : undefined;
  if (obstacle !== undefined) {
    events.add({ type: 'log', level: 'info', step: step.name, message: `not started: ${obstacle}` }, STOPPED);
    return { kind: 'stopped' };
  }
  const connection = await services.azure(run.config);
  const sources: FactSources = {
    azure: connection,
    config: run.config,
    state,
    source: await sourceOf(services, run.config, run.request.source),
    secrets: services.secrets,
  };
  if (!hasStarted) {
    const decision = await decideNow(run, await planOf(call), step, state, sources);
    if (decision.action === 'skip') {
      events.add({ type: 'step_skipped', step: step.name, reason: decision.reason }, 'skipped');
      return { kind: 'skipped' };
    }
    await beginRollback(call);
    await ledger.start({ ...decision, text: decision.reason }, input.callNumber);
  } else if (before && before.begun_by !== input.runId) {
    // The storage has lost what the state said from the beginning on.
    await beginRollback(call);
    await ledger.markBegun();
  }
  if (goesOn) await ledger.goOn();
  tellStart(call);
  const azure = withFence(connection, () => assertFence(run.stores.state, fence));
  const context = createContext(call, { ...sources, azure });
  if (input.headStart) return await answerHeadStart(call, await step.headStart?.(context));
  return await answerResult(call, await step.run(context), sources);
}

async function beginRollback({ run, step, ledger }: Call): Promise<void> {
  if (run.rollback) await step.beginRollback?.(run.rollback, ledger.amendStep);
}

/** In the call that started the step; again when an earlier delivery of it died before its events were kept: the id is the same. */
function tellStart({ step, input, events, ledger }: Call): void {
  if (ledger.startedInCall() !== input.callNumber) return;
  const reason = ledger.reason().text;
  events.add({ type: 'step_started', step: step.name, number: ledger.number, reason }, 'started');
}

/** Tells what has not been told, under whichever call's name it was. */
async function completedBefore(call: Call, before: StepState): Promise<StepAnswer> {
  const { run, input, step, events } = call;
  const told = (await run.stores.runs.events(input.runId)).events;
  const isTold = (type: RunEvent['type']): boolean =>
    told.some((event) => event.type === type && 'step' in event && event.step === step.name);
  if (!isTold('step_started')) tellStart(call);
  if (!isTold('step_completed')) return completed(call, before);
  await events.flush();
  return { kind: 'completed' };
}

/** @throws UserError `record_missing` where the run's history says that there was one */
async function planOf({ run, input }: Call): Promise<Plan | undefined> {
  return input.known ? await requirePlan(run) : await run.stores.runs.plan(input.runId);
}

/**
 * Steps that have not begun do not begin after a cancellation, nor after a failure elsewhere in the run; with a head start alone a step
 * that waits for others has not.
 */
async function obstacleToStart({ input, run, state, step }: Call): Promise<string | undefined> {
  const failed = Object.entries(state.steps).find(
    ([name, other]) => other?.status === 'failed' && other.run_id === input.runId && name !== step.name,
  );
  if (failed) return `${failed[0]} failed`;
  return (await run.stores.runs.isCancelRequested(input.runId)) ? 'the run was cancelled' : undefined;
}

function createContext(call: Call, { azure, source, secrets, config }: FactSources): StepContext {
  const { services, step, input, run, state, memory, events, ledger } = call;
  return {
    runId: input.runId,
    environment: input.environment,
    ...(run.request.adoptsOperationsOf !== null && { predecessor: run.request.adoptsOperationsOf }),
    config,
    options: run.request.options,
    ...(services.looksOnly && { looksOnly: true }),
    outputs: actualOutputs(state),
    state,
    previous: state.steps[step.name],
    azure,
    source,
    localBuilder: services.localBuilder,
    secrets,
    memory,
    clock: services.clock,
    ...(run.rollback && { rollback: run.rollback }),
    reason: ledger.reason(),
    recordResource: (resource, created, ownership) => ledger.recordResource(resource, created, ownership),
    recordLeftBehind: (key) => ledger.recordLeftBehind(key),
    recordRemoval: (id) => ledger.recordRemoval(id),
    async plannedRemovals() {
      const plan = await planOf(call);
      return plan?.resources.filter(({ action }) => action === 'delete') ?? [];
    },
    amendStep: (other, change) => ledger.amendStep(other, change),
    progress: (message, traffic) =>
      events.add({ type: 'step_progress', step: step.name, message, ...(traffic && { traffic }) }),
    log: (level, message, service) =>
      events.add({ type: 'log', level, step: step.name, message, ...(service && { service }) }),
    async toldDurably() {
      await events.flush();
    },
  };
}

async function answerHeadStart(
  { step, ledger, events }: Call,
  result: StepResult | undefined,
): Promise<StepAnswer | Waiting> {
  if (isWaiting(result)) return result;
  if (result) await ledger.publish(result.outputs);
  const message = 'done as far as it can be, and goes on when the steps before it are';
  events.add({ type: 'step_progress', step: step.name, message }, AHEAD);
  return { kind: 'completed' };
}

async function answerResult(call: Call, result: StepResult, sources: FactSources): Promise<StepAnswer | Waiting> {
  if (isWaiting(result)) return (result.isIdle && (await stopIfCancelled(call, result))) || result;
  const late = await lateDependencies(call.step, call.input.environment, sources);
  return completed(call, await call.ledger.complete(result, late, fingerprint));
}

/** What waits for somebody else, perhaps for hours, does not keep a run that is to end. */
async function stopIfCancelled({ input, run, step, events }: Call, { on }: Waiting): Promise<StepAnswer | undefined> {
  if (!(await run.stores.runs.isCancelRequested(input.runId))) return undefined;
  const message = `the run was cancelled, and waits no longer for ${on}`;
  events.add({ type: 'log', level: 'info', step: step.name, message }, STOPPED);
  return { kind: 'stopped' };
}

function completed(
  { step, events, ledger }: Call,
  { duration_in_ms = 0, attempts = 1 }: { duration_in_ms?: number; attempts?: number },
): StepAnswer {
  const late = ledger.lateInSeconds();
  const done = { step: step.name, durationInMs: duration_in_ms, attempts, ...(late > 0 && { lateInSeconds: late }) };
  events.add({ type: 'step_completed', ...done }, 'completed');
  return { kind: 'completed' };
}
