import type { RunSummary } from '../domain/run.ts';

interface Listed {
  readonly runId: string;
  readonly work?: RunSummary['work'];
}

/** Gives so many of an environment's runs, newest first, from the one that came before `before` on. */
export type ListRuns<Run> = (options: { readonly limit: number; readonly before?: string }) => Promise<readonly Run[]>;

const LONGEST_PAGE = 50;
/** Each page is so many times as long as the one before it. */
const GROWTH = 5;

/**
 * All runs of an environment, newest first, for as long as somebody asks for more.
 *
 * @param first how many are read at first: as many as are enough most of the time
 * @param start the run before which they begin; absent: with the newest
 */
export async function* runsBack<Run extends Listed>(
  list: ListRuns<Run>,
  first = 1,
  start?: string,
): AsyncGenerator<Run> {
  let limit = first;
  let page = await list({ limit, ...(start !== undefined && { before: start }) });
  for (;;) {
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < limit) return;
    limit = Math.min(limit * GROWTH, LONGEST_PAGE);
    page = await list({ limit, before: last.runId });
  }
}

/**
 * The newest runs, back to so many that somebody, or a repair, was to change or plan something with. Drift checks between them are
 * listed as well, and hide none: there may be any number of them.
 */
export async function newestRuns<Run extends Listed>(list: ListRuns<Run>, count: number): Promise<readonly Run[]> {
  const found: Run[] = [];
  let others = 0;
  for await (const run of runsBack(list, count)) {
    found.push(run);
    if (!isDriftCheck(run)) others += 1;
    if (others >= count) break;
  }
  return found;
}

export function isDriftCheck({ work }: Pick<Listed, 'work'>): boolean {
  return work === 'drift_check';
}
