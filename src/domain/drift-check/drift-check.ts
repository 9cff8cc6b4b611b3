import { parseNcrontab } from '../../shared/ncrontab.ts';
import type { DriftCheck, EnvironmentState } from '../state.ts';
import type { DriftCheckConfig } from './schedule.ts';

/** When the next check is due: the first time after the last check, or after the schedule began to count; undefined: never. */
export function nextCheck({ schedule, set_at, last }: DriftCheck): Date | undefined {
  return parseNcrontab(schedule).next(countedFrom({ set_at, last }));
}

/** However many times have passed meanwhile, one check is due. */
export function isCheckDue(mark: DriftCheck, now: Date): boolean {
  const next = nextCheck(mark);
  return next !== undefined && next <= now;
}

/**
 * The state when a check begins: which one that is. One that is under way goes on, and none begins that somebody has made meanwhile.
 *
 * @param due as it was read when a check was due
 */
export function withBegun(state: EnvironmentState, due: DriftCheck, runId: string): EnvironmentState {
  const { drift_check: mark } = state;
  if (!mark || mark.begun !== undefined || countedFrom(mark).getTime() !== countedFrom(due).getTime()) return state;
  return { ...state, drift_check: { ...mark, begun: runId } };
}

function countedFrom({ set_at, last }: Pick<DriftCheck, 'set_at'> & { last?: DriftCheck['last'] | undefined }) {
  return new Date(Math.max(Date.parse(set_at), last ? Date.parse(last.at) : 0));
}

/** Somebody is deploying: what is there is in between two deployments. A holder that is late is gone. */
export function isBeingChanged({ lock }: Pick<EnvironmentState, 'lock'>, now: Date): boolean {
  return lock !== null && Date.parse(lock.wakeBy) > now.getTime();
}

/**
 * The state after a success: checks are made as its configuration says. What was found before it is found, told and repaired anew
 * where it is still there.
 *
 * @param isRepair what was repaired goes on to count; anything else that somebody deploys begins anew
 */
export function withSchedule(
  state: EnvironmentState,
  asked: DriftCheckConfig | undefined,
  { now, isRepair }: { readonly now: Date; readonly isRepair: boolean },
): EnvironmentState {
  const { drift_check: before, ...rest } = state;
  if (!asked) return before ? rest : state;
  const set_at = before?.schedule === asked.schedule ? before.set_at : now.toISOString();
  const repairs = (isRepair && before?.repairs) || {};
  // What a person said of a repair was said of what was deployed then.
  const { last_repair } = before ?? {};
  const forgotten = !isRepair && {
    ...(last_repair && { last_repair: { ...last_repair, digest: '' } }),
    // That something was told, so that it is told as well when it is gone.
    ...(before?.found && { found: { run_id: before.found.run_id, digest: '', differing: 0, repairable: false } }),
  };
  const { listed = [] } = before ?? {};
  return { ...rest, drift_check: { ...before, ...asked, set_at, repairs, listed, ...forgotten } };
}

/** How a check ended. */
export interface EndedCheck {
  readonly runId: string;
  readonly outcome: NonNullable<DriftCheck['last']>['outcome'];
  /** What differs; absent: nothing, or it could not look. */
  readonly found?: Pick<NonNullable<DriftCheck['found']>, 'digest' | 'differing' | 'repairable'> | undefined;
  /** Earlier ones of which there is nothing any more. */
  readonly removed?: readonly string[];
}

/** Whether it says what differs from what was deployed, and that may be nothing. */
export function hasLooked({ outcome }: Pick<EndedCheck, 'outcome'>): boolean {
  return outcome === 'clean' || outcome === 'drift';
}

/** The state after a check. Told twice it is the same. */
export function withChecked(
  state: EnvironmentState,
  { runId, outcome, found, removed = [] }: EndedCheck,
  now: Date,
): EnvironmentState {
  const { drift_check: mark } = state;
  if (!mark) return state;
  const { found: before, last, begun, ...rest } = mark;
  const at = last?.run_id === runId ? last.at : now.toISOString();
  const decided = before?.run_id === runId ? before.repair : undefined;
  const looked = found && { run_id: runId, ...found, ...(decided && { repair: decided }) };
  const known = hasLooked({ outcome }) ? looked : before;
  const listed = [...mark.listed.filter((id) => id !== runId && !removed.includes(id)), runId];
  return {
    ...state,
    drift_check: {
      ...rest,
      listed,
      ...(begun !== undefined && begun !== runId && { begun }),
      last: { at, run_id: runId, outcome },
      ...(known && { found: known }),
    },
  };
}

/** So many checks stay in the list of runs, this one included. */
const MOST_LISTED = 20;

/** Checks that need not be kept once this one is over: the one before it, where it found the same, and old ones. */
export function outdatedChecks(mark: DriftCheck, check: EndedCheck): readonly string[] {
  const repeated = repeatedCheck(mark, check);
  const others = mark.listed.filter((id) => id !== check.runId && id !== repeated);
  const old = others.slice(0, Math.max(0, others.length + 1 - MOST_LISTED));
  return repeated === undefined ? old : [repeated, ...old];
}

function repeatedCheck(mark: DriftCheck, { runId, outcome, found }: EndedCheck): string | undefined {
  const { last } = mark;
  if (!last || last.run_id === runId || last.outcome !== outcome) return undefined;
  return !hasLooked({ outcome }) || found?.digest === mark.found?.digest ? last.run_id : undefined;
}
