import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import { firewallProblem } from '../key-vault/firewall.ts';
import { liveSecret, secretVersion } from '../key-vault/secret-store.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { ACCOUNT, accountKeys } from './account.ts';
import type { MountFailure } from './mount-failure.ts';

const HOST = '.file.core.windows.net';
const DENIED = 'mount error(13): Permission denied';

/**
 * Why a replica that starts now could not mount the share behind a storage of its environment; undefined when it could.
 *
 * SMB: https://github.com/microsoft/azure-container-apps/issues/873 (a wrong key, and whatever else keeps it out, are one
 * error), https://github.com/microsoft/azure-container-apps/issues/1036 (a share that speaks NFS). NFS: access denied by the
 * server, whatever the cause (https://github.com/microsoft/azure-container-apps/issues/1782).
 */
export function mountFailure(world: World, storageId: string): MountFailure | undefined {
  const storage = world.resource(storageId);
  const { azureFile, nfsAzureFile } = propertiesOf(storage?.body ?? {});
  const subnet = subnetOf(world, storageId);
  if (storage && isJsonObject(azureFile)) return smbFailure(world, storage, azureFile, subnet);
  if (isJsonObject(nfsAzureFile)) return nfsFailure(world, nfsAzureFile, subnet);
  return { fileSystem: 'cifs', source: '//', output: 'mount error(2): No such file or directory' };
}

function smbFailure(
  world: World,
  storage: StoredResource,
  { accountName, shareName }: JsonObject,
  subnet: string | undefined,
): MountFailure | undefined {
  const failed = (output: string): MountFailure => ({
    fileSystem: 'cifs',
    source: `//${String(accountName)}${HOST}/${String(shareName)}`,
    output: `${output}\nRefer to the mount.cifs(8) manual page (e.g. man mount.cifs) and kernel log messages (dmesg)`,
  });
  const account = accountNamed(world, String(accountName));
  if (!account)
    return failed(`mount error: could not resolve address for ${String(accountName)}${HOST}: Unknown error`);
  const key = keyOf(world, storage);
  const isAllowed = propertiesOf(account.body).allowSharedKeyAccess !== false;
  const isKey = accountKeys(world, account).some(({ value }) => value === key);
  if (!isAllowed || !isKey || !isReachable(world, account, subnet)) return failed(DENIED);
  const share = shareOf(world, account, String(shareName));
  if (!share) return failed('mount error(2): No such file or directory');
  return propertiesOf(share.body).enabledProtocols === 'NFS' ? failed(DENIED) : undefined;
}

/**
 * Only from a network of one's own, by a rule for its subnet or a private endpoint in it, and only while secure transfer is off,
 * since Container Apps speaks to the server in plain text: https://learn.microsoft.com/azure/container-apps/storage-mounts,
 * https://learn.microsoft.com/azure/storage/files/files-nfs-protocol, https://github.com/Azure/AKS/issues/5230 and
 * https://github.com/kubernetes-sigs/azurefile-csi-driver/pull/3335 (which also has the setting of the file service).
 */
function nfsFailure(
  world: World,
  { server, shareName }: JsonObject,
  subnet: string | undefined,
): MountFailure | undefined {
  const source = `${String(server)}:${String(shareName)}`;
  const failed = (output: string): MountFailure => ({ fileSystem: 'nfs', source, output });
  const account = accountNamed(world, String(server).toLowerCase().replace(HOST, ''));
  if (!account) return failed(`mount.nfs: Failed to resolve server ${String(server)}: Name or service not known`);
  const [, owner, name = ''] = /^\/([^/]+)\/([^/]+)\/?$/.exec(String(shareName)) ?? [];
  const share = owner === account.name ? shareOf(world, account, name) : undefined;
  const speaksNfs = share && propertiesOf(share.body).enabledProtocols === 'NFS';
  const isPlain = propertiesOf(account.body).supportsHttpsTrafficOnly === false && !needsEncryption(world, account);
  const isNear = isPrivatelyReachable(world, account, subnet) || hasRuleFor(account, subnet);
  return speaksNfs && isPlain && isNear
    ? undefined
    : failed(`mount.nfs: access denied by server while mounting ${source}`);
}

function accountNamed(world: World, name: string): StoredResource | undefined {
  return world.resourcesOfType(ACCOUNT).find((one) => one.name === name);
}

function shareOf(world: World, account: StoredResource, name: string): StoredResource | undefined {
  return world.resource(`${account.id}/fileServices/default/shares/${name}`);
}

function needsEncryption(world: World, account: StoredResource): boolean {
  const { protocolSettings } = propertiesOf(world.resource(`${account.id}/fileServices/default`)?.body ?? {});
  const nfs = isJsonObject(protocolSettings) && isJsonObject(protocolSettings.nfs) ? protocolSettings.nfs : {};
  return isJsonObject(nfs.encryptionInTransit) && nfs.encryptionInTransit.required === true;
}

function subnetOf(world: World, storageId: string): string | undefined {
  const environment = world.resource(storageId.replace(/\/storages\/[^/]+$/i, ''));
  const { vnetConfiguration } = propertiesOf(environment?.body ?? {});
  const subnet = isJsonObject(vnetConfiguration) ? vnetConfiguration.infrastructureSubnetId : undefined;
  return typeof subnet === 'string' ? subnet : undefined;
}

/** Rules of storage accounts are those of vaults; a network of the platform is in none of them. */
function isReachable(world: World, account: StoredResource, subnet: string | undefined): boolean {
  return !firewallProblem(propertiesOf(account.body), { subnet }) || isPrivatelyReachable(world, account, subnet);
}

function hasRuleFor(account: StoredResource, subnet: string | undefined): boolean {
  const properties = propertiesOf(account.body);
  const rules = isJsonObject(properties.networkAcls) ? properties.networkAcls : {};
  const closed = { ...properties, networkAcls: { ...rules, defaultAction: 'Deny' } };
  return subnet !== undefined && !firewallProblem(closed, { subnet });
}

/** A private endpoint of the account's files in the same network. */
function isPrivatelyReachable(world: World, account: StoredResource, subnet: string | undefined): boolean {
  const networkOf = (id: string): string => id.toLowerCase().split('/subnets/')[0] ?? '';
  return world.resourcesOfType('Microsoft.Network/privateEndpoints').some(({ body }) => {
    const { subnet: place, privateLinkServiceConnections } = propertiesOf(body);
    const isSame = isJsonObject(place) && networkOf(String(place.id)) === networkOf(subnet ?? '-');
    const connections = Array.isArray(privateLinkServiceConnections) ? privateLinkServiceConnections : [];
    return isSame && connections.filter(isJsonObject).some((one) => isForFiles(one, account));
  });
}

function isForFiles({ properties }: JsonObject, account: StoredResource): boolean {
  const { privateLinkServiceId, groupIds } = isJsonObject(properties) ? properties : {};
  const isHere = String(privateLinkServiceId).toLowerCase() === account.id.toLowerCase();
  return isHere && Array.isArray(groupIds) && groupIds.includes('file');
}

/** As it was sent, or as it is in the vault now. */
function keyOf(world: World, { extra, body }: StoredResource): string | undefined {
  if (typeof extra.accountKey === 'string') return extra.accountKey;
  const { azureFile } = propertiesOf(body);
  const reference = isJsonObject(azureFile) ? azureFile.accountKeyVaultProperties : undefined;
  if (!isJsonObject(reference)) return undefined;
  const { hostname, pathname } = new URL(String(reference.keyVaultUrl));
  const [, , name = '', version] = pathname.split('/');
  const vault = world
    .resourcesOfType('Microsoft.KeyVault/vaults')
    .find((one) => one.name.toLowerCase() === hostname.split('.')[0]?.toLowerCase());
  const secret = vault && liveSecret(world.state.secrets[vault.id.toLowerCase()] ?? {}, name);
  return secret && secretVersion(secret, version || undefined)?.value;
}
