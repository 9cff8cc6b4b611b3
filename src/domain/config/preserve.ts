import type { DeploymentConfig } from './model.ts';

/** `postgresql properties.highAvailability`: the key of a resource, a space, and a path of its body as plans print it. */
export const PRESERVED_FIELD = /^(\S+) (\S.*)$/;

/** Whether `preserve` keeps what others made beside ours: `postgresql firewallRules[office]`, or all of `postgresql firewallRules`. */
export function isPreservedChild(config: Pick<DeploymentConfig, 'preserve'>, resource: string, path: string): boolean {
  // Names on Azure are the same in any case.
  const child = path.toLowerCase();
  return preservedPaths(config, resource)
    .map((preserved) => preserved.toLowerCase())
    .some((preserved) => child === preserved || child.startsWith(`${preserved}[`));
}

/** The paths of one resource that `preserve` leaves alone. */
export function preservedPaths(
  { preserve = [] }: Pick<DeploymentConfig, 'preserve'>,
  resource: string,
): readonly string[] {
  return preserve.flatMap((field) => {
    const [, key, path] = PRESERVED_FIELD.exec(field) ?? [];
    return key === resource && path !== undefined ? [path] : [];
  });
}
