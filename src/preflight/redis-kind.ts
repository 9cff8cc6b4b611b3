import type { DesiredResource } from '../domain/desired.ts';
import type { StepContext } from '../engine/step.ts';
import { tellOnce } from '../engine/tell-once.ts';
import { classicRedis } from '../resources/redis-classic.ts';
import { managedRedis } from '../resources/redis-managed.ts';
import { managedRedisDatabase } from '../resources/redis-managed-database.ts';
import { managedRedisSize } from '../resources/redis-sku.ts';

export interface RedisPlan {
  readonly kind: 'classic' | 'managed';
  readonly cache: DesiredResource;
  /** Only Azure Managed Redis has databases of their own. */
  readonly database: DesiredResource | undefined;
}

/** Which kind of Redis this environment has: `auto` keeps a classic cache of that name where there is one. */
export async function redisPlan(context: StepContext): Promise<RedisPlan> {
  const { kind, name } = context.config.redis;
  const classic: RedisPlan = { kind: 'classic', cache: classicRedis(context), database: undefined };
  if (kind === 'classic') return classic;
  if (kind === 'auto' && (await context.azure.arm.get(classic.cache.id, classic.cache.kind.apiVersion))) {
    await tellKind(context, `the classic Redis cache ${name} exists and is kept`);
    return classic;
  }
  await tellKind(context, becomes(context));
  return { kind: 'managed', cache: managedRedis(context), database: managedRedisDatabase(context) };
}

function becomes({ config: { redis } }: StepContext): string {
  const { sku, highAvailability, clusteringPolicy } = managedRedisSize(redis);
  const nodes = highAvailability === 'Enabled' ? 'two nodes' : 'one node';
  return `Redis ${redis.sku} ${redis.vmSize} becomes Azure Managed Redis ${sku} (${nodes}, ${clusteringPolicy}): the classic kind is retiring`;
}

async function tellKind(context: StepContext, message: string): Promise<void> {
  await tellOnce(context, 'redis', message, context.progress);
}
