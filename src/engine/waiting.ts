import type { StepContext } from './step.ts';

/** A step has nothing to do until Azure has moved on. */
export type Waiting = { readonly kind: 'waiting'; readonly retryAfterInSeconds: number; readonly on: string };

export function isWaiting(value: { readonly kind: string }): value is Waiting {
  return value.kind === 'waiting';
}

/** Nothing more can start before all of them have ended: ask again when the slowest wants to be asked. */
export function untilAll(waits: readonly Waiting[]): Waiting {
  return combine(waits, Math.max);
}

/** Each may let something else start: ask again as soon as one wants to be asked. */
export function untilAny(waits: readonly Waiting[]): Waiting {
  return combine(waits, Math.min);
}

function combine(waits: readonly Waiting[], choose: (...seconds: number[]) => number): Waiting {
  return {
    kind: 'waiting',
    retryAfterInSeconds: choose(...waits.map(({ retryAfterInSeconds }) => retryAfterInSeconds)),
    on: [...new Set(waits.map(({ on }) => on))].join(', '),
  };
}

/**
 * Between looks at something that says nothing about when to look again: an eighth of what it has taken so far, so that
 * no wait is much longer than it has to be, and a long one is not looked at more often than a short one.
 */
const SHARE_OF_ELAPSED = 1 / 8;
const SHORTEST_PAUSE_IN_SECONDS = 0.1;
const LONGEST_PAUSE_IN_SECONDS = 15;

type Patience = { readonly runId: string; readonly since: string };

/**
 * Waits for something that has no operation of ours, for a bounded time that is counted from the first look of this run.
 *
 * @param name stable within the step; durable between its calls
 * @returns undefined once `limitInSeconds` is over
 */
export async function waitPatiently(
  context: Pick<StepContext, 'memory' | 'clock' | 'runId'>,
  wait: {
    readonly name: string;
    readonly on: string;
    readonly limitInSeconds: number;
    readonly afterInSeconds?: number;
  },
): Promise<Waiting | undefined> {
  const key = `patience:${wait.name}`;
  const now = context.clock.now();
  const before = context.memory.get<Patience>(key);
  const since = before?.runId === context.runId ? before.since : now.toISOString();
  const elapsedInSeconds = (now.getTime() - Date.parse(since)) / 1000;
  if (elapsedInSeconds > wait.limitInSeconds) return undefined;
  if (before?.since !== since) await context.memory.set(key, { runId: context.runId, since } satisfies Patience);
  return { kind: 'waiting', retryAfterInSeconds: wait.afterInSeconds ?? pauseAfter(elapsedInSeconds), on: wait.on };
}

function pauseAfter(elapsedInSeconds: number): number {
  const share = elapsedInSeconds * SHARE_OF_ELAPSED;
  return Math.min(Math.max(share, SHORTEST_PAUSE_IN_SECONDS), LONGEST_PAUSE_IN_SECONDS);
}

/** What was waited for has come; a later wait of that name starts afresh. */
export function endPatience(context: Pick<StepContext, 'memory'>, name: string): Promise<void> {
  return context.memory.delete(`patience:${name}`);
}
