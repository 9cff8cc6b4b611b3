import type { DeploymentConfig } from '../domain/config/model.ts';

type RedisConfig = DeploymentConfig['redis'];

/** Memory of the classic sizes in GB (Azure Cache for Redis pricing page). */
const CLASSIC_MEMORY_IN_GB: Readonly<Record<string, number>> = {
  c0: 0.25,
  c1: 1,
  c2: 2.5,
  c3: 6,
  c4: 13,
  c5: 26,
  c6: 53,
  p1: 6,
  p2: 13,
  p3: 26,
  p4: 53,
  p5: 120,
};

/** Memory of the Balanced sizes of Azure Managed Redis in GB (Azure Managed Redis pricing page). */
const BALANCED_MEMORY_IN_GB = [
  ['Balanced_B0', 0.5],
  ['Balanced_B1', 1],
  ['Balanced_B3', 3],
  ['Balanced_B5', 6],
  ['Balanced_B10', 12],
  ['Balanced_B20', 24],
  ['Balanced_B50', 60],
  ['Balanced_B100', 120],
] as const;

/** Above this Azure refuses a database that is not clustered. */
const NO_CLUSTER_LIMIT_IN_GB = 25;

export interface ManagedRedisSize {
  readonly sku: string;
  /** Two nodes, as Standard and Premium had. */
  readonly highAvailability: 'Enabled' | 'Disabled';
  /** One endpoint in both, since the applications' clients know nothing of clusters. */
  readonly clusteringPolicy: 'NoCluster' | 'EnterpriseCluster';
}

/** The Balanced size nearest in memory to a classic one. */
export function managedRedisSize({ sku, vmSize }: Pick<RedisConfig, 'sku' | 'vmSize'>): ManagedRedisSize {
  const wanted = CLASSIC_MEMORY_IN_GB[vmSize.toLowerCase()] ?? 1;
  const distance = (memory: number): number => Math.abs(Math.log(memory / wanted));
  const [name, memory] = BALANCED_MEMORY_IN_GB.reduce((best, next) =>
    distance(next[1]) < distance(best[1]) ? next : best,
  );
  return {
    sku: name,
    highAvailability: sku === 'Basic' ? 'Disabled' : 'Enabled',
    clusteringPolicy: memory <= NO_CLUSTER_LIMIT_IN_GB ? 'NoCluster' : 'EnterpriseCluster',
  };
}

/** `sku` of a classic cache: `Basic` and `c0` are family C, capacity 0. */
export function classicRedisSku({ sku, vmSize }: Pick<RedisConfig, 'sku' | 'vmSize'>): {
  readonly name: string;
  readonly family: string;
  readonly capacity: number;
} {
  return { name: sku, family: sku === 'Premium' ? 'P' : 'C', capacity: Number(vmSize.slice(1)) };
}
