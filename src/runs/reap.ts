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
 * Closes runs whose orchestration is gone or stands still, deletes environments whose time is over, checks for drift, and forgets the
 * histories of orchestrations that ended long ago. What stands in the way of one of these holds none of the others up.
 *
 * @throws the first failure that is none of the user's, once all the rest is done
 */
export async function reap(services: ReaperServices, engine: HistoryEngine): Promise<void> {
  const failures: unknown[] = [];
  for (const environment of await services.storage.environments()) {
    // The next look finds it again.
    const told = (what: string) => (error: unknown) => {
      const isTheirs = error instanceof UserError;
      if (!isTheirs) failures.push(error);
      const why = isTheirs ? `${error.message} (${error.shownCode})` : String(error);
      services.logger.log('error', `${environment} ${what}: ${services.mask(why)}`);
    };
    await closeLost(services, engine, environment).catch(told('has runs that cannot be looked at'));
    const known = await services.stores(environment).state.read().catch(told('cannot be looked at'));
    if (!known) continue;
    await reapExpired(services, engine, known.value).catch(told('has expired and is not deleted'));
    await checkOnSchedule(services, engine, known.value).catch(told('is not checked for drift'));
  }
  await engine.purge(new Date(services.clock.now().getTime() - services.historyInDays * DAY_IN_MS));
  if (failures.length > 0) throw failures[0];
}

async function closeLost(services: ReaperServices, engine: HistoryEngine, environment: string): Promise<void> {
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
}
