import type { RunView } from '../domain/api/views.ts';
import { requireAcceptedCost } from '../domain/cost/accepted-cost.ts';
import type { RunEvent } from '../domain/events.ts';
import { requireConfirmed } from '../domain/removal/confirmation.ts';
import type { Approval } from '../domain/run.ts';
import type { Clock } from '../shared/clock.ts';
import { UserError } from '../shared/errors.ts';
import type { Engine } from './engine.ts';
import { type KnownRun, viewOf } from './known-run.ts';
import { cancelNewer, newerRun, requireTurns } from './newer-runs.ts';
import type { RunServices } from './services.ts';

/**
 * Decides about one plan. A decision names the plan's digest, so that none made about an earlier plan counts for a later one;
 * of two about the same plan the first stands. Made again it is answered again, also when the run has ended by then: whoever lost the
 * first answer is told what became of it.
 *
 * @param engine absent where another process drives the run; that one looks for decisions by itself
 * @throws UserError `run_ended`, `plan_not_pending`, `driven_elsewhere`, `decided_already`,
 *   `cost_over_limit`
 */
export async function decideRun(
  services: RunServices,
  engine: Engine | undefined,
  known: KnownRun,
  mine: Approval,
): Promise<void> {
  const view = await viewOf(known, '');
  if (isMadeAgain(known, view, mine)) return;
  const first = await recordDecision(services, known, view, mine);
  // Also when it was recorded before: the first call may have ended in between.
  await engine?.decide(known.run.runId, first);
}

/** Asks a run to start nothing new: its steps look for that before they begin. Throws UserError `run_ended`. */
export async function cancelRun(
  services: RunServices,
  engine: Engine | undefined,
  known: KnownRun,
  by: string,
): Promise<void> {
  requireOpen(known);
  const { stores, run } = known;
  await stores.runs.requestCancel(run.runId, by);
  await stores.runs.appendEvents(run.runId, [
    { ...about(known, services.clock), id: 'run/cancel/requested', type: 'cancel_requested', by },
  ]);
  const newer = newerRun(services, run, known.summary);
  if (newer) return await cancelNewer(services, known.summary, newer);
  // One that waits for an approval must hear of it.
  if (run.engine === services.engine) await engine?.decide(run.runId, { planDigest: '', decision: 'cancel', by });
}

/** By the same caller, about the same plan of a run that has ended since. */
function isMadeAgain({ summary }: KnownRun, { decisions }: RunView, mine: Approval): boolean {
  if (summary.finishedAt === null) return false;
  return decisions.some(
    ({ planDigest, decision, by }) => planDigest === mine.planDigest && decision === mine.decision && by === mine.by,
  );
}

/** @returns the decision that stands */
async function recordDecision(
  services: RunServices,
  known: KnownRun,
  view: RunView,
  mine: Approval,
): Promise<Approval> {
  const { stores, run } = known;
  const { planDigest, decision } = mine;
  requireOpen(known);
  requireTurns(newerRun(services, run, known.summary));
  const isKnown = view.decisions.some((one) => one.planDigest === planDigest);
  if (!isKnown && view.pendingApproval !== planDigest) throw notPending(view.pendingApproval);
  if (view.plan && decision === 'approve') {
    requireConfirmed(view.plan, run.options.destroy, mine.confirm);
    requireAcceptedCost(view.plan, mine.acceptCost ?? run.options.acceptCost ?? false);
  }
  if (run.engine !== services.engine) {
    throw new UserError(`The run is driven by ${run.engine}; decide there.`, { code: 'driven_elsewhere' });
  }
  const first = await stores.runs.decide(run.runId, mine);
  if (first.decision !== decision) {
    const done = first.decision === 'approve' ? 'approved' : 'rejected';
    throw new UserError(`This plan was ${done} by ${first.by}.`, { code: 'decided_already' });
  }
  await stores.runs.appendEvents(run.runId, [
    {
      ...about(known, services.clock),
      id: `run/approval-${planDigest.slice(0, 12)}/decided`,
      type: 'approval_decided',
      planDigest,
      decision: mine.decision === 'reject' ? 'reject' : 'approve',
      by: first.by,
      ...(first.comment !== undefined && { comment: first.comment }),
    },
  ]);
  return first;
}

function about({ run }: KnownRun, clock: Clock): Pick<RunEvent, 'runId' | 'environment' | 'at'> {
  return { runId: run.runId, environment: run.environment, at: clock.now().toISOString() };
}

function requireOpen({ run, summary }: KnownRun): void {
  if (summary.finishedAt === null) return;
  throw new UserError(`The run ${run.runId} has ended: ${summary.status}.`, { code: 'run_ended' });
}

function notPending(pending: string | null): UserError {
  const message =
    pending === null ? 'The run does not wait for a decision.' : `The plan that waits for a decision is ${pending}.`;
  return new UserError(message, { code: 'plan_not_pending', hint: 'Look at the run’s plan again.' });
}
