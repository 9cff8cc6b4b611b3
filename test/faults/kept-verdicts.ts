import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Case } from './cases.ts';
import type { Verdict } from './ending.ts';

/** Verdicts of cases in a file, one JSON line each, so that a long run can be cut into parts, interrupted, and gone on with. */
export interface KeptVerdicts {
  of(one: Case): Verdict | undefined;
  keep(one: Case, verdict: Verdict): void;
}

/** @param path absent: nothing is kept; files of several parts are joined by putting them into one */
export function openVerdicts(path: string | undefined): KeptVerdicts {
  const known = new Map<string, Verdict>();
  if (path === undefined) return { of: () => undefined, keep: () => undefined };
  // A last line without its end was torn.
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  for (const line of lines) {
    const { key, verdict } = JSON.parse(line) as { readonly key: string; readonly verdict: Verdict };
    known.set(key, verdict);
  }
  return {
    of: (one) => known.get(keyOf(one)),
    keep: (one, verdict) => appendFileSync(path, `${JSON.stringify({ key: keyOf(one), verdict })}\n`),
  };
}

/** Without its number: requests that are made side by side may change places. */
function keyOf({ fault, place: { method, host, path, nth } }: Case): string {
  return [fault, method, host, path, nth].join(' ');
}
