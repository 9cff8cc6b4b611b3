import type { RunEvent } from '../domain/events.ts';
import type { Approval } from '../domain/run.ts';
import type { Clock } from '../shared/clock.ts';
import { UserError } from '../shared/errors.ts';
import { type KnownRun, viewOf } from './run-record.ts';

/**
 * Records what somebody decided about one plan, for the run to hear. A decision names the plan's digest, so that none made
 * about an earlier plan counts for a later one; of two about the same plan the first stands. Made again it is answered again.
 *
 * @param engine the engine that can tell the run
 * @returns the decision that stands
 * @throws UserError `run_ended`, `plan_not_pending`, `driven_elsewhere`, `decided_already`
 */
export async function recordDecision(known: KnownRun, mine: Approval, engine: string, clock: Clock): Promise<Approval> {
  const { stores, run } = known;
  const { planDigest, decision } = mine;
  const view = await viewOf(known, '');
  requireOpen(known);
  const isKnown = view.decisions.some((one) => one.planDigest === planDigest);
  if (!isKnown && view.pendingApproval !== planDigest) throw notPending(view.pendingApproval);
  if (run.engine !== engine) {
    throw new UserError(`The run is driven by ${run.engine}; decide there.`, { code: 'driven_elsewhere' });
  }
  const first = await stores.runs.decide(run.runId, mine);
  if (first.decision !== decision) {
    const done = first.decision === 'approve' ? 'approved' : 'rejected';
    throw new UserError(`This plan was ${done} by ${first.by}.`, { code: 'decided_already' });
  }
  await stores.runs.appendEvents(run.runId, [
    {
      ...about(known, clock),
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

/** Records the wish that the run starts nothing new; steps look for it before they begin. */
export async function recordCancel(known: KnownRun, by: string, clock: Clock): Promise<void> {
  requireOpen(known);
  const { stores, run } = known;
  await stores.runs.requestCancel(run.runId, by);
  await stores.runs.appendEvents(run.runId, [
    { ...about(known, clock), id: 'run/cancel/requested', type: 'cancel_requested', by },
  ]);
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
