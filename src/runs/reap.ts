import { UserError } from '../shared/errors.ts';
import type { DeploymentStorage } from '../state/ports.ts';
import { checkOnSchedule, type ScheduledChecks } from './drift/scheduled-checks.ts';
import type { HistoryEngine } from './engine.ts';
import { type ExpiryServices, reapExpired } from './expiry/reap-expired.ts';
import { newerRun, reapNewer } from './newer-runs.ts';
import { openRuns } from './open-runs.ts';
import { reconcile } from './reconcile.ts';

const DAY_IN_MS = 24 * 60 * 60 * 1000;

export interface ReaperServices extends ExpiryServices, ScheduledChecks {
  readonly storage: Pick<DeploymentStorage, 'environments' | 'keyedCall'>;
  /** How long the histories of ended orchestrations are kept. */
  readonly historyInDays: number;
}

/**
 * Closes runs whose orchestration is gone or stands still, deletes environments whose time is over, and forgets the histories of
 * orchestrations that ended long ago.
 */
export async function reap(services: ReaperServices, engine: HistoryEngine): Promise<void> {
  for (const environment of await services.storage.environments()) await reapEnvironment(services, engine, environment);
  await engine.purge(new Date(services.clock.now().getTime() - services.historyInDays * DAY_IN_MS));
}

async function reapEnvironment(services: ReaperServices, engine: HistoryEngine, environment: string): Promise<void> {
  const { runs } = services.stores(environment);
  for (const summary of await openRuns(runs)) {
    const request = await runs.request(summary.runId);
    if (!request) continue;
    const now = await reconcile(services, engine, request, summary);
    if (now.finishedAt !== null)
      services.logger.log('warning', `closed run ${summary.runId}: ${now.error?.code ?? now.status}`);
    const newer = newerRun(services, request, now);
    const done = newer && (await reapNewer(services, now, newer));
    if (done)
      services.logger.log('warning', `run ${newer.runId} is of version ${newer.version}: ${done}. ${newer.next}`);
  }
  const told = (what: string) => (error: unknown) => {
    // What stands in the way of one environment is no matter of the others; the next look finds it again.
    if (!(error instanceof UserError)) throw error;
    services.logger.log('error', `${environment} ${what}: ${error.message} (${error.shownCode})`);
  };
  const known = await services.stores(environment).state.read().catch(told('cannot be looked at'));
  if (!known) return;
  await reapExpired(services, engine, known.value).catch(told('has expired and is not deleted'));
  await checkOnSchedule(services, engine, known.value).catch(told('is not checked for drift'));
}
