import type { DeploymentConfig } from '../domain/config/model.ts';
import type { RunInput } from '../domain/function-names.ts';
import type { Plan } from '../domain/plan-schema.ts';
import type { RunRequest } from '../domain/run.ts';
import { UserError } from '../shared/errors.ts';
import type { EnvironmentStores } from '../state/ports.ts';
import { type RollbackTarget, rollbackOf } from './rollback.ts';
import type { Services } from './services.ts';

export interface LoadedRun {
  readonly request: RunRequest;
  readonly config: DeploymentConfig;
  readonly stores: EnvironmentStores;
  /** The kept run that this one goes back to. */
  readonly rollback: RollbackTarget | undefined;
}

/** Everything about a run that its orchestration does not carry. */
export async function loadRun(services: Services, { environment, runId }: RunInput): Promise<LoadedRun> {
  const stores = services.stores(environment);
  // A storage that says once that it is not there is asked again.
  const request = (await stores.runs.request(runId)) ?? (await stores.runs.request(runId));
  if (!request) {
    throw new UserError(`The run ${runId} is not in the run store.`, {
      code: 'run_unknown',
      exitCode: 1,
      hint: 'Its files were removed while it ran; start the deployment again.',
    });
  }
  const config = await stores.runs.config(request.configDigest);
  return { request, stores, config, rollback: await rollbackOf(stores, request.options, config) };
}

/** What a run was asked for is not in the storage any more: nobody can go on with it. */
export function isForgotten(error: unknown): error is UserError {
  return error instanceof UserError && (error.code === 'run_unknown' || error.code === 'record_missing');
}

/**
 * The plan of a run that has one. A storage that says once that it is not there is asked again.
 * @throws UserError `record_missing`
 */
export async function requirePlan({ stores: { runs }, request: { runId } }: LoadedRun): Promise<Plan> {
  const plan = (await runs.plan(runId)) ?? (await runs.plan(runId));
  if (plan) return plan;
  throw new UserError(`The plan of run ${runId} is not in the run store any more.`, {
    code: 'record_missing',
    hint: 'The storage has lost it. Start again: the new run plans anew, and goes on from what is done.',
  });
}
