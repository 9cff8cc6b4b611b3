import type { DeploymentConfig } from '../../domain/config/model.ts';
import type { StorageConfig } from '../../domain/config/model-choices.ts';
import { isPremium } from '../../domain/config/rules/storage.ts';
import { decimal } from '../../domain/cost/decimal.ts';
import type { CostInput, Meter, MeterUse } from '../../domain/cost/meter.ts';
import { perUnits, use } from '../../domain/cost/quantity.ts';
import type { DesiredResource, DesireInput } from '../../domain/desired.ts';
import { resourceId } from '../../domain/ids.ts';
import { NAME_RULES } from '../../domain/name-rules.ts';
import { asksForAccountKey } from '../../domain/sections/composed-secrets.ts';
import { resourceTags } from '../../domain/tags.ts';
import type { JsonObject } from '../../shared/json.ts';
import { CHECK_NAME_AVAILABILITY } from '../columns/name-availability.ts';
import { ownPage } from '../columns/portal.ts';
import { READERS_OF_PUBLIC_BLOBS } from '../columns/public-blobs.ts';
import { OFFERED_IN_REGION } from '../columns/region.ts';
import type { ResourceKind } from '../kind.ts';
import { redundancyOf } from './redundancy.ts';

/** https://learn.microsoft.com/azure/storage/common/storage-account-recover: as long as nobody has taken its name. */
const RECOVERABLE_FOR_IN_DAYS = 14;

export const STORAGE_ACCOUNT: ResourceKind<'Microsoft.Storage/storageAccounts'> = {
  type: 'Microsoft.Storage/storageAccounts',
  apiVersion: '2025-06-01',
  provider: 'Microsoft.Storage',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.storageAccount,
  uniqueName: CHECK_NAME_AVAILABILITY,
  availability: [OFFERED_IN_REGION],
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['location', 'kind'],
  createOnly: [],
  // Others let their own networks in.
  openArrays: ['properties.networkAcls.virtualNetworkRules'],
  settings: {
    location: 'locations.storage',
    kind: 'storage.sku',
    'sku.name': 'storage.sku',
    'properties.networkAcls.virtualNetworkRules': 'container_apps.subnet',
  },
  invariants: {
    // https://learn.microsoft.com/azure/storage/common/transport-layer-security-configure-minimum-version
    'properties.minimumTlsVersion': 'connections are taken whose encryption can be broken',
    // https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent
    'properties.allowBlobPublicAccess': 'a container can be opened to anybody',
    // https://learn.microsoft.com/azure/storage/common/storage-require-secure-transfer; a share over NFS is not mounted with it.
    'properties.supportsHttpsTrafficOnly':
      'keys and data may cross the network in clear, or shares over NFS are not mounted',
    // https://learn.microsoft.com/azure/storage/files/files-nfs-protocol#security-and-networking
    'properties.networkAcls.defaultAction': 'shares over NFS, which ask nobody who he is, are reached from anywhere',
  },
  onlyGrows: ['properties.minimumTlsVersion'],
  dependents: { 'properties.allowBlobPublicAccess': READERS_OF_PUBLIC_BLOBS },
  defaults: ['properties.allowCrossTenantReplication', 'properties.networkAcls.bypass'],
  computed: ['tags', 'properties.allowSharedKeyAccess', 'properties.largeFileSharesState'],
  timeoutInSeconds: 600,
  // https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties
  condition: { path: 'properties.statusOfPrimary', good: 'available' },
  // Its name stays taken in all of Azure for a while.
  replaceable: false,
  deletion: {
    how: 'request',
    softDeleted: null,
    afterlife: () => ({ days: RECOVERABLE_FOR_IN_DAYS, holdsName: false, isProtected: false }),
  },
  cost: accountCost,
  portalPage: ownPage,
};

export function storageAccount(input: DesireInput): DesiredResource<typeof STORAGE_ACCOUNT> {
  const { config } = input;
  const storage = storageOf(config);
  return {
    kind: STORAGE_ACCOUNT,
    key: 'storage',
    title: `storage account ${storage.account}`,
    id: resourceId(input, STORAGE_ACCOUNT.type, storage.account),
    body: {
      location: config.locations.storage ?? config.azure.location,
      tags: resourceTags(input),
      sku: { name: storage.sku },
      kind: isPremium(storage) ? 'FileStorage' : 'StorageV2',
      properties: {
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: !hasNfs(storage),
        allowCrossTenantReplication: false,
        ...(!isPremium(storage) && { allowBlobPublicAccess: false }),
        ...(asksForAccountKey(config) && { allowSharedKeyAccess: true }),
        ...(hasLargeShares(storage) && { largeFileSharesState: 'Enabled' }),
        ...(hasNfs(storage) && networkOf(config)),
      },
    },
  };
}

/** Of a configuration that asks for an account. */
export function storageOf({ storage }: Pick<DeploymentConfig, 'storage'>): StorageConfig {
  if (!storage) throw new Error('the configuration asks for no storage account');
  return storage;
}

function hasNfs({ shares }: StorageConfig): boolean {
  return Object.values(shares).some(({ protocol }) => protocol === 'nfs');
}

/** https://learn.microsoft.com/azure/storage/files/storage-files-scale-targets */
const MOST_OF_PLAIN_SHARES_IN_GB = 5120;

function hasLargeShares(storage: StorageConfig): boolean {
  const isLarge = Object.values(storage.shares).some(({ quotaInGb }) => quotaInGb > MOST_OF_PLAIN_SHARES_IN_GB);
  return isLarge && !isPremium(storage);
}

/** The subnet needs a service endpoint for it: https://learn.microsoft.com/azure/storage/files/storage-files-how-to-mount-nfs-shares */
function networkOf({ containerApps: { subnet } }: DeploymentConfig): JsonObject {
  return {
    networkAcls: {
      defaultAction: 'Deny',
      bypass: 'AzureServices',
      ...(subnet !== undefined && { virtualNetworkRules: [{ id: subnet, action: 'Allow' }] }),
    },
  };
}

/** Blobs under either name of the product: only one of them is there in some regions. A Premium account has shares alone. */
const BLOB_PRODUCTS = ['General Block Blob v2', 'Blob Storage'];

function accountCost({ body, assumptions }: CostInput): readonly MeterUse[] {
  const { storageGb, storageWrites } = assumptions;
  if (body.kind === 'FileStorage') return [];
  const copies = redundancyOf(body);
  const meters = (redundancy: string, name: string, unit: string): readonly Meter[] =>
    BLOB_PRODUCTS.map((product) => ({ service: 'Storage', product, sku: `Hot ${redundancy}`, name, unit }));
  // Reading from the second region is in the price of keeping, and not of writing.
  const written = copies.replace('RA-', '');
  return [
    use('use', 'blobs', meters(copies, `Hot ${copies} Data Stored`, '1 GB/Month'), decimal(storageGb)),
    use('use', 'writes', meters(written, `Hot ${written} Write Operations`, '10K'), perUnits(storageWrites, 10_000)),
  ];
}
