import { decimal, decimalText, sum } from '../domain/cost/decimal.ts';
import type { CostEstimate } from '../domain/cost/estimate-schema.ts';
import { changeText } from '../domain/cost/money.ts';
import type { PlannedChange, PlannedResource } from '../domain/plan-schema.ts';
import { fromTo } from './cost-text.ts';
import { hanging } from './wrapped.ts';

/** Longer values are cut in the middle of a plan; JSON has them whole. */
const MAX_VALUE_LENGTH = 100;
/** Where the fields of a resource begin. */
const FIELD_INDENT = 16;
const KEY_WIDTH = 28;

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

const WHY: Readonly<Record<string, string>> = {
  changed_outside: 'changed outside',
  preserved: 'preserved',
  fixed: 'fixed at its creation',
  needed: 'others need it',
  grown: 'grown by itself',
  contested: 'the configuration says two things, so what is live wins',
};

/**
 * What is written, and nothing of what is unchanged: grouped by the service, or the resource, that it belongs to, with what it costs.
 * What is simply made of a group is told in one line.
 */
export function resourceLines(
  resources: readonly PlannedResource[],
  cost: CostEstimate | undefined,
  columns: number,
): readonly string[] {
  const changed = resources.filter(({ action }) => action !== 'unchanged');
  return [...Map.groupBy(changed, groupOf)].flatMap(([group, members]) => {
    const made = members.filter(isSimplyMade);
    const told = members.filter((one) => !isSimplyMade(one));
    return [
      ...(made.length > 0 ? madeLines(group, made, cost, columns) : []),
      ...told.flatMap((one) => changedLines(one, cost, columns)),
    ];
  });
}

/** `app:api` and `job:api` belong to `api`; `postgresql:database` to `postgresql`; several roles to each other. */
function groupOf({ key }: PlannedResource): string {
  const [family = key, member] = key.split(':');
  return member !== undefined && OF_SERVICES.has(family) ? member : family;
}

const OF_SERVICES: ReadonlySet<string> = new Set(['app', 'job']);

function isSimplyMade({ action, changes = [], kept = [], maybe = [] }: PlannedResource): boolean {
  return action === 'create' && changes.length + kept.length + maybe.length === 0;
}

function madeLines(
  group: string,
  members: readonly PlannedResource[],
  cost: CostEstimate | undefined,
  columns: number,
): readonly string[] {
  const [only] = members;
  const label = members.length === 1 && only ? only.key : group;
  const what = members.map((one) => one.reason ?? nameOf(one)).join(', ');
  return hanging(headOf('create', label), [what, moneyOf(members, cost)].join(''), columns);
}

function headOf(action: PlannedResource['action'], label: string): string {
  return `  ${RESOURCE_ICON[action]} ${(WORD[action] ?? action).padEnd(11)} ${label.padEnd(KEY_WIDTH)} `;
}

/** ` (+€41.20 a month)`; nothing where nothing changes. */
function moneyOf(members: readonly PlannedResource[], cost: CostEstimate | undefined): string {
  const keys = new Set(members.map(({ key }) => key));
  const found = cost?.resources.filter(({ key }) => keys.has(key)) ?? [];
  const change = decimalText(sum(found.map((one) => decimal(one.change))));
  if (!cost || Number(change) === 0) return '';
  const least = found.some(({ notPriced }) => notPriced) ? ' at least' : '';
  const [one] = found;
  const was = one && found.length === 1 && Number(one.now.sum) !== 0;
  const from = was ? `${fromTo(one.now.sum, one.after.sum, cost.currency)}, ` : '';
  return ` (${from}${changeText(change, cost.currency)}${least} a month)`;
}

function changedLines(resource: PlannedResource, cost: CostEstimate | undefined, columns: number): readonly string[] {
  const { action, key, changes = [], kept = [] } = resource;
  const fields = [
    ...changes.flatMap(changeLines),
    ...kept.map(
      ({ path, found, wanted, why }) =>
        `${shownPath(path)} stays ${cut(found)}, not ${cut(wanted)} (${WHY[why] ?? why})`,
    ),
  ];
  const head = headOf(action, key);
  const told = [resource.reason ?? (fields.length > 0 ? undefined : nameOf(resource)), dependence(resource)];
  const text = told.filter((part) => part !== undefined).join(' ');
  const money = moneyOf([resource], cost);
  const [first, ...rest] = fields;
  // One field fits into the line of its resource.
  if (text === '' && first !== undefined && rest.length === 0) return hanging(head, `${first}${money}`, columns);
  return [
    ...hanging(head, `${text}${money}`.trimStart(), columns),
    ...fields.flatMap((field) => hanging(' '.repeat(FIELD_INDENT), field, columns)),
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
