import { isJsonObject, type Json, type JsonObject, scalarText } from '../shared/json.ts';
import { type DesiredResource, openArrays, type ResourceRules } from './desired.ts';
import { foldId, memberKey, memberName } from './members.ts';

/** One of our fields that the live resource does not have as we want it. */
export interface Difference {
  /** Dotted path in the body; members of keyed arrays as `containers[api].image`. */
  readonly path: string;
  readonly expected: Json;
  /** Undefined: absent. */
  readonly found: Json | undefined;
}

/** What decides whether two bodies are equal, besides the bodies. */
export type ComparedResource = Pick<DesiredResource, 'body' | 'openArrays'> & {
  readonly kind: Partial<Pick<ResourceRules, 'createOnly' | 'onlyGrows' | 'openArrays' | 'withdrawn'>>;
};

/**
 * Enumerations that Azure returns in its own case, whatever was sent: `transport: "Http"` for `http`, for example, in
 * https://github.com/Azure/azure-dev/tree/main/cli/azd/test/functional/testdata/recordings
 */
const CASELESS_KEYS = new Set([
  'transport',
  'scheme',
  'tier',
  'family',
  'kind',
  'charset',
  'activeRevisionsMode',
  'triggerType',
  'destination',
  'workloadProfileType',
  'publicNetworkAccess',
]);

/**
 * Where the live resource differs from what we want, in our fields, and in those that go when we do not want them, with the ways in which Azure rewrites what it
 * was sent folded: case of resource ids and enumerations, display names of regions, null for absent, numbers as text.
 */
export function differences(desired: ComparedResource, live: JsonObject): readonly Difference[] {
  const found: Difference[] = [];
  compareObject(desired, [], desired.body, live, found);
  return found;
}

function compareObject(
  rules: ComparedResource,
  path: readonly string[],
  expected: JsonObject,
  found: JsonObject,
  into: Difference[],
): void {
  for (const [key, value] of Object.entries(expected)) {
    const at = [...path, key];
    if (rules.kind.createOnly?.includes(plainPath(at))) continue;
    compareValue(rules, at, value, memberOf(found, key, path.at(-1) === 'tags'), into);
  }
  for (const [key, value] of Object.entries(found)) {
    const at = [...path, key];
    const isLeft = !Object.hasOwn(expected, key) && rules.kind.withdrawn?.includes(plainPath(at));
    if (isLeft && !isEmpty(value)) into.push({ path: displayPath(at), expected: null, found: value });
  }
}

function compareValue(
  rules: ComparedResource,
  path: readonly string[],
  expected: Json,
  found: Json | undefined,
  into: Difference[],
): void {
  if (isEmpty(expected) && isEmpty(found)) return;
  if (isJsonObject(expected) && isJsonObject(found)) {
    compareObject(rules, path, expected, found, into);
  } else if (Array.isArray(expected) && (Array.isArray(found) || isEmpty(found))) {
    compareArray(rules, path, expected, Array.isArray(found) ? found : [], into);
  } else if (!sameScalar(path, expected, found) && !isGrown(rules, path, expected, found)) {
    into.push({ path: displayPath(path), expected, found: found ?? undefined });
  }
}

function compareArray(
  rules: ComparedResource,
  path: readonly string[],
  expected: readonly Json[],
  found: readonly Json[],
  into: Difference[],
): void {
  const key = memberKey(expected, found);
  const isOpen = openArrays(rules).includes(plainPath(path));
  const nameOf = (member: Json, index: number): string =>
    (key === undefined ? undefined : memberName(member, key)) ?? String(index);
  const live = new Map(found.map((member, index) => [nameOf(member, index), member]));
  for (const [index, member] of expected.entries()) {
    const name = nameOf(member, index);
    compareValue(rules, [...path, `[${name}]`], member, live.get(name), into);
    live.delete(name);
  }
  if (isOpen) return;
  for (const [name, member] of live) {
    into.push({ path: displayPath([...path, `[${name}]`]), expected: null, found: member });
  }
}

/**
 * Whether Azure's value of one field is ours, with its ways of rewriting folded; members of objects that only Azure has do not
 * count.
 */
export function sameField(path: readonly string[], ours: Json, live: Json | undefined): boolean {
  const found: Difference[] = [];
  compareValue({ body: {}, kind: {} }, path, ours, live, found);
  return found.length === 0;
}

/** Tag names and keys that are resource ids come back in another case. */
export function memberOf(object: JsonObject, key: string, isCaseless: boolean): Json | undefined {
  if (Object.hasOwn(object, key)) return object[key];
  if (!isCaseless && !key.startsWith('/')) return undefined;
  const folded = key.toLowerCase();
  const other = Object.keys(object).find((candidate) => candidate.toLowerCase() === folded);
  return other === undefined ? undefined : object[other];
}

function sameScalar(path: readonly string[], expected: Json, found: Json | undefined): boolean {
  if (expected === found) return true;
  if (!isPlain(expected) || !isPlain(found)) return false;
  const key = path.at(-1) ?? '';
  const [a, b] = [String(expected), String(found)];
  if (key === 'location') return regionName(a) === regionName(b);
  if (CASELESS_KEYS.has(key) || path.at(-2) === 'sku') return a.toLowerCase() === b.toLowerCase();
  if (typeof expected !== typeof found) return a === b || sameNumber(a, b);
  return foldId(a) === foldId(b) || sameQuantity(a, b);
}

function isGrown(rules: ComparedResource, path: readonly string[], expected: Json, found: Json | undefined): boolean {
  if (!rules.kind.onlyGrows?.includes(plainPath(path))) return false;
  return Number(scalarText(found, 'NaN')) >= Number(expected);
}

/** `East US 2` and `eastus2` are the same region. */
export function regionName(location: string): string {
  return location.replaceAll(' ', '').toLowerCase();
}

function sameNumber(a: string, b: string): boolean {
  return a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b);
}

/** `1Gi` and `1.0Gi`. */
function sameQuantity(a: string, b: string): boolean {
  const quantity = /^(\d+(?:\.\d+)?)([KMGT]i)$/;
  const [left, right] = [quantity.exec(a), quantity.exec(b)];
  return left !== null && right !== null && left[2] === right[2] && Number(left[1]) === Number(right[1]);
}

function isPlain(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** As in `createOnly`: without the members of arrays. */
function plainPath(path: readonly string[]): string {
  return path.filter((part) => !part.startsWith('[')).join('.');
}

function displayPath(path: readonly string[]): string {
  return path.join('.').replaceAll('.[', '[');
}
