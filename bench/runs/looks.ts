import type { RunEvent } from '../../src/domain/events.ts';
import type { ResourcePath } from './resource-path.ts';

/** How a run looked at what it waited for. */
export interface RunLooks {
  /** Calls of steps that found what they waited for not ready. */
  readonly early: number;
  /** From the end of each operation of a chain to the next call that was due, in seconds, summed. */
  readonly lateInSeconds: number;
}

/** From what a run told: each call that waits says for how long. What nobody waited for at its end was not looked at late. */
export function looksOf(events: readonly RunEvent[], { chain }: ResourcePath): RunLooks {
  const waits = events.flatMap((event) => {
    if (event.type !== 'step_progress' || event.waitingInSeconds === undefined) return [];
    const from = Date.parse(event.at);
    return [{ from, until: from + event.waitingInSeconds * 1000 }];
  });
  const late = chain.map(({ startedAt, seconds }) => {
    const end = Date.parse(startedAt) + seconds * 1000;
    const due = waits.flatMap(({ from, until }) => (from <= end && end < until ? [until - end] : []));
    return due.length === 0 ? 0 : Math.min(...due) / 1000;
  });
  return { early: waits.length, lateInSeconds: late.reduce((sum, one) => sum + one, 0) };
}
