import type { Plan, PlannedResource } from '../../domain/plan-schema.ts';
import type { RowStatus } from './board.ts';

/** Icon and word of each state: never told by colour alone. */
export const STATUS_TEXT: Readonly<Record<RowStatus, { icon: string; word: string }>> = {
  waiting: { icon: '○', word: 'waiting' },
  running: { icon: '▶', word: 'running' },
  done: { icon: '✓', word: 'done' },
  unchanged: { icon: '–', word: 'unchanged' },
  failed: { icon: '✗', word: 'failed' },
};

/** `820 ms`, `7.3 s`, `4 min 03 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** `Plan: 3 to run, 1 maybe, 10 unchanged`. */
export function planSummary(plan: Plan): string {
  const count = (action: string): number => plan.steps.filter((step) => step.action === action).length;
  const maybe = count('maybe');
  return `Plan: ${count('run')} to run, ${maybe > 0 ? `${maybe} maybe, ` : ''}${count('skip')} unchanged`;
}

const ACTION_ICON = { run: '▶', maybe: '?', skip: '–' } as const;
const RESOURCE_ICON: Readonly<Record<PlannedResource['action'], string>> = {
  create: '+',
  update: '~',
  unchanged: ' ',
  replace: '±',
  forbidden: '!',
  orphan: '?',
  keep: '=',
  left_behind: '?',
  adopt: '→',
};

/** The whole plan for people: every step with its reason, the resources that change, the path that decides the length. */
export function planText(plan: Plan): string {
  const lines = plan.steps.map(
    ({ action, number, step, reason }) =>
      `  ${ACTION_ICON[action]} ${String(number).padStart(2)} ${step.padEnd(31)} ${action.padEnd(5)} ${reason}`,
  );
  const changes = plan.resources.filter(({ action }) => action !== 'unchanged');
  if (changes.length > 0) {
    lines.push('', 'Resources:');
    for (const { action, key, id, reason } of changes) {
      lines.push(
        `  ${RESOURCE_ICON[action]} ${action.padEnd(9)} ${key.padEnd(28)} ${reason ?? id.split('/').at(-1) ?? ''}`,
      );
    }
  }
  for (const warning of plan.warnings) lines.push('', `⚠ ${warning}`);
  lines.push('', planSummary(plan));
  if (plan.criticalPath.length > 0) lines.push(criticalPathText(plan));
  return `${lines.join('\n')}\n`;
}

function criticalPathText({ criticalPath }: Plan): string {
  const total = criticalPath.reduce((sum, { estimatedSeconds }) => sum + estimatedSeconds, 0);
  const names = criticalPath.map(({ step }) => step).join(' → ');
  return `Longest path, about ${formatDuration(total * 1000)} on Azure: ${names}`;
}
