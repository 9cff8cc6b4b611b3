/** In a document's data in place of what is tagged `!reset`: an overlay takes the key away, as in Compose
 * (https://docs.docker.com/reference/compose-file/merge/#reset-value). */
export const RESET = Symbol('!reset');

const TAG = '!reset';

export function isReset({ tag }: { readonly tag?: string | undefined }): boolean {
  return tag === TAG;
}

/** The paths of everything that is tagged so. */
export function resetPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (value === RESET) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => resetPaths(member, [...path, key]));
}
