import { randomBytes } from 'node:crypto';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { Clock } from '../shared/clock.ts';

/** Keys that wait to be fetched once, each by a code that nobody guesses; in the memory of one process, and gone with it. */
export interface SignInCodes {
  make(key: string): { readonly code: string; readonly expiresAt: string };
  /** The key, the first time and in time; undefined ever after. */
  take(code: string): string | undefined;
}

/** How long a browser may take to start. */
const LASTS_MS = 60_000;
/** As many wait at a time; the oldest goes first. */
const MOST = 100;
const BYTES = 32;

export function createSignInCodes(clock: Clock): SignInCodes {
  const waiting = new BoundedMap<string, { readonly key: string; readonly until: number }>(MOST);
  const now = (): number => clock.now().getTime();
  return {
    make(key) {
      const code = randomBytes(BYTES).toString('base64url');
      const until = now() + LASTS_MS;
      waiting.set(code, { key, until });
      return { code, expiresAt: new Date(until).toISOString() };
    },
    take(code) {
      const found = waiting.get(code);
      waiting.delete(code);
      return found && now() < found.until ? found.key : undefined;
    },
  };
}
