import type { CostInput, MeterUse, NotPriced } from '../domain/cost/meter.ts';
import { product, use } from '../domain/cost/quantity.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { jsonAt, scalarText } from '../shared/json.ts';
import { ownPage } from './columns/portal.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import type { ResourceKind } from './kind.ts';
import { managedRedisSize } from './redis-sku.ts';

export const REDIS_MANAGED: ResourceKind<'Microsoft.Cache/redisEnterprise'> = {
  type: 'Microsoft.Cache/redisEnterprise',
  apiVersion: '2026-09-01',
  fingerprintVersion: '2025-07-01',
  provider: 'Microsoft.Cache',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.redis,
  // Its host name holds the region, and Azure has no check for it.
  uniqueName: null,
  availability: [OFFERED_IN_REGION],
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['location'],
  createOnly: [],
  settings: {
    location: 'locations.redis',
    'properties.publicNetworkAccess': 'redis.public_access',
    'sku.name': 'redis.vm_size',
    'properties.highAvailability': 'redis.sku',
  },
  // https://azure.github.io/PSRule.Rules.Azure/en/rules/Azure.RedisEnterprise.MinTLS
  invariants: { 'properties.minimumTlsVersion': 'connections are taken whose encryption can be broken' },
  // https://learn.microsoft.com/azure/redis/architecture#running-without-high-availability-mode-enabled: turned on, it stays on.
  onlyGrows: ['properties.minimumTlsVersion', 'properties.highAvailability'],
  defaults: [],
  computed: ['tags'],
  timeoutInSeconds: 2700,
  address: 'properties.hostName',
  // ResourceState of https://learn.microsoft.com/rest/api/redis/redisenterprisecache/redis-enterprise/get
  condition: { path: 'properties.resourceState', good: 'Running' },
  deletion: { how: 'request', softDeleted: null },
  dataSize: (live) => scalarText(jsonAt(live, 'sku.name')) || undefined,
  cost: managedRedisCost,
  portalPage: ownPage,
};

/** The cluster of an Azure Managed Redis. */
export function managedRedis(input: DesireInput): DesiredResource<typeof REDIS_MANAGED> {
  const { redis, locations } = input.config;
  const { sku, highAvailability } = managedRedisSize(redis);
  return {
    kind: REDIS_MANAGED,
    key: 'redis',
    title: `Azure Managed Redis ${redis.name}`,
    id: resourceId(input, REDIS_MANAGED.type, redis.name),
    body: {
      location: locations.redis,
      tags: resourceTags(input),
      sku: { name: sku },
      properties: {
        publicNetworkAccess: redis.publicAccess === false ? 'Disabled' : 'Enabled',
        minimumTlsVersion: '1.2',
        highAvailability,
      },
    },
  };
}

const FAMILIES: Readonly<Record<string, string>> = {
  Balanced: 'Balanced',
  ComputeOptimized: 'Compute Optimized',
  FlashOptimized: 'Flash Optimized',
  MemoryOptimized: 'Memory Optimized',
};

/** Charged by node, of which there are two unless high availability is off: https://azure.microsoft.com/pricing/details/managed-redis/ */
function managedRedisCost({ body, assumptions }: CostInput): readonly MeterUse[] | NotPriced {
  const name = scalarText(jsonAt(body, 'sku.name'));
  const [family = '', size = ''] = name.split('_');
  const known = FAMILIES[family];
  if (known === undefined) return { notPriced: `its size ${name} is not known here` };
  const nodes = scalarText(jsonAt(body, 'properties.highAvailability')) === 'Disabled' ? 1 : 2;
  const meter = {
    service: 'Redis Cache',
    product: `Azure Managed Redis - ${known}`,
    sku: size,
    name: `${size} Cache Instance`,
    unit: '1 Hour',
  };
  return [use('fixed', `${nodes === 1 ? 'node' : `${nodes} nodes`} ${name}`, meter, product(nodes, assumptions.hours))];
}
