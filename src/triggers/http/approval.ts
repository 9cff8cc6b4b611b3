import { approvalRequestSchema } from '../../domain/api/requests.ts';
import { showRun, summaryOf } from '../run-record.ts';
import { recordDecision } from '../wishes.ts';
import { json } from './answer.ts';
import type { RouteHandler } from './handler.ts';
import { readJson, runIdOf } from './request.ts';

export const decideApprovalHandler: RouteHandler = async ({ door, request, engine, caller, base }) => {
  const runId = runIdOf(request);
  const { planDigest, decision, comment } = await readJson(request, approvalRequestSchema, door.limits);
  const known = await summaryOf(door, engine, runId);
  const mine = {
    planDigest,
    decision,
    by: caller.name,
    ...(comment !== undefined && { comment: door.mask(comment) }),
  };
  const first = await recordDecision(known, mine, door.engine, door.clock);
  // Also when it was recorded before: the first call may have ended in between.
  await engine.decide(runId, first);
  return json(202, await showRun(door, engine, runId, base));
};
