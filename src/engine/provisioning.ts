import type { DesiredResource } from '../domain/desired.ts';
import { type JsonObject, jsonAt } from '../shared/json.ts';

/** `busy`: a change is under way; `failed`: the last one ended badly; `settled`: anything else. */
export type Provisioning = 'busy' | 'failed' | 'settled';

/** Ends of provisioning that are no failure of ours to repair: a disabled cache is still there. */
const SETTLED = new Set(['succeeded', 'canceled', 'disabled', 'ready', 'stopped', 'online']);

/** Where most types tell how their last change went. */
const PROVISIONING_STATE = 'properties.provisioningState';

/** What the resource says about itself, where its kind says it. Types that say nothing are settled. */
export function provisioning({ kind }: Pick<DesiredResource, 'kind'>, live: JsonObject): Provisioning {
  const state = jsonAt(live, kind.provisioningState ?? PROVISIONING_STATE);
  if (typeof state !== 'string' || state === '') return 'settled';
  const folded = state.toLowerCase();
  if (folded.endsWith('failed') || kind.failures?.includes(folded)) return 'failed';
  return SETTLED.has(folded) ? 'settled' : 'busy';
}
