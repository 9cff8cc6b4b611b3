import type { RunEvent } from '../domain/events.ts';
import type { RunSummary } from '../domain/run.ts';
import { type EndedRun, RUN_COMPLETED_ID, runCompleted } from '../domain/runs/run-end.ts';
import { releaseLock } from '../state/lock.ts';
import type { RunServices } from './services.ts';

/** Why a run is ended from without. */
interface End {
  readonly status: 'failed' | 'cancelled';
  readonly code: string;
  readonly message: string;
}

/**
 * Ends a run that its orchestration will not end: tells it in the events, writes the summary and gives the lock back. What it had in
 * progress on Azure is adopted by the next run.
 *
 * @returns the summary as it is now
 */
export async function endRun(
  services: RunServices,
  { runId, environment }: Pick<RunSummary, 'runId' | 'environment'>,
  { status, code, message }: End,
): Promise<RunSummary | undefined> {
  const { state, runs } = services.stores(environment);
  // It may have ended since it was looked at.
  const summary = await runs.summary(runId);
  if (!summary || summary.finishedAt !== null) return summary;
  const now = services.clock.now();
  const ended: EndedRun = {
    ...summary,
    status,
    finishedAt: now.toISOString(),
    durationInMs: Math.max(0, now.getTime() - Date.parse(summary.startedAt)),
    error: { code, message },
  };
  const about = { runId, environment, at: now.toISOString() };
  const events: RunEvent[] = [
    { ...about, id: 'run/gone/log', type: 'log', level: 'error', message },
    { ...about, id: RUN_COMPLETED_ID, ...runCompleted(ended) },
  ];
  await runs.appendEvents(runId, events);
  await runs.writeSummary(ended);
  await releaseLock(state, runId);
  return ended;
}
