import type { RunEvent } from '../../domain/events.ts';
import type { RunSummary } from '../../domain/run.ts';
import { sharedCall } from '../../shared/shared-call.ts';
import type { RunStore } from '../../state/ports.ts';
import { createFollowing, type Following } from './following.ts';
import { readOn } from './read-on.ts';

/** What a process that answers about a run reads of it, once for all who ask at the same time. */
export interface RunReader {
  readonly following: Following;
  summary(): Promise<RunSummary | undefined>;
  /** What happened until now, lines of logs left out; only what came since the last time is read. */
  happened(): Promise<readonly RunEvent[]>;
  /** The same as of the last time; undefined: there was none. */
  readonly known: readonly RunEvent[] | undefined;
}

export interface RunReaders {
  of(runs: RunStore, runId: string): RunReader;
  /** Of all runs together. */
  readonly followers: number;
}

/** How many runs are remembered, the last ones that were asked about. */
const REMEMBERED = 50;

export function createRunReaders({ pollInMs }: { readonly pollInMs: number }): RunReaders {
  const readers = new Map<string, RunReader>();

  /** The first that were asked about; what is followed stays. */
  function forget(): void {
    for (const [runId, { following }] of readers) {
      if (readers.size <= REMEMBERED) return;
      if (following.followers === 0) readers.delete(runId);
    }
  }

  return {
    of(runs, runId) {
      const reader = readers.get(runId) ?? createRunReader(runs, runId, pollInMs);
      readers.delete(runId);
      forget();
      readers.set(runId, reader);
      return reader;
    },
    get followers() {
      return [...readers.values()].reduce((sum, { following }) => sum + following.followers, 0);
    },
  };
}

function createRunReader(runs: RunStore, runId: string, pollInMs: number): RunReader {
  let known: readonly RunEvent[] | undefined;
  let position: string | undefined;

  return {
    following: createFollowing((after) => runs.events(runId, after), pollInMs),
    summary: sharedCall(async () => await runs.summary(runId)),
    happened: sharedCall(async () => {
      const { page, isAnew } = await readOn((after) => runs.events(runId, after), position);
      position = page.position;
      known = [...(isAnew ? [] : (known ?? [])), ...page.events.filter(({ type }) => type !== 'log')];
      return known;
    }),
    get known() {
      return known;
    },
  };
}
