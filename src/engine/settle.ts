import { mapLimited } from '../shared/map-limited.ts';

/**
 * Waits until all of the work has come to its end, then gives its results or throws the first failure. With Promise.all the
 * work beside a failure goes on after the answer: it would write when nobody looks any more, perhaps not even holds the lock.
 *
 * @param combine what is thrown for all failures, in the order of the work; without: the first
 */
export async function settleAll<Work extends readonly unknown[] | []>(
  work: Work,
  combine?: (failures: readonly unknown[]) => unknown,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  const settled = await Promise.allSettled(work);
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (combine && failures.length > 0) throw combine(failures);
  // All are settled: this throws the first failure, or takes the results.
  return await Promise.all(work);
}

/** The same for work of which only so much may be under way at a time; all of it is tried. */
export async function settleEach<Item, Result>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const settled = await mapLimited(items, atATime, async (item) => {
    const attempt = work(item);
    await Promise.allSettled([attempt]);
    return { attempt };
  });
  return await settleAll(settled.map(({ attempt }) => attempt));
}
