import { driftText } from '../domain/drift-check/drift-text.ts';
import type { RunEvent } from '../domain/events.ts';
import { STEPS, type StepName, stepDefinition } from '../domain/steps.ts';
import { asOneEntry } from '../shared/shown-text.ts';
import { planText } from './plan-text.ts';
import { countOf, countsText, expiryLine, formatDuration } from './words.ts';

/** The text of one event. */
export function plainText(event: RunEvent): string {
  switch (event.type) {
    case 'run_started':
      return `Run ${event.runId} ${event.resumed ? 'goes on' : 'started'} (environment ${event.environment})`;
    case 'run_queued': {
      const behind = event.holder === null ? '' : `; ${event.holder} holds the environment`;
      return `Waiting for its turn: number ${event.place} in the queue${behind}`;
    }
    case 'approval_decided': {
      const why = event.comment ? `: ${asOneEntry(event.comment)}` : '';
      return `Plan ${event.decision === 'approve' ? 'approved' : 'rejected'} by ${event.by}${why}`;
    }
    case 'cancel_requested':
      return `Asked to stop by ${event.by}: nothing new is started, what runs is followed to its end`;
    case 'plan':
      return planText(event.plan).trimEnd();
    case 'approval_requested':
      return 'Waiting for approval of this plan.';
    case 'step_started':
      return `▶ ${label(event.step)} started: ${event.reason}`;
    case 'step_progress':
      return `  ${label(event.step)} ${asOneEntry(event.message)}`;
    case 'step_completed':
      return `✓ ${label(event.step)} completed in ${formatDuration(event.durationInMs)}`;
    case 'step_skipped':
      return `– ${label(event.step)} skipped: ${event.reason}`;
    case 'step_failed':
      return [
        `✗ ${label(event.step)} failed after ${formatDuration(event.durationInMs)}: ${asOneEntry(event.message)}`,
        `    code ${event.code}${event.correlationId ? `, correlation id ${event.correlationId}` : ''}`,
        ...(event.hint ? [`    ${event.hint}`] : []),
      ].join('\n');
    case 'drift_checked':
      return [
        event.differing === 0
          ? `✓ No drift: ${event.resources} resources are as they were left`
          : `⚠ ${countOf(event.differing, 'field')} of ${event.resources} resources differ:`,
        ...event.drift.map((one) => `    ${driftText(one)}`),
        ...event.notes.map((note) => `    ${note}`),
      ].join('\n');
    case 'dump_completed':
      return event.addresses.map((address) => `✓ ${event.server} dumped to ${address}`).join('\n');
    case 'removal_started':
      return `- ${event.key} is being deleted`;
    case 'removal_completed':
      return `✓ ${event.key} deleted`;
    case 'removal_failed':
      return [
        `✗ ${event.key} was not deleted: ${asOneEntry(event.message)}`,
        `    code ${event.code}${event.correlationId ? `, correlation id ${event.correlationId}` : ''}`,
        ...(event.hint ? [`    ${event.hint}`] : []),
      ].join('\n');
    case 'log':
      return `${event.level === 'warning' ? '⚠' : event.level === 'error' ? '✗' : ' '} ${event.service ? `[${event.service}] ` : ''}${asOneEntry(event.message)}`;
    case 'run_completed':
      return [
        `Run ${event.runId} ${event.status}: ${countsText(event)} in ${formatDuration(event.durationInMs)}`,
        ...(event.expires === undefined ? [] : [`  ${expiryLine(event.expires)}`]),
      ].join('\n');
  }
}

/** ` 6/14 name`. */
export function label(step: StepName): string {
  return `${String(stepDefinition(step).number).padStart(2)}/${STEPS.length} ${step}`;
}
