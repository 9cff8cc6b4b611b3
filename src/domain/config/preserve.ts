import type { DeploymentConfig } from './model.ts';

/** `postgresql properties.highAvailability`: the key of a resource, a space, and a path of its body as plans print it. */
export const PRESERVED_FIELD = /^(\S+) (\S.*)$/;

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
