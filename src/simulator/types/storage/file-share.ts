import type { JsonObject } from '../../../shared/json.ts';
import { propertiesOf, skuOf } from '../../arm/resource-body.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { ACCOUNT, accountAbove, isPremium } from '../../storage/account.ts';
import { beginGoing, contentProblem } from './contents.ts';
import { child } from './service.ts';

export const fileShare: ResourceType = {
  ...child,
  type: `${ACCOUNT}/fileServices/shares`,
  // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-shares--directories--files--and-metadata
  name: /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/,
  seconds: { create: 1, update: 1, delete: 0 },
  check({ world, id, body, sent, before }) {
    const account = accountAbove(world, id)?.body ?? {};
    const problem = before ? undefined : contentProblem(world, id, 'file', 'share', 'ShareBeingDeleted');
    return problem ?? protocolProblem(account, sent, before?.body) ?? sharesProblem(account, body);
  },
  apply({ world, id, resource, body }) {
    // Written down, since what a share has that says nothing depends on its account.
    const account = accountAbove(world, id)?.body ?? {};
    const { shareQuota = largestQuota(account) } = propertiesOf(body);
    resource.body = { ...resource.body, properties: { ...propertiesOf(resource.body), shareQuota } };
    return undefined;
  },
  defaults: ({ updatedAt, body }) => ({
    properties: {
      enabledProtocols: 'SMB',
      leaseStatus: 'unlocked',
      leaseState: 'available',
      lastModifiedTime: updatedAt,
      ...(propertiesOf(body).enabledProtocols === 'NFS' && { rootSquash: 'NoRootSquash' }),
    },
  }),
  view: ({ body, id }, world) => {
    const account = accountAbove(world, id)?.body ?? {};
    const tier = account.kind === 'FileStorage' ? 'Premium' : 'TransactionOptimized';
    return { properties: { accessTier: propertiesOf(body).accessTier ?? tier } };
  },
  remove: beginGoing,
};

/**
 * NFS is on solid-state disks of accounts for files alone (https://github.com/Azure/azure-cli/issues/32510), and what a share
 * speaks is said when it is made (the description of the type): whoever changes it deletes and makes it again
 * (https://github.com/hashicorp/terraform-provider-azurerm/issues/15166).
 */
function protocolProblem(account: JsonObject, sent: JsonObject, before: JsonObject | undefined): Refusal | undefined {
  const { enabledProtocols } = propertiesOf(sent);
  const present = before && (propertiesOf(before).enabledProtocols ?? 'SMB');
  if (present !== undefined && enabledProtocols !== undefined && enabledProtocols !== present) return invalidHeader();
  return enabledProtocols === 'NFS' && !(account.kind === 'FileStorage' && isPremium(account))
    ? refuse(400, 'FeatureNotSupportedForAccount', 'NfsFileShares is not supported for the account.')
    : undefined;
}

/**
 * Tiers (https://github.com/pulumi/pulumi-azure-native/issues/786) and sizes: 100 GiB at least where what is provisioned is paid
 * for (https://github.com/Azure/terraform-azurerm-avm-res-storage-storageaccount/issues/248), 32 in its second version
 * (https://learn.microsoft.com/azure/storage/files/understanding-billing); 5 TiB at most, or 100 with large shares.
 */
function sharesProblem(account: JsonObject, share: JsonObject): Refusal | undefined {
  const { accessTier, shareQuota, rootSquash, enabledProtocols } = propertiesOf(share);
  const tiers = account.kind === 'FileStorage' ? ['Premium'] : ['TransactionOptimized', 'Hot', 'Cool'];
  const isNfs = enabledProtocols === 'NFS';
  if (accessTier !== undefined && !tiers.includes(String(accessTier))) return invalidHeader();
  if (rootSquash !== undefined && !isNfs) return invalidHeader();
  const quota = Number(shareQuota ?? largestQuota(account));
  return quota < smallestQuota(account) || quota > largestQuota(account) ? invalidHeader() : undefined;
}

function smallestQuota(account: JsonObject): number {
  if (account.kind !== 'FileStorage') return 1;
  return skuOf(account).includes('V2') ? 32 : 100;
}

/** Also what a share gets that says nothing: https://github.com/hashicorp/terraform-provider-azurerm/issues/10998 */
function largestQuota(account: JsonObject): number {
  if (account.kind === 'FileStorage') return skuOf(account).includes('V2') ? 262_144 : 102_400;
  return propertiesOf(account).largeFileSharesState === 'Enabled' ? 102_400 : 5120;
}

/** The provider hands on what the file service answers to it. */
function invalidHeader(): Refusal {
  return refuse(400, 'InvalidHeaderValue', 'The value for one of the HTTP headers is not in the correct format.');
}
