import { setTimeout as sleep } from 'node:timers/promises';
import type { DecisionView, RunView } from '../domain/api/views.ts';

const LOOK_AGAIN_IN_MS = 500;

/** What was decided about one plan; `cancel`: nothing, and nothing will be. */
export type Decided = DecisionView['decision'] | 'cancel';

/** What a run's view says of the decision about a plan; undefined as long as it waits for one. */
export function decisionAbout(planDigest: string, run: RunView): Decided | undefined {
  const made = run.decisions.find((one) => one.planDigest === planDigest)?.decision;
  return made ?? (run.finishedAt !== null || run.cancelRequested ? 'cancel' : undefined);
}

/** Looks again and again until something is decided; undefined when the signal was aborted first. */
export async function awaitDecision(
  decided: () => Promise<Decided | undefined>,
  signal: AbortSignal,
): Promise<Decided | undefined> {
  while (!signal.aborted) {
    const found = await decided();
    if (found) return found;
    await sleep(LOOK_AGAIN_IN_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
