import { isJsonObject, type JsonObject } from '../shared/json.ts';

/** `busy`: a change is under way; `failed`: the last one ended badly; `settled`: anything else. */
export type Provisioning = 'busy' | 'failed' | 'settled';

/** Ends of provisioning that are no failure of ours to repair: a disabled cache is still there. */
const SETTLED = new Set(['succeeded', 'canceled', 'disabled', 'ready', 'stopped', 'online']);

/**
 * What the resource says about itself: `properties.provisioningState`, or `properties.state` of PostgreSQL servers, which
 * have no other (https://learn.microsoft.com/javascript/api/@azure/arm-postgresql-flexible/knownserverstate). Types that say
 * nothing are settled.
 */
export function provisioning(live: JsonObject): Provisioning {
  const properties = isJsonObject(live.properties) ? live.properties : {};
  const isServer =
    typeof live.type === 'string' && live.type.toLowerCase() === 'microsoft.dbforpostgresql/flexibleservers';
  const state = properties.provisioningState ?? (isServer ? properties.state : undefined);
  if (typeof state !== 'string' || state === '') return 'settled';
  const folded = state.toLowerCase();
  if (folded.endsWith('failed')) return 'failed';
  return SETTLED.has(folded) ? 'settled' : 'busy';
}
