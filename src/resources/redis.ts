import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceId } from '../domain/ids.ts';
import { resourceTags } from '../domain/tags.ts';
import { classicRedisSku, managedRedisSize } from './redis-sku.ts';

const CLASSIC = 'Microsoft.Cache/redis';
const MANAGED = 'Microsoft.Cache/redisEnterprise';
const MANAGED_API_VERSION = '2025-07-01';
/** TLS port of Azure Managed Redis. */
const MANAGED_PORT = 10_000;

/** Azure Cache for Redis: retiring, and refused to tenants that never had one; only where one exists or is asked for. */
export function classicRedis(input: DesireInput): DesiredResource {
  const { redis, locations } = input.config;
  return {
    key: 'redis',
    title: `Redis cache ${redis.name}`,
    id: resourceId(input, CLASSIC, redis.name),
    type: CLASSIC,
    apiVersion: '2024-11-01',
    body: {
      location: locations.redis,
      tags: resourceTags(input),
      properties: {
        sku: classicRedisSku(redis),
        redisVersion: '6',
        enableNonSslPort: false,
        minimumTlsVersion: '1.2',
        publicNetworkAccess: 'Enabled',
        // Clients take a URL with the key in it.
        disableAccessKeyAuthentication: false,
      },
    },
    ownership: 'tagged',
    holdsData: true,
    immutable: ['location'],
    // Azure answers the exact version (6.0.14).
    createOnly: ['properties.redisVersion'],
    update: 'patch',
    timeoutInSeconds: 3600,
  };
}

/** The cluster of an Azure Managed Redis. */
export function managedRedis(input: DesireInput): DesiredResource {
  const { redis, locations } = input.config;
  const { sku, highAvailability } = managedRedisSize(redis);
  return {
    key: 'redis',
    title: `Azure Managed Redis ${redis.name}`,
    id: resourceId(input, MANAGED, redis.name),
    type: MANAGED,
    apiVersion: MANAGED_API_VERSION,
    body: {
      location: locations.redis,
      tags: resourceTags(input),
      sku: { name: sku },
      properties: { publicNetworkAccess: 'Enabled', minimumTlsVersion: '1.2', highAvailability },
    },
    ownership: 'tagged',
    holdsData: true,
    immutable: ['location'],
    createOnly: [],
    update: 'patch',
    timeoutInSeconds: 2700,
  };
}

export function managedRedisDatabase(input: DesireInput): DesiredResource {
  const cluster = managedRedis(input);
  return {
    key: 'redis:database',
    title: `database of ${cluster.title}`,
    id: `${cluster.id}/databases/default`,
    type: `${MANAGED}/databases`,
    apiVersion: MANAGED_API_VERSION,
    body: {
      properties: {
        clientProtocol: 'Encrypted',
        port: MANAGED_PORT,
        // The default, OSSCluster, breaks clients that know nothing of clusters.
        clusteringPolicy: managedRedisSize(input.config.redis).clusteringPolicy,
        evictionPolicy: 'VolatileLRU',
        accessKeysAuthentication: 'Enabled',
      },
    },
    ownership: 'child',
    holdsData: true,
    immutable: ['properties.port', 'properties.clusteringPolicy'],
    createOnly: [],
    timeoutInSeconds: 900,
    unlisted: true,
  };
}
