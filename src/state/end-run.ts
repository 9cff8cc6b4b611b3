import type { RunEvent } from '../domain/events.ts';
import type { RunSummary } from '../domain/run.ts';
import { type EndedRun, RUN_COMPLETED_ID, runCompleted } from '../domain/runs/run-end.ts';
import { timeOfRun } from '../domain/runs/run-id.ts';
import type { Clock } from '../shared/clock.ts';
import { releaseLock } from './lock.ts';
import type { EnvironmentStores } from './ports.ts';

/** Why a run is ended from without. */
interface End {
  readonly status: 'failed' | 'cancelled';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/**
 * Ends a run that its orchestration will not end: tells it in the events, writes the summary and gives the lock back. What it had in
 * progress on Azure is adopted by the next run.
 *
 * @returns the summary as it is now, and whether it was this call that ended the run
 */
export async function endRun(
  { state, runs }: EnvironmentStores,
  clock: Clock,
  { runId, environment }: Pick<RunSummary, 'runId' | 'environment'>,
  { status, code, message, hint }: End,
): Promise<{ readonly summary: RunSummary; readonly isEndedNow: boolean }> {
  // It may have ended since it was looked at; or the storage has lost all that it wrote.
  const summary = (await runs.summary(runId)) ?? nothingKnown({ runId, environment });
  if (summary.finishedAt !== null) {
    // Whoever wrote that may have died before it gave the lock back, and nobody else does.
    await releaseLock(state, runId);
    return { summary, isEndedNow: false };
  }
  const now = clock.now();
  const ended: EndedRun = {
    ...summary,
    status,
    finishedAt: now.toISOString(),
    durationInMs: Math.max(0, now.getTime() - Date.parse(summary.startedAt)),
    error: { code, message, ...(hint !== undefined && { hint }) },
  };
  const about = { runId, environment, at: now.toISOString() };
  const events: RunEvent[] = [
    { ...about, id: 'run/gone/log', type: 'log', level: 'error', message },
    { ...about, id: RUN_COMPLETED_ID, ...runCompleted(ended) },
  ];
  await runs.appendEvents(runId, events);
  await runs.writeSummary(ended);
  await releaseLock(state, runId);
  return { summary: ended, isEndedNow: true };
}

function nothingKnown({ runId, environment }: Pick<RunSummary, 'runId' | 'environment'>): RunSummary {
  return {
    ...{ runId, environment, status: 'running', finishedAt: null, durationInMs: 0 },
    startedAt: new Date(timeOfRun(runId)).toISOString(),
    ...{ executed: [], skipped: [], failed: [], addresses: {} },
  };
}
