import type { LeftBehindView } from './api/views.ts';
import { isBelow } from './ids.ts';
import type { EnvironmentState, LeftBehind, ResourceRecord } from './state.ts';

type Known = Pick<EnvironmentState, 'resources' | 'left_behind'>;

/** What a configuration has: the id that each key stands for. */
export type WantedIds = ReadonlyMap<string, string>;

export interface LeftBehindResource extends LeftBehind {
  /** By which it is let go: `postgresql@draftgenie-postgres`. */
  readonly name: string;
  /** The names of what lies below it, and goes with it. */
  readonly below: readonly string[];
}

/**
 * The records with what a step has seen. Identity is the id: whatever a key stood for before is left behind, not replaced.
 *
 * @param since the time of it, ISO 8601
 */
export function withSeen(known: Known, seen: Readonly<Record<string, ResourceRecord>>, since: string): Known {
  const before = Object.entries(seen).flatMap(([key, { id }]) => {
    const record = known.resources[key];
    return record && !isSame(record.id, id) ? [{ ...record, key, since }] : [];
  });
  const ids = new Set(Object.values(seen).map(({ id }) => id.toLowerCase()));
  // Under another key it was the same one.
  const others = Object.entries(known.resources).filter(([key, { id }]) => !seen[key] && ids.has(id.toLowerCase()));
  const resources = { ...without(known.resources, others), ...seen };
  const left = Object.entries(known.left_behind).filter(([, { id }]) => !ids.has(id.toLowerCase()));
  return {
    resources,
    left_behind: { ...Object.fromEntries(left), ...byName(before.filter(({ id }) => !ids.has(id.toLowerCase()))) },
  };
}

/**
 * The records as a configuration sorts them: what has no place in it is left behind, what has one again is so no more. What another
 * key stands for by now is that key's. The key of something else keeps its record until the step that makes the other one has seen
 * that.
 *
 * @param since the time of it, ISO 8601; undefined for a look that is not written down
 */
export function withLeftBehind(known: Known, wanted: WantedIds, since?: string): Known {
  const heirs = new Map([...wanted].map(([key, id]) => [id.toLowerCase(), key]));
  const heirOf = ({ id }: ResourceRecord): string | undefined => heirs.get(id.toLowerCase());
  const isFree = (record: ResourceRecord): boolean => known.resources[heirOf(record) ?? ''] === undefined;
  const keyless = Object.entries(known.resources).filter(([key]) => !wanted.has(key));
  const gone = keyless.filter(([, record]) => heirOf(record) === undefined);
  const renamed = keyless.filter(([, record]) => heirOf(record) !== undefined && isFree(record));
  const back = Object.entries(known.left_behind).filter(([, record]) => heirOf(record) !== undefined);
  const inherited = [...renamed.map(([, record]) => record), ...back.map(([, one]) => recordOf(one))]
    .filter(isFree)
    .map((record) => [heirOf(record) ?? '', record] as const);
  return {
    resources: { ...without(known.resources, [...gone, ...renamed]), ...Object.fromEntries(inherited) },
    left_behind: {
      ...without(known.left_behind, back),
      ...byName(gone.map(([key, record]) => ({ ...record, key, ...(since !== undefined && { since }) }))),
    },
  };
}

/** The records of which these keys are left behind. @param since the time of it, ISO 8601 */
export function withLeaving(known: Known, leaving: ReadonlySet<string>, since: string): Known {
  const going = Object.entries(known.resources).filter(([key]) => leaving.has(key));
  return {
    resources: without(known.resources, going),
    left_behind: { ...known.left_behind, ...byName(going.map(([key, record]) => ({ ...record, key, since }))) },
  };
}

function recordOf({ key: _, since: __, ...record }: LeftBehind): ResourceRecord {
  return record;
}

/**
 * What the state knows and nothing stands for any more. What lies below another of them is told with that one.
 *
 * @param wanted undefined: as the last run left it, whatever the configuration says by now
 */
export function leftBehind(known: Known, wanted?: WantedIds): readonly LeftBehindResource[] {
  const sorted = wanted ? withLeftBehind(known, wanted) : known;
  const ids = new Set([...(wanted?.values() ?? [])].map((id) => id.toLowerCase()));
  const replaced = Object.entries(sorted.resources).flatMap(([key, record]) =>
    wanted && !ids.has(record.id.toLowerCase()) ? [{ ...record, key }] : [],
  );
  const all = Object.entries({ ...sorted.left_behind, ...byName(replaced) });
  return all
    .filter(([, one]) => !all.some(([, other]) => isUnder(one, other)))
    .map(([name, one]) => ({
      ...one,
      name,
      below: all.flatMap(([other, record]) => (isUnder(record, one) ? [other] : [])),
    }));
}

/** What status and drift tell of it. */
export function leftBehindView(resource: LeftBehindResource): LeftBehindView {
  const { name, id, type, holds_data: holdsData, below, since } = resource;
  return { name, id, type, holdsData, below: [...below], ...(since !== undefined && { since }) };
}

/** The records without what is not there any more. @param gone ids in lower case */
export function withoutGone(known: Known, gone: ReadonlySet<string>): Known {
  const isGone = ([, { id }]: readonly [string, ResourceRecord]): boolean => gone.has(id.toLowerCase());
  return {
    resources: without(known.resources, Object.entries(known.resources).filter(isGone)),
    left_behind: without(known.left_behind, Object.entries(known.left_behind).filter(isGone)),
  };
}

/** The records without what is left behind under that name, and what lies below it; undefined when nothing is. */
export function forgotten(known: Known, name: string): Known | undefined {
  const found = known.left_behind[name];
  if (!found) return undefined;
  const going = Object.entries(known.left_behind).filter(([other, one]) => other === name || isUnder(one, found));
  return { resources: known.resources, left_behind: without(known.left_behind, going) };
}

/** Whether it is part of the other one. What is in a group is not: it is left behind, and let go, by itself. */
export function isUnder(one: Pick<LeftBehind, 'id'>, other: Pick<LeftBehind, 'id'>): boolean {
  return other.id.includes('/providers/') && isBelow(one.id, other.id);
}

function byName(records: readonly LeftBehind[]): Record<string, LeftBehind> {
  return Object.fromEntries(records.map((record) => [nameOf(record), record]));
}

function nameOf({ key, id }: LeftBehind): string {
  return `${key}@${namesIn(id).join('.')}`;
}

/** The names in an id below the resource group, parents first. */
function namesIn(id: string): readonly string[] {
  const [, ...resources] = id.split('/providers/');
  const names = resources.flatMap((path) => path.split('/').filter((_, index) => index > 0 && index % 2 === 0));
  return names.length > 0 ? names : [id.slice(id.lastIndexOf('/') + 1)];
}

function without<Value>(
  records: Readonly<Record<string, Value>>,
  going: readonly (readonly [string, unknown])[],
): Record<string, Value> {
  const names = new Set(going.map(([name]) => name));
  return Object.fromEntries(Object.entries(records).filter(([name]) => !names.has(name)));
}

function isSame(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}
