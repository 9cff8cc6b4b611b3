import { isJsonObject } from '../../shared/json.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import type { StoredResource } from '../store.ts';
import { FEDERATED_CREDENTIAL } from '../types/identity/federated-credential.ts';
import type { World } from '../world.ts';

/** Until Entra's front ends know a new credential: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#time-for-federated-credential-changes-to-propagate */
const PROPAGATION_SECONDS = 30;

/** What a token of another issuer says. */
export interface Assertion {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string;
}

/** Who signs in, or why not, with the number that Entra has for it. */
export type Exchange =
  | { readonly clientId: string; readonly objectId: string }
  | { readonly error: 'invalid_client' | 'unauthorized_client'; readonly description: string };

/**
 * Exchanges an assertion for the identity of a client, if one of its credentials has issuer, subject and audience of it, each as it is
 * written (https://learn.microsoft.com/entra/identity-platform/reference-error-codes: AADSTS700211 to 700213, 700016).
 */
export function exchanged(world: World, clientId: string, { iss, sub, aud }: Assertion): Exchange {
  const identity = world
    .resourcesOfType('Microsoft.ManagedIdentity/userAssignedIdentities')
    .find(({ body }) => propertiesOf(body).clientId === clientId);
  if (!identity) {
    return {
      error: 'unauthorized_client',
      description: `AADSTS700016: Application with identifier '${clientId}' was not found in the directory '${world.state.tenantId}'.`,
    };
  }
  const known = credentialsOf(world, identity).map(({ body }) => propertiesOf(body));
  const ofIssuer = known.filter(({ issuer }) => issuer === iss);
  if (ofIssuer.length === 0) return unmatched('700211', 'issuer', iss);
  const ofSubject = ofIssuer.filter(({ subject }) => subject === sub);
  if (ofSubject.length === 0) return unmatched('700213', 'subject', sub);
  const isMeant = ofSubject.some(({ audiences }) => Array.isArray(audiences) && audiences.includes(aud ?? ''));
  if (!isMeant) return unmatched('700212', 'audience', aud);
  const properties = isJsonObject(identity.body.properties) ? identity.body.properties : {};
  return { clientId, objectId: String(properties.principalId) };
}

function unmatched(code: string, what: string, value: string | undefined): Exchange {
  const description = `AADSTS${code}: No matching federated identity record found for presented assertion ${what} '${value ?? ''}'.`;
  return { error: 'invalid_client', description };
}

function credentialsOf(world: World, { id }: StoredResource): readonly StoredResource[] {
  return world
    .resourcesOfType(FEDERATED_CREDENTIAL)
    .filter((one) => one.id.toLowerCase().startsWith(`${id.toLowerCase()}/`))
    .filter(({ updatedAt }) => Date.parse(updatedAt) + world.duration(PROPAGATION_SECONDS) <= world.now());
}
