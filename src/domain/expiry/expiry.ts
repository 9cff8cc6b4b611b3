import { isBelow } from '../ids.ts';
import { hasPlace } from '../place.ts';
import type { PlannedResource } from '../plan-schema.ts';
import type { EnvironmentState, Expiry } from '../state.ts';
import { durationInMs, NEVER, timeLeft } from './duration.ts';

/** How long before its end an environment tells of it: a tenth of its time, and no more than this. */
const TOLD_BEFORE_AT_MOST_IN_MS = 24 * 60 * 60 * 1000;

/**
 * Between the first time that the end is noticed and the deletion. A clock that jumped ahead is set right meanwhile, and nothing is
 * deleted of which nobody told.
 */
const NOTICE_IN_MS = 4 * 60 * 1000;

/** `ahead`: not yet; `soon`: it tells of its end; `due`: it is to be deleted. */
export type ExpiryPhase = 'ahead' | 'soon' | 'due';

/** Where an environment stands on the way to its end; undefined: it has no end. */
export function expiryPhase({ expires }: Pick<EnvironmentState, 'expires'>, now: Date): ExpiryPhase | undefined {
  if (!expires) return undefined;
  const end = Date.parse(expires.at);
  if (now.getTime() >= end) return 'due';
  const before = Math.min((end - Date.parse(expires.set_at)) / 10, TOLD_BEFORE_AT_MOST_IN_MS);
  return now.getTime() >= end - before ? 'soon' : 'ahead';
}

/** Whether its end was told long enough ago to delete it now. One that was told in the future was told by a clock that was wrong. */
export function isNoticed({ told_at }: Expiry, now: Date): boolean {
  if (told_at === undefined) return false;
  const since = now.getTime() - Date.parse(told_at);
  return since >= NOTICE_IN_MS;
}

/** The state after its end was told; told again only where the first time lies in the future. */
export function withNotice(state: EnvironmentState, now: Date): EnvironmentState {
  const { expires } = state;
  if (!expires || (expires.told_at !== undefined && Date.parse(expires.told_at) <= now.getTime())) return state;
  return { ...state, expires: { ...expires, told_at: now.toISOString() } };
}

/** What a run says of the end of its environment. */
export interface AskedExpiry {
  /** A duration, or `never`; undefined: it stays as it is. */
  readonly expires?: string | undefined;
  /** The environment whose overlay it is made from; undefined: its own. */
  readonly from?: string | undefined;
  readonly by: string;
}

/** The state with the mark that was asked for. What is not said stays. */
export function marked(state: EnvironmentState, { expires, from, by }: AskedExpiry, now: Date): EnvironmentState {
  const { expires: before, ...rest } = state;
  const made = from === undefined ? rest : { ...rest, from };
  const duration = expires === undefined ? undefined : durationInMs(expires);
  if (duration !== undefined) {
    const at = new Date(now.getTime() + duration).toISOString();
    return { ...made, expires: { at, set_at: now.toISOString(), by } };
  }
  return before && expires !== NEVER ? { ...made, expires: before } : made;
}

/** What people have said of an environment: it holds whatever becomes of the record of what was deployed. */
export function saidOf({ from, expires }: Partial<EnvironmentState>): Pick<EnvironmentState, 'from' | 'expires'> {
  return { ...(from !== undefined && { from }), ...(expires && { expires }) };
}

/**
 * Why an environment cannot be given an end; undefined: it can. Only what is new can, and what has one already: nothing that is there
 * for long is deleted because somebody mistook its name. A state that was reset, or lies elsewhere, knows nothing: then what Azure
 * has tells it.
 *
 * @param planned what a plan found on Azure; undefined: nobody has looked yet
 */
export function whyNotMarked(
  state: EnvironmentState,
  expires: string | undefined,
  planned: readonly Found[] = [],
): string | undefined {
  if (expires === undefined || expires === NEVER || state.expires) return undefined;
  const { environment } = state;
  if (hasPlace(state)) return `${environment} was deployed without --expires, so that it stays: it is given no end.`;
  const there = planned.filter((one) => isThere(one, planned)).map(({ key }) => key);
  if (there.length === 0) return undefined;
  return `${environment} is there already (${there.slice(0, 3).join(', ')}), and its state does not know it: it is given no end.`;
}

type Found = Pick<PlannedResource, 'action' | 'key' | 'id'>;

/** What a deletion leaves alone, or takes because this deployment made it. */
const MADE: readonly PlannedResource['action'][] = ['create', 'adopt', 'forbidden'];

/** Azure makes some of what lies in a new resource, such as settings of a server. */
function isThere({ action, id }: Found, planned: readonly Found[]): boolean {
  if (MADE.includes(action)) return false;
  return !planned.some((other) => other.action === 'create' && isBelow(id, other.id));
}

/** `pr-12 expires at 2026-01-04T00:00:00Z (in 2 d 3 h) and is deleted then, data included`. */
export function expiryText(environment: string, { at }: Pick<Expiry, 'at'>, now: Date): string {
  const left = Date.parse(at) - now.getTime();
  const when = left > 0 ? `expires at ${at} (in ${timeLeft(left)})` : `has expired at ${at}`;
  return `${environment} ${when} and is deleted ${left > 0 ? 'then' : 'soon'}, data included.`;
}

/** How to put it off. */
export const EXPIRY_HINT = 'Deploy it with --expires 72h for another end, or with --expires never to keep it.';
