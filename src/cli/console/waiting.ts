import { elapsedText } from '../../text/words.ts';

/** So soon somebody is told what is being done where nothing was said yet: before a second is over, and after what is quick has ended. */
export const FIRST_WORD_AFTER_MS = 700;

/**
 * For how long nobody has said anything when a line says what is waited for: after 10, 30 and 60 seconds, since most things have ended by
 * then, and after that just often enough that services for continuous integration do not take the job for dead. CircleCI ends one that says
 * nothing for 10 minutes. https://circleci.com/docs/guides/troubleshoot/troubleshooting-guides/#no-output
 */
const SILENCES_MS = [10_000, 20_000, 30_000];
const LASTING_SILENCE_MS = 300_000;

/** What is waited for, by the clock of whoever waits. Pure: what happens and the time go in, lines come out. */
export interface Waiting {
  /**
   * What is done from now on, as it stands behind `Still`; undefined: nothing is waited for that anybody would be told. The same once more
   * changes nothing.
   */
  begin(what: string | undefined, now: number): void;
  /** Somebody has said something else. */
  heard(now: number): void;
  /** The line that is due. Of one thing that is waited for each of the shorter silences is told once, however often somebody speaks. */
  due(now: number): string | undefined;
  /** The same for a line that is drawn anew all the time: `Planning against Azure… 20 s`. Undefined as long as it is not silent. */
  shown(now: number): string | undefined;
}

/** @param tellsFirst whether it is said what is being done, before it takes long */
export function createWaiting(startedAt: number, tellsFirst: boolean): Waiting {
  let what: string | undefined;
  let [since, heardAt, told] = [startedAt, startedAt, 0];
  let isFirstTold = !tellsFirst;
  let isFirstThing = true;
  return {
    begin(next, now) {
      if (next === what) return;
      // The first has begun with the command.
      if (!isFirstThing) [since, heardAt] = [now, now];
      [what, told, isFirstThing] = [next, 0, false];
    },
    heard(now) {
      heardAt = now;
      isFirstTold = true;
    },
    due(now) {
      if (what === undefined) return undefined;
      if (!isFirstTold && now - startedAt >= FIRST_WORD_AFTER_MS) {
        isFirstTold = true;
        return `${capitalized(what)}…`;
      }
      if (now - heardAt < (SILENCES_MS[told] ?? LASTING_SILENCE_MS)) return undefined;
      heardAt = now;
      told += 1;
      return `Still ${what}, ${elapsedText(now - since)}`;
    },
    shown(now) {
      if (what === undefined || now - heardAt < FIRST_WORD_AFTER_MS) return undefined;
      return `${capitalized(what)}… ${elapsedText(now - since)}`;
    },
  };
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
