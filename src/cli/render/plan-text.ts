import { refusalsOf } from '../../domain/plan-refusals.ts';
import type { Plan, PlannedChange, PlannedDomain, PlannedResource, TakeoverStage } from '../../domain/plan-schema.ts';
import { costLines, overLimitLine } from './cost-text.ts';
import { removalLines } from './removal-text.ts';
import { formatDuration, planSummary } from './text.ts';

/** Longer values are cut in the middle of a plan; JSON has them whole. */
const MAX_VALUE_LENGTH = 100;
/** Where the fields of a resource begin. */
const FIELD_INDENT = 16;

const STEP_ICON = { run: '▶', maybe: '?', skip: '–' } as const;
const RESOURCE_ICON: Readonly<Record<PlannedResource['action'], string>> = {
  create: '+',
  update: '~',
  unchanged: ' ',
  replace: '±',
  forbidden: '!',
  adopt: '→',
  keep: '=',
  left_behind: '?',
  delete: '-',
  orphan: '?',
};
const WORD: Partial<Record<PlannedResource['action'], string>> = { left_behind: 'left behind' };

/** The whole plan for people: target, every step with its reason, what is written field by field, the path that decides the length. */
export function planText(plan: Plan): string {
  const lines = [
    ...targetLines(plan),
    ...plan.steps.map(
      ({ action, number, step, reason }) =>
        `  ${STEP_ICON[action]} ${String(number).padStart(2)} ${step.padEnd(31)} ${action.padEnd(5)} ${reason}`,
    ),
  ];
  const { renewed = [], takeover = [], unseen = [], domains = [] } = plan;
  const changes = plan.resources.filter(({ action }) => action !== 'unchanged');
  if (plan.removal) lines.push(...removalLines(plan));
  else if (changes.length > 0) lines.push('', 'Resources:', ...changes.flatMap(resourceLines));
  if (takeover.length > 0) lines.push('', 'Order of the takeover:', ...takeover.map(stageLine));
  if (domains.length > 0) lines.push('', ...domainLines(domains));
  if (renewed.length > 0) lines.push('', 'Made anew:', ...renewed.map((output) => `  * ${output}`));
  if (unseen.length > 0) lines.push('', 'Not looked at:', ...unseen.map((one) => `  ${one}`));
  if (plan.cost) lines.push('', ...costLines(plan.cost));
  if (plan.cost && plan.overLimit) lines.push(overLimitLine(plan.cost));
  for (const warning of plan.warnings) lines.push('', `⚠ ${warning}`);
  lines.push('', planSummary(plan));
  if (plan.criticalPath.length > 0) lines.push(criticalPathText(plan));
  return `${lines.join('\n')}\n`;
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

function resourceLines(resource: PlannedResource): readonly string[] {
  const { action, key, changes = [], kept = [] } = resource;
  const fields = [
    ...changes.flatMap(changeLines),
    ...kept.map(
      ({ path, found, wanted, why }) =>
        `${shownPath(path)} stays ${cut(found)}, not ${cut(wanted)} (${WHY[why] ?? why})`,
    ),
  ];
  const head = `  ${RESOURCE_ICON[action]} ${(WORD[action] ?? action).padEnd(11)} ${key.padEnd(28)}`;
  const told = [resource.reason ?? (fields.length > 0 ? undefined : nameOf(resource)), dependence(resource)];
  const text = told.filter((part) => part !== undefined).join(' ');
  const [first, ...rest] = fields;
  // One field fits into the line of its resource.
  if (text === '' && first !== undefined && rest.length === 0) return [`${head} ${first}`];
  return [`${head} ${text}`.trimEnd(), ...fields.map((field) => `${' '.repeat(FIELD_INDENT)}${field}`)];
}

const WHY: Readonly<Record<string, string>> = {
  changed_outside: 'changed outside',
  preserved: 'preserved',
  fixed: 'fixed at its creation',
  needed: 'others need it',
  grown: 'grown by itself',
  contested: 'the configuration says two things, so what is live wins',
};

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

function nameOf({ id }: PlannedResource): string {
  return id.split('/').at(-1) ?? '';
}

function dependence({ maybe = [] }: PlannedResource): string | undefined {
  return maybe.length === 0 ? undefined : `(maybe: depends on ${maybe.join(', ')})`;
}

/** `storage.storageSizeGB 64 → 128`, and of what is always so the danger on a line of its own. */
function changeLines({ path, from, to, owner, danger }: PlannedChange): readonly string[] {
  const always = owner === 'invariant' && danger === undefined ? ' (always so)' : '';
  const change = `${shownPath(path)} ${cut(from)} → ${cut(to)}${always}`;
  return danger === undefined ? [change] : [change, `  always so: ${danger}`];
}

/** Nearly every field lies below `properties`. */
function shownPath(path: string): string {
  return path.replace(/^properties\./, '');
}

function cut(value: string): string {
  return value.length > MAX_VALUE_LENGTH ? `${value.slice(0, MAX_VALUE_LENGTH)}…` : value;
}

function criticalPathText({ criticalPath }: Plan): string {
  const total = criticalPath.reduce((sum, { estimatedSeconds }) => sum + estimatedSeconds, 0);
  const names = criticalPath.map(({ step }) => step).join(' → ');
  return `Longest path, about ${formatDuration(total * 1000)} on Azure: ${names}`;
}
