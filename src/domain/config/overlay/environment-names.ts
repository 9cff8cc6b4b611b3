import type { DeploymentConfig, EnvironmentNaming } from '../model.ts';
import { isWritten } from '../provenance.ts';

/**
 * What has a name by default that must be free in all of Azure: by the key of its resource, the key of the file that gives it. Other
 * defaults need to be free in their group only, and a group is of one environment.
 */
const DEFAULTED = { postgresql: 'postgresql.server_name', redis: 'redis.name' } as const;

type Named = keyof typeof DEFAULTED;
const NAMED = Object.keys(DEFAULTED) as readonly Named[];

/**
 * The configuration of an environment that has an overlay: such names of which the file says nothing end in that of the
 * environment, so that two environments of one file do not meet at one name.
 */
export function namedAfter(config: DeploymentConfig, environment: string): DeploymentConfig {
  const naming = namingOf(config, environment);
  return { ...withNames(config, (name) => `${name}-${environment}`, naming), naming };
}

/**
 * Which resources are called after the environment: those of which the file says no name.
 *
 * @param from where it is made from another one: then all of them are
 */
export function namingOf(config: DeploymentConfig, environment: string, from?: string): EnvironmentNaming {
  if (from !== undefined) return { environment, from, resources: NAMED };
  return { environment, resources: NAMED.filter((resource) => !isWritten(config, DEFAULTED[resource])) };
}

/** The same configuration with other names of what is called after its environment. */
export function withNames(
  config: DeploymentConfig,
  change: (name: string, resource: string) => string,
  { resources }: EnvironmentNaming,
): DeploymentConfig {
  const { postgresql, redis } = config;
  const changed = (name: string, resource: Named): string =>
    resources.includes(resource) ? change(name, resource) : name;
  return {
    ...config,
    postgresql: { ...postgresql, serverName: changed(postgresql.serverName, 'postgresql') },
    redis: { ...redis, name: changed(redis.name, 'redis') },
  };
}

/** A name without the environment's at its end. */
export function plainName(name: string, { environment }: EnvironmentNaming): string {
  return name.slice(0, -`-${environment}`.length);
}
