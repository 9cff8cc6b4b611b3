import type { DeploymentConfig } from '../config/model.ts';
import { plainName, withNames } from '../config/overlay/environment-names.ts';
import { nameOf } from '../ids.ts';
import { type EnvironmentState, isOfOriginalScript } from '../state.ts';

type Known = Pick<EnvironmentState, 'steps' | 'resources'>;

/**
 * The configuration with the names that things have: one that ends in the environment's is for what is made anew. What the original
 * script made has a plain one, and is in no record.
 */
export function withKeptNames(config: DeploymentConfig, state: Known): DeploymentConfig {
  const { naming } = config;
  if (!naming) return config;
  const isPlain = isOfOriginalScript(state);
  const kept = (name: string, resource: string): string => {
    const record = state.resources[resource];
    if (record) return nameOf(record.id);
    return isPlain ? plainName(name, naming) : name;
  };
  return withNames(config, kept, naming);
}
