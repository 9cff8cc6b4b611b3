import type { DestroyRequest } from '../domain/api/requests.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { requireExpired } from '../domain/expiry/require-expired.ts';
import { isEmptyState } from '../domain/removal/closed-state.ts';
import { requireSameName } from '../domain/removal/confirmation.ts';
import type { DestroyOptions } from '../domain/run.ts';
import { UserError } from '../shared/errors.ts';
import type { EnvironmentStores } from '../state/ports.ts';

/** What is asked of a run that deletes, besides what every run is asked. */
export type DestroyWork = Omit<DestroyRequest, 'autoApprove' | 'dryRun' | 'onBusy'>;

/** How many of the newest runs are looked at for a configuration. */
const NEWEST_RUNS = 20;

/**
 * The options of a run that deletes.
 *
 * @throws UserError `confirmation_wrong`, `nothing_deployed`, `options_contradict`, `not_expired`
 */
export async function prepareDestroy(
  { state }: EnvironmentStores,
  { keepData, leftBehind, include, confirm, dumpTo, expired }: DestroyWork,
): Promise<DestroyOptions> {
  if (confirm !== undefined) requireSameName(state.environment, confirm);
  if (keepData && dumpTo !== undefined)
    throw new UserError('With --keep-data the databases stay, and their data in them: there is nothing to dump.', {
      code: 'options_contradict',
      hint: 'Run destroy without --dump-to, or without --keep-data.',
    });
  const { value, etag } = await state.read();
  // Somebody who holds the lock is about to deploy something.
  if (etag === null || (value.lock === null && isEmptyState(value))) throw nothingDeployed(state.environment);
  if (expired) requireExpired(value, state.now());
  return {
    keepData,
    leftBehind: leftBehind ?? null,
    include: [...include],
    confirmed: confirm !== undefined || expired,
    ...(dumpTo !== undefined && { dumpTo }),
    ...(expired && { expired }),
  };
}

/**
 * The configuration of the newest run that has one: what is deleted stands in the state, and how to get there in this.
 *
 * @throws UserError `nothing_deployed`
 */
export async function newestConfig({ runs, state }: EnvironmentStores): Promise<DeploymentConfig> {
  for (const { runId } of await runs.runs({ limit: NEWEST_RUNS })) {
    const request = await runs.request(runId);
    if (request && request.configDigest !== '') return await runs.config(request.configDigest);
  }
  throw nothingDeployed(state.environment);
}

function nothingDeployed(environment: string): UserError {
  return new UserError(`Nothing is deployed to ${environment}, as far as its state tells.`, {
    code: 'nothing_deployed',
    hint: 'After a reset of the state, or without it, deploy once more: that takes up what is there.',
  });
}
