import { hashJson } from '../../shared/json.ts';
import type { Drift } from '../drift.ts';
import type { DriftCheck, EnvironmentState } from '../state.ts';
import { driftText } from './drift-text.ts';

/** What comes back after so many repairs is somebody's will, or another program's: it is told, and left. */
const MOST_REPAIRS = 3;
/** So many fields are counted; where more were repaired already, nothing more is. */
const MOST_COUNTED = 500;
const NAMED = 5;

export interface FoundDrift {
  readonly digest: string;
  readonly differing: number;
  readonly repairable: boolean;
  /** The first of them, for people. */
  readonly named: readonly string[];
  /** How many have come back too often. */
  readonly returned: number;
}

type Repairs = DriftCheck['repairs'];

/** Whether no more repairs of this field are started by checks. */
function isGivenUp(repairs: Repairs): (drift: Drift) => boolean {
  const isFull = Object.keys(repairs).length >= MOST_COUNTED;
  return (drift) => (repairs[placeOf(drift)] ?? (isFull ? MOST_REPAIRS : 0)) >= MOST_REPAIRS;
}

/**
 * The steps that a check leaves to people: a repair of one puts all of its fields back, also those that are given up.
 */
export function leftSteps(drift: readonly Drift[], repairs: Repairs): ReadonlySet<Drift['step']> {
  const isLeft = isGivenUp(repairs);
  return new Set(drift.filter((one) => one.repaired && isLeft(one)).map(({ step }) => step));
}

/** What a check remembers of what differs; undefined: nothing does. */
export function foundDrift(drift: readonly Drift[], repairs: Repairs): FoundDrift | undefined {
  if (drift.length === 0) return undefined;
  const left = leftSteps(drift, repairs);
  const isLeft = isGivenUp(repairs);
  const returned = drift.filter((one) => one.repaired && isLeft(one));
  const lines = drift.map(({ key, path, expected, found }) => [key, path, expected, found]).sort();
  return {
    // That it is given up is news as well.
    digest: hashJson([lines, returned.map(placeOf).sort()]),
    differing: drift.length,
    repairable: drift.some(({ repaired, step }) => repaired && !left.has(step)),
    named: drift.slice(0, NAMED).map(driftText),
    returned: returned.length,
  };
}

/** The state after it was decided about what a check found. */
export function withRepairDecided(
  state: EnvironmentState,
  check: string,
  decided: { readonly run_id: string; readonly drift: readonly Drift[] } | { readonly why: string },
): EnvironmentState {
  const { drift_check: mark } = state;
  if (!mark?.found || mark.found.run_id !== check || mark.found.repair) return state;
  if ('why' in decided)
    return { ...state, drift_check: { ...mark, found: { ...mark.found, repair: { why: decided.why } } } };
  const { run_id, drift } = decided;
  const places = new Set(drift.map(placeOf));
  const counted = [...places].map((place): [string, number] => [place, (mark.repairs[place] ?? 0) + 1]);
  return {
    ...state,
    drift_check: {
      ...mark,
      found: { ...mark.found, repair: { run_id } },
      last_repair: { run_id, digest: mark.found.digest },
      repairs: { ...mark.repairs, ...Object.fromEntries(counted) },
    },
  };
}

/** Azure is asked once more before the repair for so many ticks of the timer: an hour. */
const MOST_UNANSWERED = 12;

/** The state after a look before the repair that Azure did not answer; undefined: that was tried often enough. */
export function withLookUnanswered(state: EnvironmentState, check: string): EnvironmentState | undefined {
  const { drift_check: mark } = state;
  if (!mark?.found || mark.found.run_id !== check || mark.found.repair) return state;
  const unanswered = (mark.found.unanswered ?? 0) + 1;
  if (unanswered >= MOST_UNANSWERED) return undefined;
  return { ...state, drift_check: { ...mark, found: { ...mark.found, unanswered } } };
}

/** Where a field is, whatever it says. */
function placeOf({ key, path }: Drift): string {
  return hashJson([key, path]).slice(0, 16);
}
