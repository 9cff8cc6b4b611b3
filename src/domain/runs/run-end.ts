import type { RunSummary } from '../run.ts';

const ENDS = ['succeeded', 'failed', 'cancelled', 'rejected'] as const;

/** The summary of a run that came to its end; an abandoned one did not. */
export type EndedRun = RunSummary & { readonly status: (typeof ENDS)[number] };

export function hasEnded(summary: RunSummary): summary is EndedRun {
  return ENDS.some((status) => status === summary.status);
}

/** The id of a run's last event, whoever tells it: told twice, it is in the stream once. */
export const RUN_COMPLETED_ID = 'run/close/completed';

/** What the last event of a run's stream says. Whoever reads it finds the summary written and the lock free. */
export function runCompleted({
  status,
  executed,
  skipped,
  failed,
  deleted,
  dumps,
  durationInMs,
  addresses,
  expires,
}: EndedRun) {
  const done = { executed, skipped, failed, ...(deleted !== undefined && { deleted }), ...(dumps && { dumps }) };
  return {
    type: 'run_completed' as const,
    status,
    ...done,
    durationInMs,
    addresses,
    ...(expires !== undefined && { expires }),
  };
}
