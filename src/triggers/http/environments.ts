import { confirmQuerySchema } from '../../domain/api/requests.ts';
import type { EnvironmentView } from '../../domain/api/views.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import { STEPS } from '../../domain/steps.ts';
import { breakLock } from '../../state/lock.ts';
import { resetState } from '../../state/reset.ts';
import { HttpProblem, invalidRequest, json, lockView } from './answer.ts';
import type { Call, RouteHandler } from './handler.ts';
import { environmentOf, readQuery } from './request.ts';

export const listEnvironmentsHandler: RouteHandler = async ({ door }) =>
  json(200, { environments: await door.storage.environments() });

export const showEnvironmentHandler: RouteHandler = async ({ door, request }) => {
  const environment = environmentOf(request);
  const { value: state, etag } = await door.storage.environment(environment).state.read();
  if (etag === null) throw new HttpProblem(404, 'environment_unknown', `Nothing was deployed to ${environment}.`);
  return json(200, environmentView(state));
};

export const showLockHandler: RouteHandler = async ({ door, request }) => {
  const { lock } = (await door.storage.environment(environmentOf(request)).state.read()).value;
  return json(200, { lock: lock && lockView(lock) });
};

export const breakLockHandler: RouteHandler = async (call) => {
  const lock = await breakLock(call.door.storage.environment(confirmedEnvironment(call)).state);
  if (lock) call.door.logger.log('warning', `${call.caller.name} broke the lock of ${lock.runId}`);
  return json(200, { lock: lock && lockView(lock) });
};

export const resetStateHandler: RouteHandler = async (call) => {
  const environment = confirmedEnvironment(call);
  const copy = await resetState(call.door.storage.environment(environment).state);
  call.door.logger.log('warning', `${call.caller.name} reset the state of ${environment}`);
  return json(200, { copy: copy ?? null });
};

function confirmedEnvironment({ request }: Call): string {
  const environment = environmentOf(request);
  const { confirm } = readQuery(request, confirmQuerySchema);
  if (confirm === environment) return environment;
  throw invalidRequest([{ path: 'confirm', message: `must be ${environment}: this cannot be undone` }]);
}

function environmentView(state: EnvironmentState): EnvironmentView {
  return {
    environment: state.environment,
    subscriptionId: state.subscription_id,
    resourceGroup: state.resource_group,
    lastUpdated: state.last_updated,
    serial: state.serial,
    steps: STEPS.flatMap(({ name }) => {
      const step = state.steps[name];
      if (!step) return [];
      const { status, timestamp: at, run_id, duration_in_ms, error } = step;
      return [
        { step: name, status, at, runId: run_id ?? null, durationInMs: duration_in_ms ?? null, error: error ?? null },
      ];
    }),
    resources: Object.entries(state.resources).map(([key, { id, type, step }]) => ({ key, id, type, step })),
    lastRun: state.last_run && {
      runId: state.last_run.run_id,
      status: state.last_run.status,
      finishedAt: state.last_run.finished_at,
    },
    lock: state.lock && lockView(state.lock),
    queue: state.queue.map(({ runId, since }) => ({ runId, since })),
    addresses: addressesOf(state),
  };
}

function addressesOf(state: EnvironmentState): Record<string, string> {
  const prefix = 'address.';
  return Object.fromEntries(
    Object.entries(state.steps.verify_deployment?.outputs ?? {}).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
