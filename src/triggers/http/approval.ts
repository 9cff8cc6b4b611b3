import { approvalRequestSchema } from '../../domain/api/requests.ts';
import { decideRun } from '../../runs/decisions.ts';
import { currentRun } from '../../runs/known-run.ts';
import { json } from './answer.ts';
import type { RouteHandler } from './handler.ts';
import { readJson, runIdOf } from './request.ts';
import { showRun } from './show-run.ts';

export const decideApprovalHandler: RouteHandler = async (call) => {
  const { app, request, engine, caller } = call;
  const runId = runIdOf(request);
  const { planDigest, decision, comment, confirm, acceptCost } = await readJson(
    request,
    approvalRequestSchema,
    app.limits,
  );
  const known = await currentRun(app, engine, runId);
  const given = {
    ...(comment !== undefined && { comment: app.mask(comment) }),
    ...(confirm !== undefined && { confirm }),
    ...(acceptCost !== undefined && { acceptCost }),
  };
  await decideRun(app, engine, known, { planDigest, decision, by: caller.name, ...given });
  return json(202, await showRun(call, runId));
};
