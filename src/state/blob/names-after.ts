import type { Container } from './container.ts';

/**
 * So many names of JSON documents below a prefix, in alphabetical order.
 *
 * @param after what the last name of the page before has between prefix and extension; empty: from the first on
 */
export async function namesAfter(
  container: Pick<Container, 'list'>,
  prefix: string,
  { limit, after }: { readonly limit: number; readonly after: string },
): Promise<readonly string[]> {
  const last = after === '' ? undefined : `${prefix}${after}.json`;
  const names: string[] = [];
  // The one that they come after is listed as well.
  const part = last === undefined ? { atATime: limit } : { atATime: limit + 1, from: last };
  for await (const name of container.list(prefix, part)) {
    if (last === undefined || name > last) names.push(name);
    // Before the next name is asked for, which may be on another page of the service.
    if (names.length >= limit) break;
  }
  return names;
}
