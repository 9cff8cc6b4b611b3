import { isJsonObject, jsonAt } from '../../shared/json.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import { isAllowed } from '../storage/blobs/blob-access.ts';
import { blobsOf, type ContainerBlobs, contentOf, findBlob, writeBlob } from '../storage/blobs/blob-content.ts';
import { blobAccount } from '../storage/blobs/blob-endpoint.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { identitiesOf, settingsOf } from './site-state.ts';

/** Under this name the platform keeps what was published: https://github.com/Azure/azure-functions-core-tools/issues/4346. */
const PACKAGE = 'released-package.zip';

/** What the storage answered, in the words of the platform. */
export class PackageProblem extends Error {
  override readonly name = 'PackageProblem';
}

/** The package that is in an app's deployment container, read with the identity that is named for it; undefined: none is there. */
export function readPackage(world: World, site: StoredResource): { etag: string; content: Buffer } | undefined {
  const blobs = openContainer(world, site, 'read');
  const found = findBlob(blobs, PACKAGE);
  return found && { etag: found.etag, content: contentOf(blobs, found) };
}

/** @throws PackageProblem */
export function keepPackage(world: World, site: StoredResource, content: Buffer): void {
  const blobs = openContainer(world, site, 'write');
  writeBlob(blobs, PACKAGE, content, { type: 'BlockBlob', contentType: 'application/zip', metadata: {} });
}

/**
 * Without the role: https://github.com/Azure/azure-functions-core-tools/issues/4346; without the container:
 * https://github.com/Azure/azure-dev/pull/4003.
 */
function openContainer(world: World, site: StoredResource, verb: 'read' | 'write'): ContainerBlobs {
  const storage = jsonAt(site.body, 'properties.functionAppConfig.deployment.storage');
  const { value = '', authentication } = isJsonObject(storage) ? storage : {};
  const url = new URL(String(value));
  const container = url.pathname.replaceAll('/', '');
  const account = blobAccount(world, url.host);
  if (!account) throw new PackageProblem(`No such host is known. (${url.host}:443)`);
  const how = isJsonObject(authentication) ? authentication : {};
  if (how.type === 'StorageAccountConnectionString') {
    keyProblem(account, site, String(how.storageAccountConnectionStringName ?? 'DEPLOYMENT_STORAGE_CONNECTION_STRING'));
  } else {
    const identity = identitiesOf(world, site).get(String(how.userAssignedIdentityResourceId).toLowerCase());
    const { principalId } = propertiesOf(identity?.body ?? {});
    const isLetIn = isAllowed(world, account, String(principalId), { container, on: 'blobs', verb });
    if (!isLetIn)
      throw refusedBy(403, 'This request is not authorized to perform this operation using this permission.');
  }
  const blobs = blobsOf(world, account.id, container);
  if (!blobs) throw refusedBy(404, 'The specified container does not exist.');
  return blobs;
}

function keyProblem(account: StoredResource, site: StoredResource, setting: string): void {
  if (propertiesOf(account.body).allowSharedKeyAccess === false) {
    throw refusedBy(403, 'Key based authentication is not permitted on this storage account.');
  }
  if (!settingsOf(site)[setting]) throw new PackageProblem(`The setting ${setting} is not there.`);
}

function refusedBy(status: number, reason: string): PackageProblem {
  return new PackageProblem(`Response status code does not indicate success: ${status} (${reason}).`);
}
