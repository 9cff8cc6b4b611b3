import { createHmac } from 'node:crypto';
import { isJsonObject } from '../shared/json.ts';
import type { StoredResource } from './store.ts';
import type { World } from './world.ts';

/**
 * A key that Azure issues for a resource, the same until it is renewed; also of a resource that was put into the cloud by
 * hand. Made of the cloud's signing key, so that nothing is kept, unless the resource was put there with its keys.
 *
 * @param name of the key: `primaryKey`, `password2`
 */
export function issuedKey({ state }: World, { id, extra }: StoredResource, name: string, bytes: number): string {
  const generation = isJsonObject(extra.renewed) ? (extra.renewed[name] ?? 0) : 0;
  // One that came with the resource, until it is renewed.
  const own = isJsonObject(extra.keys) ? extra.keys[name] : undefined;
  if (generation === 0 && typeof own === 'string') return own;
  const mac = createHmac('sha512', state.signingKey).update(`${id.toLowerCase()}\n${name}\n${generation}`).digest();
  return mac.subarray(0, bytes).toString('base64');
}

/** The key of this name is another one from now on. */
export function renewKey(resource: StoredResource, name: string): void {
  const renewed = isJsonObject(resource.extra.renewed) ? resource.extra.renewed : {};
  resource.extra.renewed = { ...renewed, [name]: Number(renewed[name] ?? 0) + 1 };
}

/**
 * What a TXT record `asuid.NAME` must say for a name to be this subscription's:
 * https://learn.microsoft.com/rest/api/containerapps/get-custom-domain-verification-id
 */
export function customDomainVerificationId({
  signingKey,
  subscriptionId,
}: Pick<World['state'], 'signingKey' | 'subscriptionId'>): string {
  return createHmac('sha256', signingKey).update(`custom domains of ${subscriptionId}`).digest('hex').toUpperCase();
}
