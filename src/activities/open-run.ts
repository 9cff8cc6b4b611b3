import { requireAcceptedCost } from '../domain/cost/accepted-cost.ts';
import type { RunEvent } from '../domain/events.ts';
import { expiryPhase } from '../domain/expiry/expiry.ts';
import type { OpenRunInput } from '../domain/function-names.ts';
import { noticeOfPlan } from '../domain/notices/notice-of-run.ts';
import { hasPlace } from '../domain/place.ts';
import { refusalsOf } from '../domain/plan-refusals.ts';
import type { Plan } from '../domain/plan-schema.ts';
import { isEmptyState } from '../domain/removal/closed-state.ts';
import { requireConfirmed } from '../domain/removal/confirmation.ts';
import { nothingToRollBack } from '../domain/rollback/release.ts';
import {
  type KnownLock,
  type OpenAnswer,
  type RunOptions,
  type RunRequest,
  type RunSummary,
  STOPPED,
} from '../domain/run.ts';
import { isPartOfDeployment } from '../domain/runs/run-options.ts';
import { basisOf } from '../domain/runs/steps-since.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { STEPS, type StepName } from '../domain/steps.ts';
import { createEventRecorder, type EventRecorder } from '../engine/event-recorder.ts';
import { explainFailure, type FailureReport, isStorageAway } from '../engine/failure.ts';
import { type LoadedRun, loadRun } from '../engine/load-run.ts';
import { openMemory, type StepMemory } from '../engine/memory.ts';
import type { Services } from '../engine/services.ts';
import { settleAll } from '../engine/settle.ts';
import type { Step } from '../engine/step.ts';
import type { Waiting } from '../engine/waiting/waiting.ts';
import { adoptOperations } from '../perform/adopt-operations.ts';
import { answerPatiently, type PatientActivity } from '../perform/answer-patiently.ts';
import { checkDrift } from '../perform/drift-check.ts';
import { endAtOnce, isEndBegun, mayEndAtOnce } from '../perform/end-at-once.ts';
import { forbidden } from '../perform/forbidden-plan.ts';
import { keepLock } from '../perform/keep-lock.ts';
import { remember, tell } from '../perform/notices/tell.ts';
import { planningFailure } from '../perform/planning-failure.ts';
import { firstStepDue, settleState } from '../perform/settle-state.ts';
import { readingPrices } from '../planning/cost/with-cost.ts';
import { planWork } from '../planning/plan-work.ts';
import { historyEntry, keepState } from '../state/kept-state.ts';
import { acquireLock, acquireLockOrPlace, type QueuePlace, releaseLock } from '../state/lock.ts';
import type { StateStore, Versioned } from '../state/ports.ts';
import { updateVersioned } from '../state/update-state.ts';

/** A waiter looks again after as many seconds as its place says, up to this many. */
const LONGEST_QUEUE_WAIT_IN_SECONDS = 30;
/** Longer than a plan takes. */
const PLANNING_IN_SECONDS = 300;

/**
 * Begins a run: takes the lock, plans, and says whether there is anything to do and whether it must be approved. Called
 * again after an approval; then a plan that has changed since asks again.
 */
export function openRun(services: Services, steps: readonly Step[]): (input: OpenRunInput) => Promise<OpenAnswer> {
  return async (input) => {
    const events = createEventRecorder(
      services,
      input,
      `run/open${input.approvedDigest ? `-${input.approvedDigest.slice(0, 12)}` : ''}`,
    );
    try {
      const run = await loadRun(services, input);
      const planning = readingPrices(services);
      const [memory, found] = await settleAll([openMemory(run.stores.runs, input.runId, 'run'), lookBefore(run)]);
      return await answerPatiently(patientOpening(services, run, memory, events), () =>
        open(planning, steps, { ...input, run, found, memory }, events),
      );
    } catch (error) {
      if (isStorageAway(error)) throw error;
      const { report } = explainFailure(error);
      // Nothing is written of a run that nobody asked for.
      if (report.code === 'run_unknown') return { kind: 'failed' };
      return await fail(
        services,
        await openMemory(services.stores(input.environment).runs, input.runId, 'run'),
        report,
        events,
      );
    } finally {
      await events.flush();
    }
  };
}

/** What is there when the call begins. */
interface FoundBefore {
  readonly isCancelled: boolean;
  readonly summary: RunSummary | undefined;
  readonly known: Versioned<EnvironmentState>;
}

async function lookBefore({ request, stores }: LoadedRun): Promise<FoundBefore> {
  const { runId } = request;
  const { runs, state } = stores;
  const [isCancelled, summary, known] = await settleAll([
    runs.isCancelRequested(runId),
    runs.summary(runId),
    state.read(),
  ]);
  return { isCancelled, summary, known };
}

/** Planning waits and tries again as a step does; the lock is kept meanwhile. */
function patientOpening(
  services: Services,
  { config, stores, request }: LoadedRun,
  memory: StepMemory,
  events: EventRecorder,
): PatientActivity<OpenAnswer> {
  const end = (report: FailureReport): Promise<OpenAnswer> => fail(services, memory, report, events);
  return {
    name: 'open_run',
    memory,
    clock: services.clock,
    config,
    keepLock: (seconds) => keepLock(stores.state, request.runId, seconds),
    tellWaiting: () => undefined,
    tellVerdict({ message, seconds }) {
      const text = `${message}; planned again in ${seconds} seconds`;
      events.add({ type: 'log', level: 'warning', message: text }, `waiting-${services.clock.now().getTime()}`);
      return undefined;
    },
    end,
    endWithoutLock: end,
  };
}

async function fail(
  services: Services,
  memory: StepMemory,
  { code, message, hint, correlationId, stack }: FailureReport,
  events: EventRecorder,
): Promise<OpenAnswer> {
  await memory.write(planningFailure, {
    code,
    message: services.mask(message),
    ...(hint && { hint }),
    ...(correlationId && { correlationId }),
  });
  events.add({
    type: 'log',
    level: 'error',
    message: stack ?? [`${message} (${code})`, ...(hint ? [`  ${hint}`] : [])].join('\n'),
  });
  return { kind: 'failed' };
}

/** What a run that has nothing to do leaves. */
interface Ending {
  readonly told: readonly RunEvent[];
  readonly known: Versioned<EnvironmentState>;
}

interface Opening extends OpenRunInput {
  readonly run: LoadedRun;
  readonly found: FoundBefore;
  readonly memory: StepMemory;
}

async function open(
  services: Services,
  steps: readonly Step[],
  // One memory for the whole call: whatever is written through another one, the patience around it would write over.
  { run, approvedDigest, found, memory }: Opening,
  events: EventRecorder,
): Promise<OpenAnswer | Waiting> {
  const { request, config, stores } = run;
  const { environment, options } = request;
  if (options.checksDrift) return await checkDrift(services, steps, run, memory, events);
  if (options.dryRun) return await tellPlan(services, steps, run, found.known.value, events);
  if (isEndBegun(found.summary, found.known.value, request.runId)) return { kind: 'nothing' };
  if (found.isCancelled) {
    events.add({ type: 'log', level: 'info', message: 'not started: the run was cancelled' }, STOPPED);
    return await leaveQueue(stores.state, request.runId);
  }
  // Whoever approved need not come back because somebody else deploys just now.
  const waits = request.waits || approvedDigest !== undefined;
  const answer = await takeLock(services, run, { waits, known: found.known }, events);
  if (answer.kind === 'queued') return await queueUp(run, answer, events);
  const { value: state } = answer.known;
  if (options.destroy?.expired && expiryPhase(state, stores.state.now()) !== 'due') {
    const message = `${environment} is to live on: nothing is deleted.`;
    events.add({ type: 'log', level: 'warning', message }, 'not-expired');
    return { kind: 'nothing' };
  }
  if (approvedDigest === undefined) {
    const { requestedBy: startedBy, productVersion: version } = request;
    events.add({ type: 'run_started', resumed: options.resume, startedBy, version }, 'started');
    tellHandedOn(request, events);
    if (request.adoptsOperationsOf) await adoptOperations(stores.runs, request.adoptsOperationsOf, request.runId);
  }
  const {
    plan,
    wantedIds = new Map(),
    present,
  } = await planWork(services, steps, {
    environment,
    config,
    options,
    source: request.source,
    state,
    rollback: run.rollback,
  });
  events.add({ type: 'plan', plan }, `plan-${plan.digest.slice(0, 12)}`);
  const writing = stores.runs.writePlan(request.runId, plan);
  if (refusalsOf(plan).length > 0) {
    await writing;
    throw forbidden(plan);
  }
  const isApproved = options.autoApprove || approvedDigest === plan.digest;
  if (plan.removal) {
    await writing;
    if (isEmptyState(state) || (state.closed && !plan.resources.some(({ action }) => action === 'delete'))) {
      events.add({ type: 'log', level: 'warning', message: 'there is nothing to delete' }, 'nothing');
      return { kind: 'nothing' };
    }
    if (options.autoApprove) requireConfirmed(plan, options.destroy);
    return isApproved
      ? { kind: 'remove', ...lockOf(state, options) }
      : await askForApproval(services, run, plan, memory, events);
  }
  if (plan.steps.every(({ action }) => action === 'skip')) {
    for (const { step, reason } of plan.steps) events.add({ type: 'step_skipped', step, reason }, `skipped-${step}`);
    const endsAtOnce = mayEndAtOnce(services, run, state);
    const end = async (): Promise<Ending> => {
      const known = await settleState(run, wantedIds, answer.known, events);
      const entry = historyEntry(request, known.value, services.clock.now());
      const [told] = await settleAll([
        events.flush(),
        endsAtOnce && keepState(stores, request, entry, stores.state.history({ limit: 1 })),
      ]);
      return { told, known };
    };
    // Nobody goes on from this plan, so what is told of it need not wait until it is stored.
    const [ending] = await settleAll([end(), writing]);
    if (endsAtOnce) {
      await endAtOnce(services, run, memory, ending);
      return { kind: 'nothing', isClosed: true };
    }
    if (run.rollback) throw nothingToRollBack(`What is deployed is the release of run ${run.rollback.runId}.`);
    return { kind: 'nothing' };
  }
  await writing;
  if (options.autoApprove) requireAcceptedCost(plan, options.acceptCost ?? false);
  if (!isApproved) return await askForApproval(services, run, plan, memory, events);
  await settleState(run, wantedIds, answer.known, events, { goesOn: true });
  return { kind: 'run', ...lockOf(state, options), ...(isFirstOfItsKind(plan, state, present) && { overlaps: true }) };
}

/** What has a head start was never made: nothing of an earlier run could be taken for what this one leaves. */
function isFirstOfItsKind(plan: Plan, { steps }: EnvironmentState, present?: ReadonlySet<StepName>): boolean {
  const runs = new Set(plan.steps.flatMap(({ step, action }) => (action === 'run' ? [step] : [])));
  // A state that was lost or forgotten says nothing of what is there.
  const isNew = (step: StepName): boolean => runs.has(step) && steps[step] === undefined && !present?.has(step);
  return STEPS.every(({ name, headStart }) => !headStart || isNew(name));
}

/** What the run's history keeps of its lock: the storage may forget that it was taken. */
function lockOf(state: EnvironmentState, options: RunOptions): { readonly lock?: KnownLock } {
  const { lock } = state;
  if (!lock) return {};
  const basis = isPartOfDeployment(options) && { basis: basisOf(state) };
  return { lock: { fence: lock.fence, acquiredAt: lock.acquiredAt, ...basis } };
}

/** What this run does for the one before it, although nobody asked it to; and what it does not. */
function tellHandedOn({ handedOn }: RunRequest, events: EventRecorder): void {
  if (!handedOn) return;
  const { from, inherited, dropped } = handedOn;
  if (inherited.length > 0) {
    const message = `inherits ${inherited.join(', ')} from run ${from}, which did not come to its end`;
    events.add({ type: 'log', level: 'info', message }, 'inherited');
  }
  if (dropped.length > 0) {
    const message = `run ${from} has not done all of ${dropped.join(', ')}, and this run does not: ask for it again`;
    events.add({ type: 'log', level: 'warning', message }, 'dropped');
  }
}

/** Nobody else should wait for a person: the lock is given back, and taken again after the approval. */
async function askForApproval(
  services: Services,
  { request, stores, config }: LoadedRun,
  plan: Plan,
  memory: StepMemory,
  events: EventRecorder,
): Promise<OpenAnswer> {
  await releaseLock(stores.state, request.runId);
  events.add({ type: 'approval_requested', planDigest: plan.digest }, `approval-${plan.digest.slice(0, 12)}`);
  await events.flush();
  const member = `plan-${plan.digest.slice(0, 12)}`;
  const { runId, environment } = request;
  const at = services.clock.now().toISOString();
  const notice = noticeOfPlan({ runId, environment }, { planDigest: plan.digest, at, app: services.appAddress?.() });
  await remember(services, { config }, memory, member, notice);
  await tell(services, { config, stores }, memory, member, events);
  return { kind: 'approval', planDigest: plan.digest, timeoutInSeconds: services.approvalTimeoutInSeconds };
}

/** Looks without the lock, and changes nothing: the plan is all there is to this run. */
async function tellPlan(
  services: Services,
  steps: readonly Step[],
  run: LoadedRun,
  state: EnvironmentState,
  events: EventRecorder,
): Promise<OpenAnswer> {
  const { request, config, stores } = run;
  const { runId, environment, options, source, requestedBy: startedBy, productVersion: version } = request;
  events.add({ type: 'run_started', resumed: false, startedBy, version }, 'started');
  const { plan } = await planWork(services, steps, {
    environment,
    config,
    options,
    source,
    state,
    rollback: run.rollback,
  });
  await stores.runs.writePlan(runId, plan);
  events.add({ type: 'plan', plan }, `plan-${plan.digest.slice(0, 12)}`);
  return { kind: 'nothing' };
}

async function takeLock(
  services: Services,
  { request, stores, config }: LoadedRun,
  { waits, known }: { readonly waits: boolean; readonly known: Versioned<EnvironmentState> },
  events: EventRecorder,
): Promise<
  | ({ readonly kind: 'queued' } & QueuePlace)
  | { readonly kind: 'acquired'; readonly known: Versioned<EnvironmentState> }
> {
  const { state } = stores;
  const lock = {
    runId: request.runId,
    holder: services.holder,
    engine: services.engine,
    step: null,
    wakeBy: firstStepDue(state),
    // Reserved a moment ago it need not be written again: what goes on renews it (`settleState`).
    ...(!request.options.destroy && {
      enoughUntil: new Date(state.now().getTime() + PLANNING_IN_SECONDS * 1000).toISOString(),
    }),
    known,
  };
  const answer = waits
    ? await acquireLockOrPlace(state, { ...lock, trigger: request.trigger })
    : { kind: 'acquired' as const, ...(await acquireLock(state, lock)) };
  if (answer.kind === 'queued') return answer;
  if (answer.tookOver) {
    const { runId, step, holder } = answer.tookOver;
    events.add(
      {
        type: 'log',
        level: 'warning',
        message: `took over from run ${runId} (${holder}), which stopped at ${step ?? 'its start'}`,
      },
      `took-over-${runId}`,
    );
  }
  const { resourceGroup } = config.azure;
  // What is deleted says by itself where it is.
  if (hasPlace(answer.known.value) || request.options.destroy) return answer;
  const named = await updateVersioned(
    state,
    (current) => (hasPlace(current) ? current : { ...current, resource_group: resourceGroup }),
    { known: answer.known },
  );
  return { kind: 'acquired', known: named };
}

/** Uploads of a configuration coalesce: one that waits makes room for a newer one behind it. */
async function queueUp(
  { request, stores }: LoadedRun,
  { place, lock, behind }: QueuePlace,
  events: EventRecorder,
): Promise<OpenAnswer> {
  const newer = behind.find(({ trigger }) => trigger === 'blob');
  if (request.trigger === 'blob' && newer) {
    events.add({ type: 'log', level: 'info', message: `a newer configuration waits: ${newer.runId}` }, 'superseded');
    return await leaveQueue(stores.state, request.runId);
  }
  events.add({ type: 'run_queued', place, holder: lock?.runId ?? null }, `place-${place}`);
  return { kind: 'queued', retryAfterInSeconds: Math.min(place, LONGEST_QUEUE_WAIT_IN_SECONDS) };
}

async function leaveQueue(state: StateStore, runId: string): Promise<OpenAnswer> {
  await releaseLock(state, runId);
  return { kind: 'stopped' };
}
