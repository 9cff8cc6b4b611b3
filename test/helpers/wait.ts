import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

/** What this process does itself is done after so many turns of the event loop; for others it leaves them the processor. */
const TURNS_AT_ONCE = 100;
const PAUSE_IN_MS = 5;
/** Whoever is asked is another process, which needs the processor to come to an answer: the longer it takes, the more. */
const QUESTIONS = { soonestInMs: 20, shareOfTheWait: 1 / 8, latestInMs: 1000 };

/** Waits until the condition holds; the time limit of the test ends it. */
export async function until(condition: () => boolean): Promise<void> {
  for (let looks = 1; !condition(); looks += 1) {
    if (looks <= TURNS_AT_ONCE) await turn();
    else await sleep(PAUSE_IN_MS);
  }
}

/** Asks again and again until there is an answer; the time limit of the test ends it. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const { soonestInMs, shareOfTheWait, latestInMs } = QUESTIONS;
  for (const began = performance.now(); ; ) {
    const found = await look();
    if (found !== undefined) return found;
    const waited = performance.now() - began;
    await sleep(Math.min(Math.max(waited * shareOfTheWait, soonestInMs), latestInMs));
  }
}
