import { settleAll } from './settle.ts';
import { isWaiting, type Waiting } from './waiting/waiting.ts';

interface Ordered {
  readonly key: string;
  /** Keys; what is none of the others does not count. */
  readonly dependsOn?: readonly string[];
}

/**
 * Writes all at once, but each after the end of the writes of those that it depends on: a service that is replaced serves from then
 * on. What waits for another one is left out until a later call.
 *
 * @returns in the order in which they were given; undefined for one whose turn it is not yet
 * @throws what a write throws; what depends on that one is not written then
 */
export async function inOrder<One extends Ordered, Result>(
  all: readonly One[],
  write: (one: One) => Promise<Result | Waiting>,
): Promise<readonly (Result | Waiting | undefined)[]> {
  const byKey = new Map(all.map((one) => [one.key, one]));
  const begun = new Map<string, Promise<Result | Waiting | undefined>>();
  const begin = (one: One): Promise<Result | Waiting | undefined> => {
    const known = begun.get(one.key);
    if (known) return known;
    const result = writeAfter(one);
    begun.set(one.key, result);
    return result;
  };
  const writeAfter = async (one: One): Promise<Result | Waiting | undefined> => {
    const before = (one.dependsOn ?? []).flatMap((key) => byKey.get(key) ?? []);
    const ended = await settleAll(before.map(begin));
    return ended.some((other) => other === undefined || isWaiting(other)) ? undefined : await write(one);
  };
  return await settleAll(all.map(begin));
}
