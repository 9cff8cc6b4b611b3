import { isJsonObject } from '../../../shared/json.ts';
import { mayDo, mayUseData } from '../../arm/authorization.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import { principalOf } from '../../entra.ts';
import { bearerOf, type HttpReply, type HttpRequest, headerOf } from '../../http.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { accountKeys } from '../account.ts';
import { blobFailure } from './blob-reply.ts';
import { isSignedWith } from './shared-key.ts';

const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';

/** What is asked for: something with blobs, by a role's data action, or with the container itself, by an action. */
export interface BlobRight {
  readonly container: string;
  readonly on: 'blobs' | 'container';
  readonly verb: 'read' | 'write' | 'delete';
}

/**
 * Why whoever asks may not: with a token of Entra by the roles at the container or above, with a key of the account if these are
 * allowed. Anonymous requests are not simulated: without authorization nothing is there.
 */
export function accessProblem(
  world: World,
  account: StoredResource,
  request: HttpRequest,
  right: BlobRight,
): HttpReply | undefined {
  const blocked = networkProblem(account);
  if (blocked) return blocked;
  const authorization = headerOf(request, 'authorization') ?? '';
  if (authorization.startsWith('SharedKey ')) return keyProblem(world, account, request);
  if (!authorization.toLowerCase().startsWith('bearer ')) {
    return blobFailure(401, 'NoAuthenticationInformation', 'Server failed to authenticate the request.');
  }
  const principal = principalOf(world, bearerOf(request), ['https://storage.azure.com', `https://${request.host}`]);
  if (principal === undefined)
    return blobFailure(401, 'InvalidAuthenticationInfo', 'Server failed to authenticate the request.');
  return isAllowed(world, account, principal, right) ? undefined : mismatch();
}

/** Whether a principal's roles at the container, or above it, allow it. */
export function isAllowed(
  world: World,
  { id }: StoredResource,
  principal: string,
  { container, on, verb }: BlobRight,
): boolean {
  const scope = `${id}/blobServices/default/containers/${container}`;
  return on === 'blobs'
    ? mayUseData(world, principal, scope, `${CONTAINERS}/blobs/${verb}`)
    : hasDataRole(world, principal, scope) && mayDo(world, principal, scope, `${CONTAINERS}/${verb}`);
}

/** Of the service itself: an owner of the subscription is none of its callers, as nobody whose roles have no data actions. */
function hasDataRole(world: World, principal: string, scope: string): boolean {
  return mayUseData(world, principal, scope, `${CONTAINERS}/blobs/read`);
}

function mismatch(): HttpReply {
  return blobFailure(
    403,
    'AuthorizationPermissionMismatch',
    'This request is not authorized to perform this operation using this permission.',
  );
}

/** https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent */
function keyProblem(world: World, account: StoredResource, request: HttpRequest): HttpReply | undefined {
  if (propertiesOf(account.body).allowSharedKeyAccess === false) {
    return blobFailure(
      403,
      'KeyBasedAuthenticationNotPermitted',
      'Key based authentication is not permitted on this storage account.',
    );
  }
  const keys = accountKeys(world, account).map(({ value }) => value);
  return isSignedWith(request, account.name, keys)
    ? undefined
    : blobFailure(403, 'AuthenticationFailed', 'Server failed to authenticate the request.');
}

/** Everybody is on the internet here; rules of addresses and networks let none of these in. */
function networkProblem({ body }: StoredResource): HttpReply | undefined {
  const { publicNetworkAccess, networkAcls } = propertiesOf(body);
  const isClosed = isJsonObject(networkAcls) && networkAcls.defaultAction === 'Deny';
  return publicNetworkAccess === 'Disabled' || isClosed
    ? blobFailure(403, 'AuthorizationFailure', 'This request is not authorized to perform this operation.')
    : undefined;
}
