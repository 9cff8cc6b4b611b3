import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType, Write } from '../../arm/resource-type.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';

export const FEDERATED_CREDENTIAL = 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials';

/** https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#general-federated-identity-credential-considerations */
const MOST = 20;
/** How long a write keeps others of the same identity out. */
const WRITE_SECONDS = 3;

/** By which tokens of another issuer become those of an identity: https://learn.microsoft.com/entra/workload-id/workload-identity-federation */
export const federatedCredential: ResourceType = {
  type: FEDERATED_CREDENTIAL,
  apiVersions: ['2024-11-30', '2023-01-31'],
  name: /^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/,
  listed: false,
  withoutLocation: true,
  withoutProvisioningState: true,
  style: 'sync',
  seconds: { create: 1, update: 1, delete: 0 },
  check: (write) => busyProblem(write) ?? extentProblem(write) ?? sameProblem(write),
  apply({ world, id }) {
    const identity = identityAbove(world, id);
    if (identity) identity.extra.federationBusyUntil = world.now() + world.duration(WRITE_SECONDS);
    return undefined;
  },
};

/** https://github.com/Azure/bicep-registry-modules/issues/1447 */
function busyProblem({ world, id }: Write): Refusal | undefined {
  const identity = identityAbove(world, id);
  return Number(identity?.extra.federationBusyUntil ?? 0) > world.now()
    ? refuse(
        409,
        'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
        `Too many Federated Identity Credentials are written concurrently for the managed identity '${identity?.id}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
      )
    : undefined;
}

/** One audience: https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
function extentProblem({ world, id, body, before }: Write): Refusal | undefined {
  const { audiences } = propertiesOf(body);
  if (!Array.isArray(audiences) || audiences.length !== 1) {
    return refuse(400, 'BadRequest', 'A federated identity credential has exactly one audience.');
  }
  return !before && siblings(world, id).length >= MOST
    ? refuse(400, 'BadRequest', `A managed identity has ${MOST} federated identity credentials at most.`)
    : undefined;
}

/** The words: https://github.com/Azure/bicep-types-az/issues/2029; both are compared with their case. */
function sameProblem({ world, id, body }: Write): Refusal | undefined {
  const { issuer, subject } = propertiesOf(body);
  const isThere = siblings(world, id).some((one) => {
    const other = propertiesOf(one.body);
    return one.id.toLowerCase() !== id.toLowerCase() && other.issuer === issuer && other.subject === subject;
  });
  return isThere
    ? refuse(409, 'Conflict', 'Issuer and subject combination already exists for this Managed Identity.')
    : undefined;
}

function identityAbove(world: World, id: string): StoredResource | undefined {
  return world.resource(id.split('/').slice(0, -2).join('/'));
}

function siblings(world: World, id: string): readonly StoredResource[] {
  const prefix = `${id.split('/').slice(0, -1).join('/')}/`.toLowerCase();
  return world.resourcesOfType(FEDERATED_CREDENTIAL).filter((one) => one.id.toLowerCase().startsWith(prefix));
}
