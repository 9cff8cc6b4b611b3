import type { RemovalView, RunView, StepView } from '../domain/api/views.ts';
import { expiryLine, formatDuration, planSummary } from './words.ts';

const ICON: Readonly<Record<StepView['status'], string>> = {
  pending: '○',
  running: '▶',
  completed: '✓',
  skipped: '–',
  failed: '✗',
  stopped: '○',
};

/** One run for people: where it is, every step with its reason, what it waits for, and how it ended. */
export function runText(run: RunView): string {
  const lines = [
    `Run ${run.runId}: ${run.status.replaceAll('_', ' ')}, ${formatDuration(run.durationInMs)}`,
    `Started ${run.startedAt} by ${run.requestedBy} (${run.trigger})${run.finishedAt ? `, ended ${run.finishedAt}` : ''}`,
  ];
  if (run.place !== null) lines.push(`Number ${run.place} in the queue of the environment`);
  if (run.cancelRequested && run.finishedAt === null) lines.push('Asked to stop; what runs is followed to its end');
  if (run.plan) lines.push(planSummary(run.plan), ...run.plan.warnings.map((warning) => `⚠ ${warning}`));
  lines.push(...run.steps.map(stepText), ...run.removals.map(removalText), ...waitingLines(run));
  for (const { decision, by, at, comment } of run.decisions) {
    lines.push(
      `Plan ${decision === 'reject' ? 'rejected' : 'approved'} by ${by} at ${at}${comment ? `: ${comment}` : ''}`,
    );
  }
  if (run.pendingApproval !== null) {
    lines.push(approvalText(run.runId, run.pendingApproval));
  }
  if (run.error) lines.push(`✗ ${run.error.code}: ${run.error.message}`);
  if (run.error?.hint) lines.push(`  ${run.error.hint}`);
  for (const address of run.dumps ?? []) lines.push(`  dumped to ${address}`);
  if (run.expires !== undefined) lines.push(`${expiryLine(run.expires)}`);
  for (const [name, url] of Object.entries(run.addresses)) lines.push(`  ${name}: ${url}`);
  return `${lines.join('\n')}\n`;
}

/** How a run that waits for a person is gone on with. @param planDigest of the plan that it waits with */
export function approvalText(runId: string, planDigest: string): string {
  return `Waits for approval: draftgenie-deploy approve ${runId} --plan ${planDigest}`;
}

/** Of steps that wait what they have told: somebody may have to do something for them, such as make records of DNS. */
export function waitingLines({ steps }: Pick<RunView, 'steps'>): readonly string[] {
  return steps.flatMap(({ step, waitingFor, checks }) =>
    waitingFor === null ? [] : [`${step} waits for ${waitingFor}`, ...checks.map((check) => `  ${check}`)],
  );
}

function stepText(step: StepView): string {
  const took = step.durationInMs === null ? '' : formatDuration(step.durationInMs);
  const why = step.error?.message ?? step.waitingFor ?? step.reason ?? '';
  const text = `${ICON[step.status]} ${String(step.number).padStart(2)} ${step.step.padEnd(32)}${step.status.padEnd(10)}`;
  return `  ${text} ${took.padEnd(12)} ${why}`.trimEnd();
}

function removalText({ key, status, error }: RemovalView): string {
  return `  ${ICON[status]} ${key.padEnd(32)}${status.padEnd(10)} ${error?.message ?? ''}`.trimEnd();
}
