import type { RunEvent } from '../http-interface.d.ts';
import { duration } from '../parts/time.ts';

export type Level = 'debug' | 'info' | 'warning' | 'error';

/** How much an event matters to somebody who reads the log. */
export function levelOf(event: RunEvent): Level {
  if (event.type === 'log') return event.level;
  if (event.type === 'step_failed' || event.type === 'removal_failed') return 'error';
  if (event.type === 'run_completed') return event.status === 'failed' ? 'error' : 'info';
  return 'info';
}

/** What it is about: the step, and the service whose build or migration speaks. */
export function subjectOf(event: RunEvent): string {
  const step = 'step' in event ? event.step : undefined;
  const service = 'service' in event ? event.service : undefined;
  return [step, service].filter((part) => part !== undefined).join(' · ') || 'run';
}

/** One event in a sentence. An event of a newer version is shown as what it is called. */
export function textOf(event: RunEvent): string {
  switch (event.type) {
    case 'run_started':
      return event.resumed ? `goes on, started by ${event.startedBy}` : `started by ${event.startedBy}`;
    case 'run_queued':
      return `number ${event.place} in the queue${event.holder === null ? '' : `; ${event.holder} holds the environment`}`;
    case 'plan':
      return `plan: ${event.plan.steps.filter(({ action }) => action !== 'skip').length} steps to run`;
    case 'approval_requested':
      return 'waits for an approval of its plan';
    case 'approval_decided':
      return `plan ${event.decision === 'approve' ? 'approved' : 'rejected'} by ${event.by}${event.comment ? `: ${event.comment}` : ''}`;
    case 'cancel_requested':
      return `asked to stop by ${event.by}`;
    case 'step_started':
      return `started: ${event.reason}`;
    case 'step_progress':
      return event.message;
    case 'step_completed':
      return `completed in ${duration(event.durationInMs)}`;
    case 'step_skipped':
      return `skipped: ${event.reason}`;
    case 'step_failed':
      return `failed: ${event.message} (${event.code})${event.hint ? ` ${event.hint}` : ''}`;
    case 'drift_checked':
      return event.differing === 0
        ? `no drift in ${event.resources} resources`
        : `${event.differing} fields differ: ${event.drift.map(({ key, path }) => `${key} ${path}`.trim()).join(', ')}`;
    case 'dump_completed':
      return `${event.server} dumped to ${event.addresses.join(', ')}`;
    case 'removal_started':
      return `${event.key} is being deleted`;
    case 'removal_completed':
      return `${event.key} deleted`;
    case 'removal_failed':
      return `${event.key} was not deleted: ${event.message} (${event.code})`;
    case 'log':
      return event.message;
    case 'run_completed':
      return `${event.status} in ${duration(event.durationInMs)}`;
    default:
      return (event as { readonly type: string }).type;
  }
}
