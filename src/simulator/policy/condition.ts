import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/** What a rule sees of a resource. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly body: JsonObject;
}

type Comparison = (value: Json | undefined, wanted: Json) => boolean;

const like: Comparison = (value, wanted) => {
  const pattern = plain(wanted)
    .replaceAll(/[^\w*]/g, '\\$&')
    .replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`).test(plain(value));
};

const oneOf: Comparison = (value, wanted) => Array.isArray(wanted) && wanted.some((one) => plain(one) === plain(value));

/** https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#conditions */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  equals: (value, wanted) => plain(value) === plain(wanted),
  like,
  in: oneOf,
  contains: (value, wanted) => plain(value).includes(plain(wanted)),
  exists: (value, wanted) => (value !== undefined) === (plain(wanted) === 'true'),
  notEquals: (value, wanted) => plain(value) !== plain(wanted),
  notLike: (value, wanted) => !like(value, wanted),
  notIn: (value, wanted) => !oneOf(value, wanted),
  notContains: (value, wanted) => !plain(value).includes(plain(wanted)),
};

const FIELDS: readonly string[] = ['id', 'name', 'type', 'location', 'kind'];

/** Whether the `if` of a rule, its parameters in place, holds for a resource. Names and values have any case. */
export function holds(condition: Json | undefined, subject: Subject): boolean {
  if (!isJsonObject(condition)) return false;
  if (Array.isArray(condition.allOf)) return condition.allOf.every((one) => holds(one, subject));
  if (Array.isArray(condition.anyOf)) return condition.anyOf.some((one) => holds(one, subject));
  if (condition.not !== undefined) return !holds(condition.not, subject);
  const [operator] = Object.keys(condition).filter((key) => key !== 'field');
  const compare = COMPARISONS[operator ?? ''];
  return compare?.(fieldOf(subject, String(condition.field)), condition[operator ?? ''] ?? null) ?? false;
}

/** What is in a condition that `holds` does not understand; undefined when nothing is. */
export function notUnderstood(condition: Json | undefined): string | undefined {
  if (!isJsonObject(condition)) return 'a condition that is no object';
  const several = condition.allOf ?? condition.anyOf;
  if (Array.isArray(several)) return several.map(notUnderstood).find((one) => one !== undefined);
  if (condition.not !== undefined) return notUnderstood(condition.not);
  const [operator, ...more] = Object.keys(condition).filter((key) => key !== 'field');
  if (operator === undefined || more.length > 0 || !Object.hasOwn(COMPARISONS, operator))
    return `operator '${operator}'`;
  const field = String(condition.field);
  return FIELDS.includes(field) || tagOf(field) !== undefined || field === 'tags' ? undefined : `field '${field}'`;
}

function fieldOf({ id, name, type, body }: Subject, field: string): Json | undefined {
  const tags = isJsonObject(body.tags) ? body.tags : {};
  const tag = tagOf(field);
  if (tag !== undefined) return Object.entries(tags).find(([key]) => plain(key) === plain(tag))?.[1];
  return { ...body, id, name, type }[field];
}

/** `tags.x`, `tags[x]` and `tags['x']` name a tag. */
function tagOf(field: string): string | undefined {
  return /^tags(?:\.(.+)|\['?(.+?)'?\])$/
    .exec(field)
    ?.slice(1)
    .find((one) => one !== undefined);
}

function plain(value: Json | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value ?? '').toLowerCase();
}
