import type { JsonObject } from '../../shared/json.ts';
import { POSTGRES_VERSIONS, type PostgresSku, postgresSkus } from './offers.ts';

/** From here on the list has its present shape. */
const PRESENT_SHAPE = '2023-06-01-preview';
const TIERS = ['Burstable', 'GeneralPurpose', 'MemoryOptimized'] as const;
/** https://learn.microsoft.com/azure/reliability/reliability-postgresql-flexible-server: Burstable has none. */
const HA_MODES = ['SameZone', 'ZoneRedundant'];
const ZONES = ['1', '2', '3'];
/** GiB → IOPS and performance tier; https://learn.microsoft.com/azure/postgresql/compute-storage/concepts-storage-premium-ssd. */
const STORAGE: readonly (readonly [sizeInGb: number, iops: number, tier: string])[] = [
  [32, 120, 'P4'],
  [64, 240, 'P6'],
  [128, 500, 'P10'],
  [256, 1100, 'P15'],
  [512, 2300, 'P20'],
  [1024, 5000, 'P30'],
  [2048, 7500, 'P40'],
  [4096, 7500, 'P50'],
  [8192, 16000, 'P60'],
  [16384, 18000, 'P70'],
];

/** What `…/locations/{location}/capabilities` lists in this API version: SKUs, versions, storage, high availability. */
export function postgresCapabilities(apiVersion: string): JsonObject[] {
  return apiVersion < PRESENT_SHAPE ? ['none', ...ZONES].map(formerCapability) : [presentCapability()];
}

function presentCapability(): JsonObject {
  return {
    name: 'FlexibleServerCapabilities',
    restricted: 'Disabled',
    fastProvisioningSupported: 'Disabled',
    geoBackupSupported: 'Enabled',
    onlineResizeSupported: 'Enabled',
    storageAutoGrowthSupported: 'Enabled',
    zoneRedundantHaSupported: 'Enabled',
    zoneRedundantHaAndGeoBackupSupported: 'Enabled',
    supportedServerEditions: TIERS.map((tier) => ({
      name: tier,
      status: 'Available',
      defaultSkuName: skusOf(tier)[0]?.name ?? '',
      supportedStorageEditions: [storageEdition('supportedStorageMb', 'storageSizeMb')],
      supportedServerSkus: skusOf(tier).map((sku) => ({
        name: sku.name,
        status: 'Available',
        vCores: coresOf(sku),
        supportedIops: coresOf(sku) * 320,
        supportedMemoryPerVcoreMb: memoryOf(sku),
        supportedZones: ZONES,
        supportedHaMode: tier === 'Burstable' ? [] : HA_MODES,
      })),
    })),
    supportedServerVersions: POSTGRES_VERSIONS.map((name) => ({ name, status: 'Available', ...upgradesOf(name) })),
  };
}

/** As up to 2022-12-01: one entry for each zone, and versions within editions. */
function formerCapability(zone: string): JsonObject {
  return {
    zone,
    supportedHAMode: HA_MODES,
    geoBackupSupported: true,
    zoneRedundantHaSupported: true,
    zoneRedundantHaAndGeoBackupSupported: true,
    fastProvisioningSupported: false,
    supportedFastProvisioningEditions: [],
    supportedHyperscaleNodeEditions: [],
    status: 'Available',
    supportedFlexibleServerEditions: TIERS.map((tier) => ({
      name: tier,
      status: 'Available',
      supportedStorageEditions: [storageEdition('supportedStorageMB', 'storageSizeMB')],
      supportedServerVersions: POSTGRES_VERSIONS.map((name) => ({
        name,
        status: 'Available',
        ...upgradesOf(name),
        supportedVcores: skusOf(tier).map((sku) => ({
          name: sku.name,
          status: 'Available',
          vCores: coresOf(sku),
          supportedIops: coresOf(sku) * 320,
          supportedMemoryPerVcoreMB: memoryOf(sku),
        })),
      })),
    })),
  };
}

function storageEdition(list: string, size: string): JsonObject {
  return {
    name: 'ManagedDisk',
    status: 'Available',
    defaultStorageSizeMb: 32 * 1024,
    [list]: STORAGE.map(([gb, iops, name]) => ({
      [size]: gb * 1024,
      name,
      status: 'Available',
      supportedIops: iops,
      defaultIopsTier: name,
      supportedIopsTiers: [{ name, iops, status: 'Available' }],
    })),
  };
}

function upgradesOf(version: string): JsonObject {
  return { supportedVersionsToUpgrade: POSTGRES_VERSIONS.filter((other) => Number(other) > Number(version)) };
}

function skusOf(tier: PostgresSku['tier']): readonly PostgresSku[] {
  return postgresSkus().filter((sku) => sku.tier === tier);
}

function coresOf({ name }: PostgresSku): number {
  return Number(/_[BDE](\d+)/.exec(name)?.[1] ?? 1);
}

function memoryOf({ tier }: PostgresSku): number {
  return { Burstable: 2048, GeneralPurpose: 4096, MemoryOptimized: 8192 }[tier];
}
