import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { pageOfParent } from './columns/portal.ts';
import type { ResourceKind } from './kind.ts';
import { managedRedis, REDIS_MANAGED } from './redis-managed.ts';
import { managedRedisSize } from './redis-sku.ts';

export const REDIS_MANAGED_DATABASE: ResourceKind<'Microsoft.Cache/redisEnterprise/databases'> = {
  type: 'Microsoft.Cache/redisEnterprise/databases',
  apiVersion: REDIS_MANAGED.apiVersion,
  fingerprintVersion: '2025-07-01',
  provider: REDIS_MANAGED.provider,
  ownership: 'child',
  listing: 'absent',
  // https://learn.microsoft.com/azure/templates/microsoft.cache/redisenterprise/databases
  name: { pattern: /^default$/, allowed: 'default' },
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: true,
  update: 'patch',
  immutable: ['properties.port', 'properties.clusteringPolicy'],
  createOnly: [],
  settings: { 'properties.clusteringPolicy': 'redis.vm_size' },
  // https://learn.microsoft.com/rest/api/redis/redisenterprise/databases/create, Protocol
  invariants: { 'properties.clientProtocol': 'the key and the data cross the network in clear' },
  defaults: ['properties.port', 'properties.evictionPolicy'],
  // Clients take a URL with the key in it.
  computed: ['properties.accessKeysAuthentication'],
  timeoutInSeconds: 900,
  deletion: { how: 'request', softDeleted: null },
  cost: 'elsewhere',
  portalPage: pageOfParent('overview'),
};

/** TLS port of Azure Managed Redis. */
const PORT = 10_000;

export function managedRedisDatabase(input: DesireInput): DesiredResource<typeof REDIS_MANAGED_DATABASE> {
  const cluster = managedRedis(input);
  return {
    kind: REDIS_MANAGED_DATABASE,
    key: 'redis:database',
    title: `database of ${cluster.title}`,
    id: `${cluster.id}/databases/default`,
    body: {
      properties: {
        clientProtocol: 'Encrypted',
        port: PORT,
        // The default, OSSCluster, breaks clients that know nothing of clusters.
        clusteringPolicy: managedRedisSize(input.config.redis).clusteringPolicy,
        evictionPolicy: 'VolatileLRU',
        accessKeysAuthentication: 'Enabled',
      },
    },
  };
}
