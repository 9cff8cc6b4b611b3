import type { LockView } from '../domain/api/problem.ts';
import type { EnvironmentView } from '../domain/api/views.ts';
import { nextCheck } from '../domain/drift-check/drift-check.ts';
import { expiryPhase } from '../domain/expiry/expiry.ts';
import { leftBehind, leftBehindView } from '../domain/left-behind.ts';
import { recordedAddresses, recordedFamily } from '../domain/outputs.ts';
import { stepStatus } from '../domain/runs/step-status.ts';
import { type DriftCheck, type EnvironmentState, isBegunFirst, type Lock } from '../domain/state.ts';
import { STEPS } from '../domain/steps.ts';

/**
 * What the status route and the command line tell of an environment.
 *
 * @param now by the clock of its store
 */
export function environmentView(state: EnvironmentState, now: Date): EnvironmentView {
  const phase = expiryPhase(state, now);
  return {
    environment: state.environment,
    subscriptionId: state.subscription_id,
    resourceGroup: state.resource_group,
    lastUpdated: state.last_updated,
    serial: state.serial,
    steps: STEPS.flatMap(({ name }) => {
      const step = state.steps[name];
      if (!step) return [];
      const { timestamp: at, duration_in_ms, error } = step;
      const runId = (isBegunFirst(step) ? step.begun_by : step.run_id) ?? null;
      const status = stepStatus(state, step);
      return [{ step: name, status, at, runId, durationInMs: duration_in_ms ?? null, error: error ?? null }];
    }),
    resources: Object.entries(state.resources).map(([key, { id, type, step }]) => ({ key, id, type, step })),
    leftBehind: leftBehind(state).map(leftBehindView),
    closed: state.closed ? { at: state.closed.at, runId: state.closed.run_id, keptData: state.closed.kept_data } : null,
    from: state.from ?? null,
    expires: state.expires && phase ? { at: state.expires.at, by: state.expires.by, phase } : null,
    driftCheck: state.drift_check ? driftCheckView(state.drift_check) : null,
    lastRun: state.last_run && {
      runId: state.last_run.run_id,
      status: state.last_run.status,
      finishedAt: state.last_run.finished_at,
    },
    lock: state.lock && lockView(state.lock),
    queue: state.queue.map(({ runId, since }) => ({ runId, since })),
    addresses: recordedAddresses(state),
    images: recordedFamily(state, 'image'),
    revisions: { ...recordedFamily(state, 'infrastructureApp'), ...recordedFamily(state, 'app') },
  };
}

function driftCheckView(mark: DriftCheck): NonNullable<EnvironmentView['driftCheck']> {
  const { schedule, repair, last, found } = mark;
  return {
    ...{ schedule, repair, differing: found?.differing ?? 0 },
    next: nextCheck(mark)?.toISOString() ?? null,
    last: last ? { at: last.at, runId: last.run_id, outcome: last.outcome } : null,
    repairRunId: found?.repair?.run_id ?? null,
    notRepaired: found?.repair?.why ?? null,
  };
}

export function lockView({ runId, holder, acquiredAt, step, wakeBy }: Lock): LockView {
  return { runId, holder, acquiredAt, step, wakeBy };
}
