import { approvalRequestSchema } from '../../domain/api/requests.ts';
import type { Approval } from '../../domain/run.ts';
import { showRun } from '../run-record.ts';
import { HttpProblem, json } from './answer.ts';
import type { RouteHandler } from './handler.ts';
import { readJson, runIdOf } from './request.ts';

/**
 * Records a decision about one plan and hands it to the run. A decision names the plan's digest, so that none made about
 * an earlier plan counts for a later one; of two about the same plan the first stands.
 */
export const decideApprovalHandler: RouteHandler = async ({ door, request, engine, caller, base }) => {
  const runId = runIdOf(request);
  const { planDigest, decision, comment } = await readJson(request, approvalRequestSchema, door.limits);
  const view = await showRun(door, engine, runId, base);
  const said = view.decisions.find((one) => one.planDigest === planDigest);
  if (view.finishedAt !== null) throw new HttpProblem(409, 'run_ended', `The run has ended: ${view.status}.`);
  if (!said && view.pendingApproval !== planDigest) throw notPending(view.pendingApproval);
  const { runs } = door.storage.environment(view.environment);
  const run = await runs.request(runId);
  if (run?.engine !== door.engine) {
    throw new HttpProblem(409, 'driven_elsewhere', `The run is driven by ${run?.engine}; decide there.`);
  }
  const mine: Approval = {
    planDigest,
    decision,
    by: caller.name,
    ...(comment !== undefined && { comment: door.mask(comment) }),
  };
  const first = await runs.decide(runId, mine);
  if (first.decision !== decision) {
    const done = first.decision === 'approve' ? 'approved' : 'rejected';
    throw new HttpProblem(409, 'decided_already', `This plan was ${done} by ${first.by}.`);
  }
  await runs.appendEvents(runId, [
    {
      id: `run/approval-${planDigest.slice(0, 12)}/decided`,
      runId,
      environment: view.environment,
      at: door.clock.now().toISOString(),
      type: 'approval_decided',
      planDigest,
      decision,
      by: first.by,
      ...(first.comment !== undefined && { comment: first.comment }),
    },
  ]);
  // Also when it was recorded before: the first call may have ended in between.
  await engine.decide(runId, first);
  return json(202, await showRun(door, engine, runId, base));
};

function notPending(pending: string | null): HttpProblem {
  const detail =
    pending === null ? 'The run does not wait for a decision.' : `The plan that waits for a decision is ${pending}.`;
  return new HttpProblem(409, 'plan_not_pending', detail, { hint: 'Look at the run’s plan again.' });
}
