import type { OpenRunInput } from '../domain/function-names.ts';
import type { Plan } from '../domain/plan-schema.ts';
import { type OpenAnswer, STOPPED } from '../domain/run.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { createEventRecorder, type EventRecorder } from '../engine/event-recorder.ts';
import { explainFailure, type Failure, isStorageAway } from '../engine/failure.ts';
import { type LoadedRun, loadRun } from '../engine/load-run.ts';
import { openMemory } from '../engine/memory.ts';
import { patienceFor } from '../engine/patience.ts';
import type { Services } from '../engine/services.ts';
import type { Step } from '../engine/step.ts';
import { adoptOperations } from '../perform/adopt-operations.ts';
import { planRun } from '../planning/plan-run.ts';
import { UserError } from '../shared/errors.ts';
import { acquireLock, acquireLockOrPlace, type QueuePlace, releaseLock } from '../state/lock.ts';
import type { StateStore, Versioned } from '../state/ports.ts';
import { updateState } from '../state/update-state.ts';

/** A waiter looks again after as many seconds as its place says, up to this many. */
const LONGEST_QUEUE_WAIT_IN_SECONDS = 30;
/** The first step must have written again within this time. */
const FIRST_STEP_DUE_IN_SECONDS = 600;

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
      return await open(services, steps, input, events);
    } catch (error) {
      if (isStorageAway(error)) throw error;
      return await answerFailure(services, input, explainFailure(error), events);
    } finally {
      await events.flush();
    }
  };
}

/** Planning waits and tries again as a step does; the lock is kept meanwhile. */
async function answerFailure(
  services: Services,
  input: OpenRunInput,
  failure: Failure,
  events: EventRecorder,
): Promise<OpenAnswer> {
  const { runs, state } = services.stores(input.environment);
  const memory = await openMemory(runs, input.runId, 'run');
  if (failure.kind !== 'end' && failure.kind !== 'lock_lost') {
    const { config } = await loadRun(services, input);
    const patience = await patienceFor(failure, memory, services.clock.now(), config);
    if (patience.kind !== 'end') {
      const { seconds, message } = patience;
      const told = `${message}; planned again in ${seconds} seconds`;
      events.add({ type: 'log', level: 'warning', message: told }, `waiting-${services.clock.now().getTime()}`);
      await keepLock(state, input.runId, seconds);
      return { kind: 'waiting', retryAfterInSeconds: seconds };
    }
    failure = { kind: 'end', report: patience.report };
  }
  const { code, message, hint, correlationId, stack } = failure.report;
  const report = {
    code,
    message: services.mask(message),
    ...(hint && { hint }),
    ...(correlationId && { correlationId }),
  };
  await memory.set('error', report);
  events.add({
    type: 'log',
    level: 'error',
    message: stack ?? [`${message} (${code})`, ...(hint ? [`  ${hint}`] : [])].join('\n'),
  });
  return { kind: 'failed' };
}

/** Whoever waits for Azure is not late. */
async function keepLock(state: StateStore, runId: string, seconds: number): Promise<void> {
  const wakeBy = new Date(state.now().getTime() + (seconds + FIRST_STEP_DUE_IN_SECONDS) * 1000).toISOString();
  await updateState(state, (current) =>
    current.lock?.runId === runId ? { ...current, lock: { ...current.lock, wakeBy } } : current,
  );
}

async function open(
  services: Services,
  steps: readonly Step[],
  input: OpenRunInput,
  events: EventRecorder,
): Promise<OpenAnswer> {
  const run = await loadRun(services, input);
  const { request, config, stores } = run;
  const { environment, options } = request;
  if (options.dryRun) return await tellPlan(services, steps, run, events);
  const [isCancelled, known] = await Promise.all([stores.runs.isCancelRequested(request.runId), stores.state.read()]);
  if (isCancelled) {
    events.add({ type: 'log', level: 'info', message: 'not started: the run was cancelled' }, STOPPED);
    return await leaveQueue(stores.state, request.runId);
  }
  // Whoever approved need not come back because somebody else deploys just now.
  const waits = request.waits || input.approvedDigest !== undefined;
  const answer = await takeLock(services, run, { waits, known }, events);
  if (answer.kind === 'queued') return await queueUp(run, answer, events);
  const { state } = answer;
  if (input.approvedDigest === undefined) {
    const { requestedBy: startedBy, productVersion: version } = request;
    events.add({ type: 'run_started', resumed: options.resume, startedBy, version }, 'started');
    if (request.adoptsOperationsOf) await adoptOperations(stores.runs, request.adoptsOperationsOf, request.runId);
  }
  const plan = await planRun(services, steps, {
    environment,
    config,
    options,
    source: request.source,
    state,
    rollback: run.rollback,
  });
  events.add({ type: 'plan', plan }, `plan-${plan.digest.slice(0, 12)}`);
  const writing = stores.runs.writePlan(request.runId, plan);
  if (plan.steps.every(({ action }) => action === 'skip')) {
    for (const { step, reason } of plan.steps) events.add({ type: 'step_skipped', step, reason }, `skipped-${step}`);
    await Promise.all([writing, events.flush()]);
    return { kind: 'nothing' };
  }
  await writing;
  refuseForbidden(plan);
  if (options.autoApprove || input.approvedDigest === plan.digest) return { kind: 'run' };
  // Nobody else should wait for a person: the lock is given back, and taken again after the approval.
  await releaseLock(stores.state, request.runId);
  events.add({ type: 'approval_requested', planDigest: plan.digest }, `approval-${plan.digest.slice(0, 12)}`);
  return { kind: 'approval', planDigest: plan.digest, timeoutInSeconds: services.approvalTimeoutInSeconds };
}

/** Looks without the lock, and changes nothing: the plan is all there is to this run. */
async function tellPlan(
  services: Services,
  steps: readonly Step[],
  { request, config, stores }: LoadedRun,
  events: EventRecorder,
): Promise<OpenAnswer> {
  const { runId, environment, options, source, requestedBy: startedBy, productVersion: version } = request;
  events.add({ type: 'run_started', resumed: false, startedBy, version }, 'started');
  const { value: state } = await stores.state.read();
  const plan = await planRun(services, steps, { environment, config, options, source, state });
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
  ({ readonly kind: 'queued' } & QueuePlace) | { readonly kind: 'acquired'; readonly state: EnvironmentState }
> {
  const { state } = stores;
  const lock = {
    runId: request.runId,
    holder: services.holder,
    engine: services.engine,
    step: null,
    wakeBy: new Date(state.now().getTime() + FIRST_STEP_DUE_IN_SECONDS * 1000).toISOString(),
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
  if (answer.state.resource_group !== null) return answer;
  const named = await updateState(state, (current) =>
    current.resource_group === null ? { ...current, resource_group: resourceGroup } : current,
  );
  return { kind: 'acquired', state: named };
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

function refuseForbidden({ resources }: Plan): void {
  const forbidden = resources.filter(({ action }) => action === 'forbidden');
  if (forbidden.length === 0) return;
  throw new UserError(`The plan cannot be carried out:\n${forbidden.map(({ reason }) => `  ${reason}`).join('\n')}`, {
    code: 'plan_forbidden',
    hint: 'Change the configuration back, or allow what the messages name.',
  });
}
