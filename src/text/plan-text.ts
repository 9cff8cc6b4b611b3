import { refusalsOf } from '../domain/plan-refusals.ts';
import type { Plan, PlannedDomain, PlannedStep, TakeoverStage } from '../domain/plan-schema.ts';
import { costLines, overLimitLine } from './cost-text.ts';
import { removalLines } from './removal-text.ts';
import { resourceLines } from './resource-text.ts';
import { aboutDuration, countOf, planSummary } from './words.ts';
import { hanging } from './wrapped.ts';

const STEP_ICON = { run: '▶', maybe: '?', skip: '–' } as const;

/** More steps than these that run for the same reason are told in one line. */
const TOLD_ALONE = 2;

/**
 * The plan for people: target, each step that does something with its reason, what is written field by field, what it costs, the
 * path that decides the length. What does not change is counted only.
 *
 * @param columns of the window; nothing is wrapped where there is none
 */
export function planText(plan: Plan, columns = Number.POSITIVE_INFINITY): string {
  const { renewed = [], takeover = [], unseen = [], domains = [], warnings } = plan;
  const lines = [...targetLines(plan), ...stepLines(plan.steps, columns)];
  const resources = resourceLines(plan.resources, plan.cost, columns);
  if (plan.removal) lines.push(...removalLines(plan));
  else if (resources.length > 0) lines.push('', 'Resources:', ...resources);
  if (takeover.length > 0) lines.push('', 'Order of the takeover:', ...takeover.map(stageLine));
  if (domains.length > 0) lines.push('', ...domainLines(domains));
  if (renewed.length > 0) lines.push('', 'Made anew:', ...renewed.map((output) => `  * ${output}`));
  if (unseen.length > 0) lines.push('', 'Not looked at:', ...unseen.flatMap((one) => hanging('  ', one, columns)));
  if (plan.cost) lines.push('', ...costLines(plan.cost, keysOf(plan)));
  if (plan.cost && plan.overLimit) lines.push(overLimitLine(plan.cost));
  if (warnings.length > 0) lines.push('', ...warningLines(warnings, columns));
  lines.push('', planSummary(plan));
  if (plan.criticalPath.length > 0) lines.push(...hanging('', criticalPathText(plan), columns));
  return `${lines.join('\n')}\n`;
}

/** Whether there is nothing to do. */
export function isNoOp({ steps, removal }: Plan): boolean {
  return removal === undefined && steps.every(({ action }) => action === 'skip');
}

/** `5 warnings:`, and each. */
function warningLines(warnings: readonly string[], columns: number): readonly string[] {
  return [`${countOf(warnings.length, 'warning')}:`, ...warnings.flatMap((one) => hanging('  ⚠ ', one, columns))];
}

/** Steps that do something; those that do it for the same reason together. */
function stepLines(steps: readonly PlannedStep[], columns: number): readonly string[] {
  const doing = steps.filter(({ action }) => action !== 'skip');
  const alike = Map.groupBy(doing, ({ action, reason }) => `${action} ${reason}`);
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    if (group.length <= TOLD_ALONE) return group.flatMap((step) => stepLine(step, columns));
    const { action, reason } = first;
    const names = group.length === steps.length ? '' : `: ${group.map(({ step }) => step).join(', ')}`;
    return hanging(stepHead(action, '', `${group.length} steps`), `${reason}${names}`, columns);
  });
}

function stepLine({ action, number, step, reason }: PlannedStep, columns: number): readonly string[] {
  return hanging(stepHead(action, String(number), step), reason, columns);
}

function stepHead(action: PlannedStep['action'], number: string, name: string): string {
  return `  ${STEP_ICON[action]} ${number.padStart(2)} ${name.padEnd(31)} ${action.padEnd(5)} `;
}

/** Whose cost stands beside what is written of it. */
function keysOf({ resources, removal }: Plan): ReadonlySet<string> {
  if (removal) return new Set();
  return new Set(resources.flatMap(({ key, action }) => (action === 'unchanged' ? [] : [key])));
}

/** Whether a deployment would refuse the plan; empty when it would not. */
export function refusalText(plan: Plan, acceptsCost = false): string {
  const { length } = refusalsOf(plan);
  if (length === 0 && plan.overLimit && !acceptsCost)
    return '✗ A deployment would refuse this plan without --accept-cost: it costs more than the configuration allows.\n';
  if (length === 0) return '';
  return `✗ ${plan.removal ? 'The deletion would be refused' : 'A deployment would refuse this plan'}: ${length === 1 ? 'one resource is' : `${length} resources are`} forbidden.\n`;
}

function targetLines({ environment, target, steps }: Plan): readonly string[] {
  if (!target) return [];
  const { subscriptionId, resourceGroup, location } = target;
  const subscription = subscriptionId ?? '(not known)';
  return [
    `Environment ${environment}: resource group ${resourceGroup} (${location}), subscription ${subscription}`,
    ...(steps.length > 0 ? [''] : []),
  ];
}

function stageLine({ what, resources, steps }: TakeoverStage, index: number): string {
  const of = resources.length === 0 ? '' : `: ${resources.join(', ')}`;
  const by = steps.length === 0 ? '' : ` (${steps.join(', ')})`;
  return `  ${index + 1}. ${what}${of}${by}`;
}

/** What somebody has to do in the meantime. */
function domainLines(domains: readonly PlannedDomain[]): readonly string[] {
  return [
    'DNS records, for which the run waits once the application is released:',
    ...domains.flatMap(({ records }) =>
      records.map(
        ({ type, name, value, ours }) => `  ${type.padEnd(5)} ${name} → ${value}${ours ? ' (made by the run)' : ''}`,
      ),
    ),
  ];
}

function criticalPathText({ criticalPath }: Plan): string {
  const total = criticalPath.reduce((sum, { estimatedSeconds }) => sum + estimatedSeconds, 0);
  const names = criticalPath.map(({ step }) => step).join(' → ');
  return `Longest path, ${aboutDuration(total)} on Azure: ${names}`;
}
