import { expiryLine, formatDuration, planSummary } from '../src/cli/render/text.ts';
import type { RunView } from '../src/domain/api/views.ts';
import { shownText } from '../src/shared/shown-text.ts';

const ICON: Readonly<Record<string, string>> = { completed: '✅', skipped: '➖', failed: '❌', running: '▶️' };

/** A run as the summary of a job: the plan, what each step did and why, and where the application is. */
export function summaryOf(run: RunView): string {
  const planned = new Map(run.plan?.steps.map((step) => [step.step, step.action]));
  const rows = run.steps.map(({ number, step, status, reason, durationInMs, error }) => {
    const took = durationInMs === null ? '' : formatDuration(durationInMs);
    const cells = [number, step, planned.get(step) ?? '', `${ICON[status] ?? ''} ${status}`, took];
    return `| ${[...cells, error?.message ?? reason ?? ''].map((cell) => markdown(String(cell))).join(' | ')} |`;
  });
  return [
    `### Deployment of ${markdown(run.environment)}: ${markdown(run.status.replaceAll('_', ' '))}`,
    '',
    `Run \`${run.runId}\`, ${formatDuration(run.durationInMs)}. ${run.plan ? planSummary(run.plan) : ''}`,
    '',
    ...(run.error ? [`> ${markdown(run.error.message)} ${markdown(run.error.hint ?? '')}`.trimEnd(), ''] : []),
    '| # | Step | Plan | Status | Took | Why |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    ...(run.expires === undefined ? [] : [`${expiryLine(run.expires)}.`, '']),
    ...Object.entries(run.addresses).map(([name, url]) => `- ${markdown(name)}: ${markdown(url)}`),
  ].join('\n');
}

/** Texts come from configurations and from Azure; none of them is markup. */
function markdown(text: string): string {
  return shownText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|]/g, '\\$&')
    .replace(/\s*\n\s*/g, ' ');
}
