import { ORCHESTRATION_VERSION } from '../domain/function-names.ts';
import type { RunRequest, RunSummary } from '../domain/run.ts';
import { UserError } from '../shared/errors.ts';
import { compareVersions } from '../shared/version-order.ts';
import type { DeploymentStorage } from '../state/ports.ts';
import { endFromWithout } from './end-from-without.ts';
import { openRuns } from './open-runs.ts';
import type { RunServices } from './services.ts';

/** How long a run is left to a newer app that may come back. */
const LEFT_FOR_IN_SECONDS = 30 * 60;
const TOLD = 'run/newer/told';

/** A run that waits for an app of the version that began it. */
export interface NewerRun {
  readonly runId: string;
  /** Of its orchestration. */
  readonly version: string;
  /** The newest that this app takes turns of. */
  readonly appVersion: string;
  readonly next: string;
}

/**
 * What there is to know of an open run of ours that an older app is not given turns of, since `versionMatchStrategy` is
 * CurrentOrOlder (https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-orchestration-versioning); undefined:
 * it goes on here.
 */
export function newerRun(
  {
    engine,
    orchestrationVersion: appVersion = ORCHESTRATION_VERSION,
  }: Pick<RunServices, 'engine' | 'orchestrationVersion'>,
  request: Pick<RunRequest, 'engine'>,
  { runId, finishedAt, orchestrationVersion: version = '' }: RunSummary,
): NewerRun | undefined {
  if (finishedAt !== null || request.engine !== engine || compareVersions(version, appVersion) <= 0) return undefined;
  return { runId, version, appVersion, next: `Deploy the app of version ${version} again, or cancel the run.` };
}

/** Those of all environments. */
export async function newerRuns(
  services: RunServices,
  storage: Pick<DeploymentStorage, 'environments'>,
): Promise<readonly NewerRun[]> {
  const found: NewerRun[] = [];
  for (const environment of await storage.environments()) {
    const { runs } = services.stores(environment);
    for (const summary of await openRuns(runs)) {
      const request = await runs.request(summary.runId);
      const newer = request && newerRun(services, request, summary);
      if (newer) found.push(newer);
    }
  }
  return found;
}

/** @throws UserError `run_of_newer_version` where nobody would hear a decision */
export function requireTurns(newer: NewerRun | undefined): void {
  if (newer) throw new UserError(textOf(newer), { code: 'run_of_newer_version', hint: newer.next });
}

/** Ends a run that cannot hear that it is cancelled. */
export async function cancelNewer(services: RunServices, summary: RunSummary, newer: NewerRun): Promise<void> {
  await endFromWithout(services, summary, {
    status: 'cancelled',
    code: 'run_of_newer_version',
    message: textOf(newer),
  });
}

/**
 * Tells in the run's events that it stands still, and ends it when it has done so for half an hour and whoever drove it
 * has not kept its lock.
 *
 * @returns whether it was told, or ended, just now
 */
export async function reapNewer(
  services: RunServices,
  summary: RunSummary,
  newer: NewerRun,
): Promise<'told' | 'ended' | undefined> {
  const { runId, environment } = summary;
  const { runs, state } = services.stores(environment);
  const now = services.clock.now();
  const told = (await runs.events(runId)).events.find(({ id }) => id === TOLD);
  if (!told) {
    const message = `${textOf(newer)} ${newer.next}`;
    const at = now.toISOString();
    await runs.appendEvents(runId, [{ runId, environment, at, id: TOLD, type: 'log', level: 'warning', message }]);
    return 'told';
  }
  const { lock } = (await state.read()).value;
  const isKept = lock?.runId === runId && Date.parse(lock.wakeBy) > now.getTime();
  if (isKept || now.getTime() - Date.parse(told.at) < LEFT_FOR_IN_SECONDS * 1000) return undefined;
  await endFromWithout(services, summary, {
    status: 'failed',
    code: 'run_of_newer_version',
    message: textOf(newer),
  });
  return 'ended';
}

function textOf({ version, appVersion }: NewerRun): string {
  return `This run was begun by workflow version ${version}; this app goes up to ${appVersion}, so the run stands still.`;
}
