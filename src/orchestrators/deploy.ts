import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import type { CalledInput, CloseRunInput, OpenRunInput, RunInput, ScheduleInput } from '../domain/function-names.ts';
import { APPROVAL_EVENT, FunctionName } from '../domain/function-names.ts';
import type { Approval, CloseAnswer, OpenAnswer, RunOutcome } from '../domain/run.ts';
import { requireRunInput } from '../domain/runs/run-input.ts';
import { callActivity, sleep } from './call-activity.ts';

type Steps<Result> = Generator<Task, Result, unknown>;

/** One run, from plan to end. Only ids and decisions pass through its history. Throws at once when its input is no run. */
export const deploy: OrchestrationHandler = function* (context) {
  const run = requireRunInput(context.df.getInput());
  const outcome = yield* performOrFail(context, run);
  yield* closeRun(context, { ...run, outcome });
  return { outcome };
};

function* closeRun(context: OrchestrationContext, input: CloseRunInput): Steps<void> {
  for (;;) {
    const answer = yield* callActivity<CloseAnswer>(context, FunctionName.closeRun, input);
    if (answer.kind === 'closed') return;
    if (answer.kind === 'unknown') throw new Error(`The run ${input.runId} is not in the run store.`);
    yield sleep(context, answer.retryAfterInSeconds);
  }
}

/** An activity that is lost for good fails the run, which is then closed like any other: else it would look alive, and keep its lock. */
function* performOrFail(context: OrchestrationContext, run: RunInput): Steps<RunOutcome> {
  try {
    return yield* perform(context, run);
  } catch {
    return 'failed';
  }
}

function* perform(context: OrchestrationContext, run: RunInput): Steps<RunOutcome> {
  let open: OpenRunInput = run;
  for (;;) {
    const answer = yield* callActivity<OpenAnswer>(context, FunctionName.openRun, open);
    if (answer.kind === 'failed') return 'failed';
    if (answer.kind === 'nothing') return 'succeeded';
    if (answer.kind === 'stopped') return 'stopped';
    if (answer.kind === 'queued') {
      context.df.setCustomStatus({ phase: 'queued' });
      yield sleep(context, answer.retryAfterInSeconds);
      continue;
    }
    if (answer.kind === 'waiting') {
      yield sleep(context, answer.retryAfterInSeconds);
      continue;
    }
    if (answer.kind === 'run') return yield* walkSchedule(context, run);
    if (answer.kind === 'remove') return yield* removeResources(context, run);
    const approval = yield* awaitApproval(context, answer.planDigest, answer.timeoutInSeconds);
    if (approval === undefined || approval.decision === 'reject') return 'rejected';
    if (approval.decision === 'cancel') return 'stopped';
    open = { ...run, approvedDigest: approval.planDigest, approvedBy: approval.by };
  }
}

/**
 * The decision about the plan with this digest; undefined when the time is over. Decisions about other plans are
 * ignored. Each turn waits for fresh tasks: a task that was yielded before would be scheduled a second time.
 */
function* awaitApproval(
  context: OrchestrationContext,
  planDigest: string,
  timeoutInSeconds: number,
): Steps<Approval | undefined> {
  context.df.setCustomStatus({ phase: 'waiting_for_approval' });
  const deadline = new Date(context.df.currentUtcDateTime.getTime() + timeoutInSeconds * 1000);
  for (;;) {
    const timer = context.df.createTimer(deadline);
    const event = context.df.waitForExternalEvent(APPROVAL_EVENT);
    const winner = yield context.df.Task.any([event, timer]);
    if (winner === timer) return undefined;
    timer.cancel();
    const approval = event.result as Approval;
    if (approval.decision === 'cancel' || approval.planDigest === planDigest) return approval;
  }
}

function* walkSchedule(context: OrchestrationContext, run: RunInput): Steps<RunOutcome> {
  context.df.setCustomStatus({ phase: 'running' });
  const input: ScheduleInput = { ...run, path: [] };
  return (yield context.df.callSubOrchestrator(FunctionName.runSchedule, input)) as RunOutcome;
}

function* removeResources(context: OrchestrationContext, run: RunInput): Steps<RunOutcome> {
  context.df.setCustomStatus({ phase: 'running' });
  const input: CalledInput = { ...run, callNumber: 1 };
  return (yield context.df.callSubOrchestrator(FunctionName.runRemoval, input)) as RunOutcome;
}
