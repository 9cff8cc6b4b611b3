const MAX_LENGTH = 100;

/** What callers say of themselves ends up in states, events and logs: no control characters, not endless. */
export function printable(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '').slice(0, MAX_LENGTH);
}
