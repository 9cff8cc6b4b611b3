import { withFence } from '../azure/connect.ts';
import { actualOutputs } from '../domain/fingerprint.ts';
import type { StepInput } from '../domain/function-names.ts';
import type { DesiredResource } from '../domain/resources/desired.ts';
import type { StepAnswer } from '../domain/run.ts';
import type { EnvironmentState, Lock } from '../domain/state.ts';
import { assertFence, LockLost } from '../state/lock.ts';
import { decideNow } from './decide-now.ts';
import { explainFailure, type Failure, type FailureReport } from './fail.ts';
import { type LoadedRun, loadRun } from './load-run.ts';
import { openMemory } from './memory.ts';
import { createEventRecorder, type EventRecorder } from './run-events.ts';
import type { Services } from './services.ts';
import type { Step, StepContext, StepMemory, StepResult } from './step.ts';
import { createStepLedger, type StepLedger } from './step-ledger.ts';

/** One call of one step, with everything around it. */
interface Call {
  readonly services: Services;
  readonly step: Step;
  readonly input: StepInput;
  readonly run: LoadedRun;
  readonly state: EnvironmentState;
  readonly memory: StepMemory;
  readonly events: EventRecorder;
  readonly ledger: StepLedger;
}

/**
 * The activity of a step: decides whether it must run, runs it once, and records what came of it. It answers every
 * expected failure as a value, and the same call delivered twice gives the recorded answer.
 */
export function performStep(services: Services, step: Step): (input: StepInput) => Promise<StepAnswer> {
  return async (input) => {
    const { runs } = services.stores(input.environment);
    const recorded = await runs.answer(input.runId, step.name, input.callNumber);
    if (recorded) return recorded;
    const answer = await perform(services, step, input);
    await runs.writeAnswer(input.runId, step.name, input.callNumber, answer);
    return answer;
  };
}

async function perform(services: Services, step: Step, input: StepInput): Promise<StepAnswer> {
  const run = await loadRun(services, input);
  const { value: state } = await run.stores.state.read();
  const memory = await openMemory(run.stores.runs, input.runId, step.name);
  const events = createEventRecorder(services, input, `${step.name}/${input.callNumber}`);
  const lock = state.lock;
  if (lock?.runId !== input.runId) return lockLost(new LockLost(input.runId, lock), events, step);
  const ledger = createStepLedger({
    services,
    store: run.stores.state,
    step: step.name,
    runId: input.runId,
    fence: lock.fence,
    memory,
  });
  const call: Call = { services, step, input, run, state, memory, events, ledger };
  try {
    return await runOnce(call, lock);
  } catch (error) {
    return await recordFailure(call, explainFailure(error));
  } finally {
    await events.flush();
  }
}

async function runOnce(call: Call, lock: Lock): Promise<StepAnswer> {
  const { step, input, run, state, memory, events, ledger } = call;
  const before = state.steps[step.name];
  if (before?.status === 'completed' && before.run_id === input.runId) {
    // An earlier delivery finished the step and died before its answer was kept.
    events.add(ledger.completedEvent(before), 'completed');
    return { kind: 'completed' };
  }
  const context = await createContext(call, lock);
  if (memory.get<string>('startedAt') === undefined) {
    if (await mustStop(call)) return { kind: 'stopped' };
    const decision = await decideNow(call.services, run, step, state, context.source);
    if (decision.action === 'skip') {
      events.add({ type: 'step_skipped', step: step.name, reason: decision.reason }, 'skipped');
      return { kind: 'skipped' };
    }
    await ledger.start(decision);
    const number = ledger.number;
    events.add({ type: 'step_started', step: step.name, number, reason: decision.reason }, 'started');
    return await finish(call, await step.run({ ...context, reason: ledger.reason() }));
  }
  return await finish(call, await step.run({ ...context, reason: ledger.reason() }));
}

async function finish(call: Call, result: StepResult): Promise<StepAnswer> {
  const { step, events, ledger } = call;
  if (result.kind === 'waiting') {
    const { retryAfterInSeconds, on } = result;
    events.add({
      type: 'step_progress',
      step: step.name,
      message: `waiting for ${on}`,
      waitingInSeconds: retryAfterInSeconds,
    });
    await ledger.wait(retryAfterInSeconds);
    return { kind: 'waiting', retryAfterInSeconds };
  }
  const dependencies = await decideNow.dependenciesAfter(call.services, call.run, step, call.state, result.outputs);
  const completed = await ledger.complete(result, dependencies);
  events.add(ledger.completedEvent(completed), 'completed');
  return { kind: 'completed' };
}
