import type { EnvironmentView, RunView } from '../src/domain/api/views.ts';
import type { CostEstimate } from '../src/domain/cost/estimate-schema.ts';
import { changeText, moneyText } from '../src/domain/cost/money.ts';
import { shownText } from '../src/shared/shown-text.ts';
import { countOf, expiryLine, formatDuration, planSummary } from '../src/text/words.ts';

const ICON: Readonly<Record<string, string>> = { completed: '✅', skipped: '➖', failed: '❌', running: '▶️' };

/** A run as the summary of a job: the plan, what each step did and why, and where the application is. */
export function summaryOf(run: RunView): string {
  const planned = new Map(run.plan?.steps.map((step) => [step.step, step.action]));
  const rows = run.steps.map(({ number, step, status, reason, durationInMs, error }) => {
    const took = durationInMs === null ? '' : formatDuration(durationInMs);
    const cells = [number, step, planned.get(step) ?? '', `${ICON[status] ?? ''} ${status}`, took];
    return rowOf([...cells, error?.message ?? reason ?? '']);
  });
  const removed = run.removals.map(({ key, status, error }) =>
    rowOf([key, `${ICON[status] ?? ''} ${status}`, error?.message ?? '']),
  );
  const what = run.plan?.removal ? 'Deletion' : 'Deployment';
  return [
    `### ${what} of ${markdown(run.environment)}: ${markdown(run.status.replaceAll('_', ' '))}`,
    '',
    `Run \`${run.runId}\`, ${formatDuration(run.durationInMs)}. ${run.plan ? planSummary(run.plan) : ''}`,
    '',
    ...(run.error ? [`> ${markdown(run.error.message)} ${markdown(run.error.hint ?? '')}`.trimEnd(), ''] : []),
    ...(run.plan?.removal
      ? ['| Resource | Status | Why |', '|---|---|---|', ...removed]
      : ['| # | Step | Plan | Status | Took | Why |', '|---|---|---|---|---|---|', ...rows]),
    '',
    ...warningList(run.plan?.warnings ?? []),
    ...costTable(run.plan?.cost),
    ...(run.expires === undefined ? [] : [`${expiryLine(run.expires)}.`, '']),
    ...Object.entries(run.addresses).map(([name, url]) => `- ${markdown(name)}: ${markdown(url)}`),
  ].join('\n');
}

/** What the plan warns of; `acknowledge` of the configuration takes the code behind each. */
function warningList(warnings: readonly string[]): readonly string[] {
  if (warnings.length === 0) return [];
  return [`${countOf(warnings.length, 'warning')}:`, '', ...warnings.map((one) => `- ⚠️ ${markdown(one)}`), ''];
}

/** What the plan costs in a month, by what changes of it. */
function costTable(cost: CostEstimate | undefined): readonly string[] {
  if (!cost) return [];
  const { currency, now, after, change, resources, problem } = cost;
  const changed = resources.filter((one) => Number(one.change) !== 0);
  const money = (amount: string): string => moneyText(amount, currency);
  const rows = changed.map((one) =>
    rowOf([one.key, money(one.now.sum), money(one.after.sum), changeText(one.change, currency)]),
  );
  return [
    `Cost in a month: ${money(now.sum)} → ${money(after.sum)} (**${changeText(change, currency)}**), fixed ${money(after.fixed)}, by use ${money(after.use)}.`,
    ...(problem === undefined ? [] : [markdown(problem)]),
    '',
    ...(rows.length === 0 ? [] : ['| Resource | Now | After | Change |', '|---|---|---|---|', ...rows, '']),
  ];
}

export type Ending = EnvironmentView & { readonly expires: NonNullable<EnvironmentView['expires']> };

/** The environments that end, and when. */
export function endingSummary(ending: readonly Ending[]): string {
  if (ending.length === 0) return '### No environment expires';
  const rows = ending.map(({ environment, expires: { at, phase, by } }) => rowOf([environment, at, phase, by]));
  return ['### Environments that expire', '', '| Environment | At | | Set by |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function rowOf(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => markdown(String(cell))).join(' | ')} |`;
}

/** Texts come from configurations and from Azure; none of them is markup. */
function markdown(text: string): string {
  return shownText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|]/g, '\\$&')
    .replace(/\s*\n\s*/g, ' ');
}
