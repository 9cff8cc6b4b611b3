import { type JsonObject, jsonAt } from '../../shared/json.ts';
import { type Refusal, refuse } from '../refusal.ts';

/**
 * Primary shards of each size of Azure Managed Redis, by the number in its SKU's name:
 * https://learn.microsoft.com/azure/redis/architecture#sharding-configuration.
 */
const SHARDS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  Balanced: {
    0: 1,
    1: 1,
    3: 2,
    5: 2,
    10: 2,
    20: 6,
    50: 12,
    100: 24,
    150: 48,
    250: 48,
    350: 96,
    500: 96,
    700: 192,
    1000: 192,
  },
  MemoryOptimized: {
    10: 2,
    20: 2,
    50: 6,
    100: 12,
    150: 24,
    250: 24,
    350: 48,
    500: 48,
    700: 96,
    1000: 192,
    1500: 192,
    2000: 192,
  },
  ComputeOptimized: { 3: 2, 5: 2, 10: 6, 20: 12, 50: 24, 100: 48, 150: 96, 250: 96, 350: 192, 500: 192, 700: 384 },
  FlashOptimized: { 250: 6, 500: 12, 700: 24, 1000: 24, 1500: 48, 2000: 48, 4500: 96 },
};
const TIERS = ['MemoryOptimized', 'Balanced', 'ComputeOptimized'];

interface Size {
  readonly tier: string;
  readonly size: number;
  readonly shards: number;
}

/** A SKU of Azure Managed Redis; undefined for any other. */
function managedSize(sku: string): Size | undefined {
  const [, tier = '', size = ''] = /^([A-Za-z]+)_[A-Z](\d+)$/.exec(sku) ?? [];
  const shards = SHARDS[tier]?.[Number(size)];
  return shards === undefined ? undefined : { tier, size: Number(size), shards };
}

/**
 * Why a managed cache cannot become this: between memory and flash, down to fewer shards
 * (https://learn.microsoft.com/azure/redis/how-to-scale#limitations-of-scaling-azure-managed-redis), or without the high
 * availability that it has (https://learn.microsoft.com/azure/redis/architecture#running-without-high-availability-mode-enabled).
 */
export function managedProblem(body: JsonObject, before: JsonObject | undefined): Refusal | undefined {
  const sku = String(jsonAt(body, 'sku.name') ?? '');
  const wanted = managedSize(sku);
  if (!wanted) return refuse(400, 'InvalidSku', `The SKU '${sku}' is not available.`);
  if (!before) return undefined;
  const present = managedSize(String(jsonAt(before, 'sku.name') ?? ''));
  if (
    present &&
    (isFlash(wanted) !== isFlash(present) || (isDown(present, wanted) && wanted.shards < present.shards))
  ) {
    return refuse(
      400,
      'InvalidSku',
      `The cache cannot be scaled from '${String(jsonAt(before, 'sku.name'))}' to '${sku}'.`,
    );
  }
  const [had, has] = [before, body].map(
    (one) => (jsonAt(one, 'properties.highAvailability') ?? 'Enabled') === 'Enabled',
  );
  return had && !has
    ? refuse(400, 'BadRequest', 'High availability cannot be disabled for an existing cache.')
    : undefined;
}

/** Without clusters there are 25 GB at most: https://learn.microsoft.com/azure/redis/architecture#cluster-policies. */
export function databaseProblem(body: JsonObject, sku: string): Refusal | undefined {
  const size = managedSize(sku)?.size ?? 0;
  return jsonAt(body, 'properties.clusteringPolicy') === 'NoCluster' && size > 25
    ? refuse(400, 'BadRequest', `The clustering policy NoCluster is for caches of 25 GB at most, not for '${sku}'.`)
    : undefined;
}

function isFlash({ tier }: Size): boolean {
  return tier === 'FlashOptimized';
}

function isDown(present: Size, wanted: Size): boolean {
  return wanted.size < present.size || TIERS.indexOf(wanted.tier) < TIERS.indexOf(present.tier);
}

const CLASSIC_TIERS = ['Basic', 'Standard', 'Premium'];

/**
 * Why a classic cache cannot become this: to a lower tier, from Basic to Premium at once, or down to C0:
 * https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-scale, quoted in
 * https://github.com/Azure/azure-cli/issues/21447 and https://github.com/Azure/azure-cli/issues/2902.
 */
export function classicProblem(body: JsonObject, before: JsonObject): Refusal | undefined {
  const [present, wanted] = [before, body].map((one) =>
    CLASSIC_TIERS.indexOf(String(jsonAt(one, 'properties.sku.name'))),
  );
  const [had, has] = [before, body].map((one) => jsonAt(one, 'properties.sku.capacity'));
  const step = (wanted ?? 0) - (present ?? 0);
  const isToSmallest = has === 0 && had !== 0 && jsonAt(body, 'properties.sku.family') === 'C';
  return step < 0 || step > 1 || isToSmallest
    ? refuse(400, 'BadRequest', 'The requested change of pricing tier or size is not supported.')
    : undefined;
}
