import type { EnvironmentOverview } from '../../domain/api/overview.ts';
import { overviewQuerySchema } from '../../domain/api/requests.ts';
import type { RunView } from '../../domain/api/views.ts';
import { environmentView } from '../../runs/environment-view.ts';
import { newestRun } from '../../runs/newest-run.ts';
import { mapLimited } from '../../shared/map-limited.ts';
import { json, problemOf } from './answer.ts';
import { environmentsOf } from './environments.ts';
import type { Call, RouteHandler } from './handler.ts';
import { readQuery } from './request.ts';
import { showRun } from './show-run.ts';

/** How many environments are read at a time. */
const AT_A_TIME = 8;

/** All that is seen of many environments, in one answer. What is wrong with one of them hides none of the others. */
export const showOverviewHandler: RouteHandler = async (call) => {
  const { limit, after } = readQuery(call.request, overviewQuerySchema);
  const left = (await environmentsOf(call)).filter((name) => after === undefined || name > after);
  const page = left.slice(0, limit);
  const environments = await mapLimited(page, AT_A_TIME, async (name) => await overviewOf(call, name));
  return json(200, { environments, next: left.length > limit ? (page.at(-1) ?? null) : null });
};

async function overviewOf(call: Call, environment: string): Promise<EnvironmentOverview> {
  try {
    const { state: store, runs } = call.app.stores(environment);
    const [{ value }, newest] = await Promise.all([store.read(), newestRun(runs.runs)]);
    const { resources, leftBehind, ...view } = environmentView(value, store.now());
    const { serial: _, steps: _steps, subscriptionId: _s, resourceGroup: _g, environment: _e, ...shown } = view;
    const run = newest && (await showRun(call, newest.runId));
    return {
      environment,
      state: { ...shown, resources: resources.length, leftBehind: leftBehind.length },
      newestRun: run ? newestRunOf(run) : null,
      monthlyCost: run ? monthlyCostOf(run) : null,
      trouble: null,
    };
  } catch (error) {
    const known = problemOf(error);
    if (!known) throw error;
    const { code, detail, hint } = known.problem;
    const trouble = { code, ...(detail !== undefined && { detail }), ...(hint !== undefined && { hint }) };
    return { environment, state: null, newestRun: null, monthlyCost: null, trouble };
  }
}

function newestRunOf({ runId, status, startedAt, finishedAt, requestedBy, pendingApproval }: RunView) {
  return { runId, status, startedAt, finishedAt, requestedBy, pendingApproval };
}

/** What was planned is there once the run has succeeded. */
function monthlyCostOf({ plan, status }: RunView): EnvironmentOverview['monthlyCost'] {
  if (!plan?.cost) return null;
  const { currency, now, after } = plan.cost;
  return { currency, sum: (status === 'succeeded' ? after : now).sum };
}
