import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import type {
  CalledInput,
  CloseRunInput,
  Known,
  OpenRunInput,
  RunInput,
  ScheduleInput,
} from '../domain/function-names.ts';
import { APPROVAL_EVENT, endsAtOnce, FunctionName, takesHeadStarts } from '../domain/function-names.ts';
import type { Approval, CloseAnswer, KnownLock, OpenAnswer, RunOutcome } from '../domain/run.ts';
import { requireRunInput } from '../domain/runs/run-input.ts';
import { callActivity, sleep } from './call-activity.ts';
import { type Ending, outcomeOf, type Walked, type WalkOutcome, walkedPart } from './walked.ts';

type Steps<Result> = Generator<Task, Result, unknown>;

/** How a run came to its end, and what its history says of the storage. */
interface Performed {
  readonly outcome: WalkOutcome;
  readonly known?: Known;
  /** It walked the schedule, and may walk it again. */
  readonly isWalk?: true;
  /** The run is closed already. */
  readonly isClosed?: true;
}

/** A storage that forgets oftener than this in one run does not come to rest. */
const MOST_WALKS = 5;

/**
 * One run, from plan to end. Only ids, decisions, and what the storage must still know pass through its history. When the storage
 * does not know what the run has done, the schedule is walked again: what is done is passed over, what was lost is done once more.
 *
 * Throws at once when its input is no run.
 */
export const deploy: OrchestrationHandler = function* (context) {
  const run = requireRunInput(context.df.getInput());
  let performed = yield* performOrFail(perform(context, run));
  for (let walk = 1; ; walk += 1) {
    const { outcome, known, isWalk, isClosed } = performed;
    if (isClosed) return { outcome };
    if (outcome !== 'behind' && (yield* closeRun(context, closing(run, outcome, known)))) return { outcome };
    if (!isWalk || walk === MOST_WALKS) {
      yield* closeRun(context, closing(run, 'failed', known));
      return { outcome: 'failed' };
    }
    performed = yield* performOrFail(walkSchedule(context, run, known?.lock, { walk }));
  }
};

function closing(run: RunInput, outcome: RunOutcome, known: Known | undefined): CloseRunInput {
  return { ...run, outcome, ...(known && { known }) };
}

/** @returns whether it is closed; else the state does not have what the run did */
function* closeRun(context: OrchestrationContext, input: CloseRunInput): Steps<boolean> {
  for (;;) {
    const answer = yield* callActivity<CloseAnswer>(context, FunctionName.closeRun, input);
    if (answer.kind === 'unknown') throw new Error(`The run ${input.runId} is not in the run store.`);
    if (answer.kind !== 'waiting') return answer.kind === 'closed';
    yield sleep(context, answer.retryAfterInSeconds);
  }
}

/** An activity that is lost for good fails the run, which is then closed like any other: else it would look alive, and keep its lock. */
function* performOrFail(performing: Steps<Performed>): Steps<Performed> {
  try {
    return yield* performing;
  } catch {
    return { outcome: 'failed' };
  }
}

function* perform(context: OrchestrationContext, run: RunInput): Steps<Performed> {
  let open: OpenRunInput = run;
  for (;;) {
    const answer = yield* callActivity<OpenAnswer>(context, FunctionName.openRun, open);
    if (answer.kind === 'failed') return { outcome: 'failed' };
    if (answer.kind === 'nothing') {
      const isClosed = answer.isClosed && endsAtOnce(context.df.version);
      return { outcome: 'succeeded', ...(isClosed && { isClosed }) };
    }
    if (answer.kind === 'stopped') return { outcome: 'stopped' };
    if (answer.kind === 'queued') {
      context.df.setCustomStatus({ phase: 'queued' });
      yield sleep(context, answer.retryAfterInSeconds);
      continue;
    }
    if (answer.kind === 'waiting') {
      yield sleep(context, answer.retryAfterInSeconds);
      continue;
    }
    if (answer.kind === 'run') {
      const overlaps = answer.overlaps && takesHeadStarts(context.df.version);
      return yield* walkSchedule(context, run, answer.lock, { walk: 0, overlaps });
    }
    if (answer.kind === 'remove') return yield* removeResources(context, run, answer.lock);
    const approval = yield* awaitApproval(context, answer.planDigest, answer.timeoutInSeconds);
    if (approval === undefined || approval.decision === 'reject') return { outcome: 'rejected' };
    if (approval.decision === 'cancel') return { outcome: 'stopped' };
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

function* walkSchedule(
  context: OrchestrationContext,
  run: RunInput,
  lock: KnownLock | undefined,
  { walk, overlaps }: { readonly walk: number; readonly overlaps?: boolean | undefined },
): Steps<Performed> {
  context.df.setCustomStatus({ phase: 'running' });
  const known = lock && { lock, done: [] };
  const input: ScheduleInput = {
    ...run,
    path: [],
    ...(walk > 0 && { walk }),
    ...(overlaps && { overlaps: true }),
    ...(known && { known }),
  };
  const result = (yield context.df.callSubOrchestrator(FunctionName.runSchedule, input)) as Walked | RunOutcome;
  const { outcome, done } = walkedPart(result);
  return { outcome, ...(known && { known: { ...known, done } }), isWalk: true };
}

function* removeResources(context: OrchestrationContext, run: RunInput, lock: KnownLock | undefined): Steps<Performed> {
  context.df.setCustomStatus({ phase: 'running' });
  const known = lock && { lock, done: [] };
  const input: CalledInput = { ...run, callNumber: 1, ...(known && { known }) };
  const result = (yield context.df.callSubOrchestrator(FunctionName.runRemoval, input)) as Ending | RunOutcome;
  return { outcome: outcomeOf(result), ...(known && { known }) };
}
