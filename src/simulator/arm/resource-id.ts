import type { ResourceType } from './resource-type.ts';

/** A path taken apart: the resource it names and what is asked below it. */
export interface ResourcePath {
  readonly type: ResourceType;
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly group: string | undefined;
  /** Id of the resource that a child or extension belongs to. */
  readonly parentId: string | undefined;
  readonly rest: readonly string[];
}

const GROUP_TYPE = 'Microsoft.Resources/resourceGroups';

/** Undefined when no known type is named. */
export function parseResourcePath(path: string, types: ReadonlyMap<string, ResourceType>): ResourcePath | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const [scope, subscriptionId = '', groups, group] = segments;
  if (scope?.toLowerCase() !== 'subscriptions') return undefined;
  const inGroup = groups?.toLowerCase() === 'resourcegroups' && group !== undefined;
  const groupType = types.get(GROUP_TYPE.toLowerCase());
  const providers = lastIndexOf(segments, 'providers');
  if (providers < 0) {
    if (!inGroup || !groupType) return undefined;
    const id = `/${segments.slice(0, 4).join('/')}`;
    return { type: groupType, id, name: group, subscriptionId, group, parentId: undefined, rest: segments.slice(4) };
  }
  const found = longestType(segments, providers, types);
  if (!found) return undefined;
  const { type, end } = found;
  return {
    type,
    id: `/${segments.slice(0, end).join('/')}`,
    name: segments[end - 1] ?? '',
    subscriptionId,
    group: inGroup ? group : undefined,
    parentId: parentOf(segments, providers, end, type),
    rest: segments.slice(end),
  };
}

/** `Namespace/type/subtype…`, as long as such a type is known and names follow. */
function longestType(
  segments: readonly string[],
  providers: number,
  types: ReadonlyMap<string, ResourceType>,
): { type: ResourceType; end: number } | undefined {
  let name = segments[providers + 1] ?? '';
  let found: { type: ResourceType; end: number } | undefined;
  for (let index = providers + 2; index + 1 < segments.length; index += 2) {
    name = `${name}/${segments[index]}`;
    const type = types.get(name.toLowerCase());
    if (type) found = { type, end: index + 2 };
  }
  return found;
}

function parentOf(segments: readonly string[], providers: number, end: number, type: ResourceType): string | undefined {
  if (type.extension) return `/${segments.slice(0, providers).join('/')}`;
  // Namespace, type and name are the first three after `providers`; a child has two more.
  return end - providers > 4 ? `/${segments.slice(0, end - 2).join('/')}` : undefined;
}

function lastIndexOf(segments: readonly string[], word: string): number {
  return segments.map((segment) => segment.toLowerCase()).lastIndexOf(word);
}
