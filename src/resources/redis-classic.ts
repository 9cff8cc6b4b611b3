import { decimal } from '../domain/cost/decimal.ts';
import type { CostInput, Meter, MeterUse } from '../domain/cost/meter.ts';
import { product, use } from '../domain/cost/quantity.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { NAME_RULES } from '../domain/name-rules.ts';
import { resourceTags } from '../domain/tags.ts';
import { jsonAt, scalarText } from '../shared/json.ts';
import { ownPage } from './columns/portal.ts';
import { OFFERED_IN_REGION } from './columns/region.ts';
import type { ResourceKind } from './kind.ts';
import { classicRedisSku } from './redis-sku.ts';

export const REDIS_CLASSIC: ResourceKind<'Microsoft.Cache/redis'> = {
  type: 'Microsoft.Cache/redis',
  apiVersion: '2024-11-01',
  provider: 'Microsoft.Cache',
  ownership: 'tagged',
  listing: 'member',
  name: NAME_RULES.redis,
  // Its check answers a taken name with an error (https://learn.microsoft.com/rest/api/redis/redis/check-name-availability), as the
  // PUT does.
  uniqueName: null,
  availability: [OFFERED_IN_REGION],
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['location'],
  // Azure answers the exact version (6.0.14).
  createOnly: ['properties.redisVersion'],
  settings: {
    location: 'locations.redis',
    'properties.publicNetworkAccess': 'redis.public_access',
    'properties.sku': ['redis.sku', 'redis.vm_size'],
  },
  // https://github.com/MicrosoftDocs/azure-docs/blob/main/articles/azure-cache-for-redis/cache-tls-configuration.md
  invariants: {
    'properties.enableNonSslPort': 'the key and the data may cross the network in clear',
    'properties.minimumTlsVersion': 'connections are taken whose encryption can be broken',
  },
  onlyGrows: ['properties.minimumTlsVersion'],
  defaults: [],
  computed: ['tags', 'properties.disableAccessKeyAuthentication'],
  timeoutInSeconds: 3600,
  address: 'properties.hostName',
  condition: { path: 'properties.provisioningState', good: 'Succeeded' },
  deletion: { how: 'request', softDeleted: null },
  cost: classicRedisCost,
  portalPage: ownPage,
};

/** Azure Cache for Redis: retiring, and refused to tenants that never had one; only where one exists or is asked for. */
export function classicRedis(input: DesireInput): DesiredResource<typeof REDIS_CLASSIC> {
  const { redis, locations } = input.config;
  return {
    kind: REDIS_CLASSIC,
    key: 'redis',
    title: `Redis cache ${redis.name}`,
    id: resourceId(input, REDIS_CLASSIC.type, redis.name),
    body: {
      location: locations.redis,
      tags: resourceTags(input),
      properties: {
        sku: classicRedisSku(redis),
        redisVersion: '6',
        enableNonSslPort: false,
        minimumTlsVersion: '1.2',
        publicNetworkAccess: redis.publicAccess === false ? 'Disabled' : 'Enabled',
        // Clients take a URL with the key in it.
        disableAccessKeyAuthentication: false,
      },
    },
  };
}

/** One meter is the pair of a Standard cache, another one half of it; some regions have only that one. */
function classicRedisCost({ body, assumptions }: CostInput): readonly MeterUse[] {
  const [tier, family, capacity, shards] = ['sku.name', 'sku.family', 'sku.capacity', 'shardCount'].map((path) =>
    scalarText(jsonAt(body, `properties.${path}`)),
  );
  const sku = `${family}${capacity}`;
  const meter = (name: string): Meter => ({
    service: 'Redis Cache',
    product: `Azure Redis Cache ${tier}`,
    sku,
    name: `${sku} ${name}`,
    unit: '1 Hour',
  });
  const whole = product(Number(shards) || 1, assumptions.hours);
  const nodes = tier === 'Basic' ? 1 : 2;
  return [
    {
      ...use('fixed', `cache ${tier} ${sku}`, meter('Cache'), whole),
      meters: [
        { meter: meter('Cache'), quantity: whole },
        { meter: meter('Cache Instance'), quantity: product(whole, decimal(nodes)) },
      ],
    },
  ];
}
