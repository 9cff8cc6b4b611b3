import type { DeploymentConfig } from '../domain/config/model.ts';
import { outputReference, recordedOutput } from '../domain/outputs.ts';
import { hasSection } from '../domain/sections/sections.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { classicRedis } from '../resources/redis-classic.ts';
import type { GroupList } from './find-resources.ts';
import { foreseenOutputs, outputName } from './forecast.ts';

const SUBSCRIPTION = outputName(outputReference(['subscriptionId']));

/** `auto` comes to a classic cache where one of that name exists; then the configuration is as if it said so. */
export function keptCache(
  environment: string,
  config: DeploymentConfig,
  state: EnvironmentState,
  listed: GroupList,
  subscriptionId: string | undefined,
): { readonly config: DeploymentConfig; readonly kept: ReadonlyMap<string, string> } {
  if (!hasSection(config, 'redis') || config.redis.kind !== 'auto') return { config, kept: new Map() };
  const foretold = new Map(subscriptionId === undefined ? [] : [[SUBSCRIPTION, subscriptionId]]);
  const outputs = foreseenOutputs({ state, foretold, renewed: new Set() });
  const cache = classicRedis({ environment, config, outputs });
  const isListed = Array.isArray(listed) && listed.some(({ id }) => id.toLowerCase() === cache.id.toLowerCase());
  if (!isListed && recordedOutput(state, 'redisKind') !== 'classic') return { config, kept: new Map() };
  return {
    config: { ...config, redis: { ...config.redis, kind: 'classic' } },
    kept: new Map([[cache.key, `the classic cache ${config.redis.name} exists and is kept`]]),
  };
}
