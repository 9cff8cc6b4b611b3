import { type EndedCheck, outdatedChecks, withChecked } from '../domain/drift-check/drift-check.ts';
import type { FoundDrift } from '../domain/drift-check/found-drift.ts';
import type { RunEvent } from '../domain/events.ts';
import type { CloseRunInput, RunInput } from '../domain/function-names.ts';
import { noticeOfCheck } from '../domain/notices/notice-of-check.ts';
import { noticeOfEnd } from '../domain/notices/notice-of-run.ts';
import { AHEAD, type CloseAnswer, STOPPED } from '../domain/run.ts';
import { type EndedRun, RUN_COMPLETED_ID } from '../domain/runs/run-end.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import { createEventRecorder, type EventRecorder } from '../engine/event-recorder.ts';
import type { FailureReport } from '../engine/failure.ts';
import { isForgotten, type LoadedRun, loadRun } from '../engine/load-run.ts';
import { openMemory, type StepMemory } from '../engine/memory.ts';
import { END, isEndUntold, noticeRecord } from '../engine/notices/notice-record.ts';
import type { Services } from '../engine/services.ts';
import { settleAll } from '../engine/settle.ts';
import { answerPatiently, type PatientActivity } from '../perform/answer-patiently.ts';
import { cleanUp } from '../perform/cleanup.ts';
import { checkedDrift } from '../perform/drift-check.ts';
import { keepLock } from '../perform/keep-lock.ts';
import { isStorageBehind, lostSteps, lostText, withKnownLock } from '../perform/known-storage.ts';
import { remember, tell } from '../perform/notices/tell.ts';
import { isKept, LOST, released, restoreSummary, STATUS, summaryOf, tellCompleted } from '../perform/run-summary.ts';
import { traceRun } from '../perform/trace-run.ts';
import { UserError } from '../shared/errors.ts';
import { endRun } from '../state/end-run.ts';
import { historyEntry, keepState } from '../state/kept-state.ts';
import { releaseLock } from '../state/lock.ts';
import type { EnvironmentStores, EventPage, HistoryEntry, RunStore, Versioned } from '../state/ports.ts';
import { updateState } from '../state/update-state.ts';

/** Ends a run, however it went: removes what a failed run had created if asked to, writes the summary, releases the lock. */
export function closeRun(services: Services): (input: CloseRunInput) => Promise<CloseAnswer> {
  return async (input) => {
    const run = await loadRun(services, input).catch(whyMissing);
    if (run instanceof UserError) return await endForgotten(services, input, run);
    const events = createEventRecorder(services, input, 'run/close');
    const [memory, found] = await settleAll([openMemory(run.stores.runs, input.runId, 'run'), lookAt(run, input)]);
    // It is over, and the state is others' by now; somebody was not there to be told.
    if (memory.read(noticeRecord, END) && isCompleted(found.told)) {
      const pause = await tell(services, run, memory, END, events);
      await traceRun(services, run);
      return closedOr(pause);
    }
    const lock = input.known?.lock;
    const state = await withKnownLock(services, run.stores.state, input.runId, lock, found.known).catch(whyBehind);
    if (state instanceof UserError) {
      const answer = await endBehind(services, input, run.stores, state);
      await traceRun(services, run);
      return answer;
    }
    const lost = lostSteps(state, input.runId, input.known);
    if (lost.length > 0 && input.outcome === 'succeeded') {
      events.add({ type: 'log', level: 'warning', message: `${lostText(lost)}; it is done again` });
      await events.flush();
      return { kind: 'behind' };
    }
    if (cleansUp(run, input)) {
      const answer = await answerPatiently(
        patientClosing(services, run, memory, events),
        async () => (await cleanUp(services, run, memory, events)) ?? CLOSED,
      );
      if (answer.kind === 'waiting') {
        await events.flush();
        return answer;
      }
    }
    const isAsFound = state === found.known.value && !cleansUp(run, input);
    const looked = isAsFound ? found : await lookAt(run, input);
    const pause = await finish(services, run, input, events, memory, looked);
    await traceRun(services, run);
    return closedOr(pause);
  };
}

const CLOSED = { kind: 'closed' } as const;

/** What is there of a run that is to be closed. */
interface Found {
  readonly told: EventPage;
  readonly known: Versioned<EnvironmentState>;
  /** The state that is kept last, which nobody needs before the end is written. */
  readonly kept: Promise<readonly HistoryEntry[]>;
}

async function lookAt(run: LoadedRun, input: CloseRunInput): Promise<Found> {
  const { stores, request } = run;
  const kept = isKept(run, STATUS[input.outcome]) ? stores.state.history({ limit: 1 }) : Promise.resolve([]);
  // Who keeps the state hears of it.
  kept.catch(() => undefined);
  const [told, known] = await settleAll([toldBefore(stores.runs, request.runId), stores.state.read()]);
  return { told, known, kept };
}

function cleansUp({ config }: LoadedRun, { outcome }: CloseRunInput): boolean {
  return outcome === 'failed' && config.advanced.cleanupOnFailure;
}

/** @param pause the seconds until somebody is told once more who did not answer; the run is closed meanwhile */
function closedOr(pause: number | undefined): CloseAnswer {
  return pause === undefined ? CLOSED : { kind: 'waiting', retryAfterInSeconds: pause };
}

function isCompleted({ events }: EventPage): boolean {
  return events.some(({ id }) => id === RUN_COMPLETED_ID);
}

/** That it cannot be loaded because the storage lacks it; whatever else kept it from being read is thrown. */
function whyMissing(error: unknown): UserError {
  if (isForgotten(error)) return error;
  throw error;
}

function whyBehind(error: unknown): UserError {
  if (isStorageBehind(error)) return error;
  throw error;
}

async function endBehind(
  { clock }: Services,
  { environment, runId }: RunInput,
  stores: EnvironmentStores,
  { message, hint }: Pick<UserError, 'message' | 'hint'>,
): Promise<CloseAnswer> {
  const end = { status: 'failed', code: 'storage_behind', message, ...(hint !== undefined && { hint }) } as const;
  await endRun(stores, clock, { environment, runId }, end);
  return CLOSED;
}

/**
 * What a run was asked for is not in the storage, so nobody can go on with it. One of which the history or the state knows a lock was
 * asked for, and ends; of another there is nothing to write an end to.
 */
async function endForgotten(
  services: Services,
  { environment, runId, known }: CloseRunInput,
  { message }: UserError,
): Promise<CloseAnswer> {
  const stores = services.stores(environment);
  const { lock } = (await stores.state.read()).value;
  if (known?.lock === undefined && lock?.runId !== runId) return { kind: 'unknown' };
  const hint = 'The storage has lost it. Start the deployment again: it goes on from the state and from Azure.';
  return await endBehind(services, { environment, runId }, stores, { message, hint });
}

/** What cannot be removed is told and left: the run is closed however that went. */
function patientClosing(
  { clock }: Services,
  { config, stores, request }: LoadedRun,
  memory: StepMemory,
  events: EventRecorder,
): PatientActivity<typeof CLOSED> {
  const giveUp = async ({ message, code }: FailureReport): Promise<typeof CLOSED> => {
    events.add({ type: 'log', level: 'warning', message: `nothing more is removed: ${message} (${code})` }, 'given-up');
    return CLOSED;
  };
  return {
    name: 'close_run',
    memory,
    clock,
    config,
    keepLock: (seconds) => keepLock(stores.state, request.runId, seconds),
    tellWaiting: () => undefined,
    tellVerdict({ message, seconds }) {
      const text = `${message}; tried again in ${seconds} seconds`;
      events.add({ type: 'log', level: 'warning', message: text }, `waiting-${clock.now().getTime()}`);
      return undefined;
    },
    end: giveUp,
    endWithoutLock: giveUp,
  };
}

/** @returns in how many seconds somebody is told of its end who was not there */
async function finish(
  services: Services,
  run: LoadedRun,
  input: CloseRunInput,
  events: EventRecorder,
  memory: StepMemory,
  { told: page, known, kept }: Found,
): Promise<number | undefined> {
  const { request, stores, config } = run;
  const { events: before } = page;
  const { value: state } = known;
  const check = (request.options.checksDrift && endedCheck(request.runId, STATUS[input.outcome], memory)) || undefined;
  if (isCompleted(page)) {
    // It was ended from without while no turns of it were taken; what was told of its end stands.
    await restoreSummary(run, { told: before, memory, state, check });
    await releaseLock(stores.state, request.runId);
    return undefined;
  }
  for (const step of unfinishedSteps(before)) {
    const record = state.steps[step];
    if (record?.status === 'completed' && record.run_id === request.runId) {
      // The storage has lost what was told of its end, and not what the step left.
      const { duration_in_ms: durationInMs = 0, attempts = 1 } = record;
      events.add({ type: 'step_completed', step, durationInMs, attempts }, `completed-${step}`);
      continue;
    }
    events.add({ type: 'step_failed', step, ...LOST, durationInMs: 0, attempts: 1 }, `lost-${step}`);
  }
  const told = [...before, ...(await events.flush())];
  const now = services.clock.now();
  const summary = summaryOf(run, STATUS[input.outcome], { told, memory, state, now, check });
  // What the state says of the last run is another's, unless this one was closed halfway.
  const last = state.last_run?.run_id === request.runId ? undefined : state.last_run?.status;
  const notice = check ? noticeOfCheck(summary, check, state.drift_check) : noticeOfEnd(summary, request.options, last);
  await remember(services, { config }, memory, END, notice);
  await settleAll([
    stores.runs.writeSummary(summary),
    isKept(run, summary.status) && keepState(stores, request, historyEntry(request, state, now), kept),
  ]);
  const removed =
    check && state.drift_check && (await removeTold(stores.runs, outdatedChecks(state.drift_check, check)));
  const release = (current: EnvironmentState): EnvironmentState =>
    check
      ? withChecked(current, { ...check, ...(removed && { removed }) }, stores.state.now())
      : released(current, run, summary, stores.state.now());
  await updateState(stores.state, release, { known });
  // Before the last event, after which nobody follows any more; the environment is free by now.
  const pause = await tell(services, { config, stores }, memory, END, events);
  await tellCompleted(services, summary);
  return pause;
}

function endedCheck(
  runId: string,
  status: EndedRun['status'],
  memory: StepMemory,
): Pick<EndedCheck, 'runId' | 'outcome'> & { readonly found: FoundDrift | undefined } {
  const { found, isUnsettled } = memory.read(checkedDrift) ?? {};
  if (status === 'succeeded') return { runId, outcome: isUnsettled ? 'unsettled' : found ? 'drift' : 'clean', found };
  return { runId, outcome: status === 'failed' ? 'failed' : 'cancelled', found: undefined };
}

/** @returns those that were removed; somebody has yet to be told of the others, which needs what they wrote down */
async function removeTold(runs: RunStore, ids: readonly string[]): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const id of ids) {
    if (await isEndUntold(runs, id)) continue;
    await runs.remove(id);
    removed.push(id);
  }
  return removed;
}

/** A run that ends has told something: a storage that says that there is nothing is asked again. */
async function toldBefore(runs: RunStore, runId: string): Promise<EventPage> {
  const page = await runs.events(runId);
  return page.events.length > 0 ? page : await runs.events(runId);
}

function unfinishedSteps(events: readonly RunEvent[]): readonly StepName[] {
  const ended = new Set(events.flatMap((event) => (isEnd(event) && 'step' in event && event.step ? [event.step] : [])));
  const last = new Map(events.flatMap((event) => ('step' in event && event.step ? [[event.step, event.id]] : [])));
  // With its head start alone a step neither failed nor was lost: another one ended the run.
  const isAhead = (step: StepName): boolean => last.get(step)?.endsWith(`/${AHEAD}`) ?? false;
  return events.flatMap((event) =>
    event.type === 'step_started' && !ended.has(event.step) && !isAhead(event.step) ? [event.step] : [],
  );
}

/** A step that was stopped while it waited for somebody tells no more than that. */
function isEnd({ type, id }: RunEvent): boolean {
  return type === 'step_completed' || type === 'step_failed' || id.endsWith(`/${STOPPED}`);
}
