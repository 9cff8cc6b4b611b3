import {
  AUDIT_PAGE_SIZE,
  auditQuerySchema,
  breakLockQuerySchema,
  confirmQuerySchema,
} from '../../domain/api/requests.ts';
import { environmentView, lockView } from '../../runs/environment-view.ts';
import { forgetResource } from '../../state/forget.ts';
import { breakLock } from '../../state/lock.ts';
import { resetState } from '../../state/reset.ts';
import { HttpProblem, invalidRequest, json } from './answer.ts';
import type { Call, RouteHandler } from './handler.ts';
import { environmentOf, readQuery } from './request.ts';

/** The names of those that the caller's key opens, in alphabetical order. */
export async function environmentsOf({ app, caller: { scope } }: Call): Promise<readonly string[]> {
  const { environment } = scope ?? {};
  return (await app.storage.environments()).filter((one) => environment === undefined || one === environment);
}

export const listEnvironmentsHandler: RouteHandler = async (call) =>
  json(200, { environments: await environmentsOf(call) });

export const showEnvironmentHandler: RouteHandler = async ({ app, request }) => {
  const environment = environmentOf(request);
  const { state: store, runs } = app.stores(environment);
  const { value: state, etag } = await store.read();
  const view = environmentView(state, store.now());
  if (etag !== null) return json(200, view);
  // What is listed is there: an upload that was wrong is a run, and leaves no state.
  const [newest] = await runs.runs({ limit: 1 });
  if (!newest) throw new HttpProblem(404, 'environment_unknown', `Nothing was deployed to ${environment}.`);
  const { runId, status, finishedAt } = newest;
  return json(200, { ...view, lastRun: { runId, status, finishedAt } });
};

export const showLockHandler: RouteHandler = async ({ app, request }) => {
  const { lock } = (await app.stores(environmentOf(request)).state.read()).value;
  return json(200, { lock: lock && lockView(lock) });
};

export const breakLockHandler: RouteHandler = async (call) => {
  const query = readQuery(call.request, breakLockQuerySchema);
  const lock = await breakLock(call.app.stores(confirmedEnvironment(call, query)).state, query.run);
  if (lock) call.app.logger.log('warning', `${call.caller.name} broke the lock of ${lock.runId}`);
  return json(200, { lock: lock && lockView(lock) });
};

export const showAuditHandler: RouteHandler = async ({ app, request }) => {
  const environment = environmentOf(request);
  const { limit = AUDIT_PAGE_SIZE, before } = readQuery(request, auditQuerySchema);
  // One more than the page tells whether there is another.
  const found = await app.stores(environment).runs.audit({ limit: limit + 1, ...(before !== undefined && { before }) });
  const entries = found.slice(0, limit);
  return json(200, { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null });
};

export const resetStateHandler: RouteHandler = async (call) => {
  const environment = confirmedEnvironment(call, readQuery(call.request, confirmQuerySchema));
  const copy = await resetState(call.app.stores(environment).state);
  call.app.logger.log('warning', `${call.caller.name} reset the state of ${environment}`);
  return json(200, { copy: copy ?? null });
};

export const forgetResourceHandler: RouteHandler = async ({ app, request, caller }) => {
  const environment = environmentOf(request);
  const name = request.params.resource ?? '';
  await forgetResource(app.stores(environment).state, name);
  app.logger.log('warning', `${caller.name} let go of ${name} of ${environment}`);
  return json(200, { forgotten: name });
};

function confirmedEnvironment({ request }: Call, { confirm }: { readonly confirm: string }): string {
  const environment = environmentOf(request);
  if (confirm === environment) return environment;
  throw invalidRequest([{ path: 'confirm', message: `must be ${environment}: this cannot be undone` }]);
}
