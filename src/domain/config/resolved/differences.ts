import { hashJson, isJsonObject, type Json } from '../../../shared/json.ts';
import { namesIn } from '../overlay/tree.ts';
import { type ExplainedConfig, type KnownValue, knownValues, type ResolvedValue } from './resolved-values.ts';

/** A value that two configurations do not share; on a side that has none there is nothing. */
export interface Difference {
  /** Under the user's own keys; members of lists by their names, where all of them have one. */
  readonly path: readonly (string | number)[];
  readonly one: ResolvedValue | undefined;
  readonly other: ResolvedValue | undefined;
}

/**
 * What differs between two configurations, in the order of the first. Secrets are compared as they are, and shown as `***` on both
 * sides. Where a value comes from is no difference.
 */
export function differences(one: ExplainedConfig, other: ExplainedConfig): readonly Difference[] {
  const [here, there] = [byKey(one), byKey(other)];
  const keys = [...new Set([...here.keys(), ...there.keys()])];
  return keys.flatMap((key) => {
    const sides = [here.get(key), there.get(key)] as const;
    const [path] = sides.flatMap((side) => (side ? [side.path] : []));
    if (!path || isSame(...sides)) return [];
    // A section that is no more than asked for is told by what is in it.
    const isTold = keys.some((longer) => longer.startsWith(`${key}\n`));
    if (isTold && sides.every((side) => !side || isEmpty(side.actual))) return [];
    return [{ path, one: sides[0]?.shown, other: sides[1]?.shown }];
  });
}

type Keyed = KnownValue & Pick<Difference, 'path'>;

/** By its path: keys of users may hold any character but a line break. */
function byKey(explained: ExplainedConfig): ReadonlyMap<string, Keyed> {
  const { raw } = explained.source;
  return new Map(
    knownValues(explained).map((value): [string, Keyed] => {
      const path = withNames(value.shown.path, raw);
      return [path.join('\n'), { ...value, path }];
    }),
  );
}

function withNames(path: Difference['path'], raw: unknown): Difference['path'] {
  let value = raw;
  return path.map((key) => {
    const names = typeof key === 'number' ? namesIn(value) : undefined;
    value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[key];
    return names && new Set(names).size === names.length ? (names[Number(key)] ?? key) : key;
  });
}

function isSame(one: Keyed | undefined, other: Keyed | undefined): boolean {
  return one !== undefined && other !== undefined && hashJson(one.actual) === hashJson(other.actual);
}

function isEmpty(value: Json): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}
