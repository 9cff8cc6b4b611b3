/** Where a field stands in a body: keys of objects, and `[name]` for the member of an array that has that name. */
export type FieldPath = readonly string[];

export function memberSegment(name: string): string {
  return `[${name}]`;
}

export function isMemberSegment(segment: string): boolean {
  return segment.startsWith('[');
}

/** `properties.template.containers[api].image` */
export function displayPath(path: FieldPath): string {
  return path.join('.').replaceAll('.[', '[');
}

/** As the columns of a kind name fields: without the members of arrays. */
export function plainPath(path: FieldPath): string {
  return path.filter((segment) => !isMemberSegment(segment)).join('.');
}

/** Whether a plain path is, or lies below, one of these; `*` stands for any one key. */
export function isWithin(path: string, roots: readonly string[]): boolean {
  const keys = path.split('.');
  return roots.some((root) => {
    const parts = root.split('.');
    return parts.length <= keys.length && parts.every((part, index) => part === '*' || part === keys[index]);
  });
}
