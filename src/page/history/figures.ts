import type { Answers } from '../http/client.ts';

type Overview = Answers['RunPage']['runs'][number];

/** When a run began, in seconds, and how long it took. */
export function took(runs: readonly Overview[]) {
  return runs.map(({ startedAt, durationInMs, status }) => ({
    at: Date.parse(startedAt) / 1000,
    ms: durationInMs,
    status,
  }));
}

/** How many runs of each day ended, and how many of them failed; days in UTC, from the first on. */
export function failuresByDay(runs: readonly Overview[]) {
  const byDay = Map.groupBy(runs, ({ startedAt }) => startedAt.slice(0, 10));
  return [...byDay]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([day, own]) => ({
      day,
      at: Date.parse(day) / 1000,
      all: own.length,
      failed: own.filter(({ status }) => status === 'failed').length,
    }));
}
