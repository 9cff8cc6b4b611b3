import type { Exchange } from './exchange.ts';

/** How answers to one kind of request differ; each is a fixture that fails until the simulator answers as Azure. */
export interface Difference {
  /** `PUT management.azure.com/subscriptions/{id}/resourceGroups/shop?api-version=…` */
  readonly request: string;
  readonly azure: Shape;
  readonly simulator: Shape;
}

interface Shape {
  readonly statuses: readonly number[];
  /** Members of the answers with their kinds: `properties.ingress.fqdn: string`. */
  readonly members: readonly string[];
}

/** What Azure says now and then, and a second try does not meet: told by nobody as a difference. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/**
 * What Azure answered otherwise than the simulator to the same kinds of requests. Kinds that only one of the two was asked are none: what
 * is asked follows from what was answered, so that the first difference shows where it begins.
 */
export function differences(azure: readonly Exchange[], simulator: readonly Exchange[]): readonly Difference[] {
  const simulated = shapes(simulator);
  return [...shapes(azure)].flatMap(([request, ours]) => {
    const theirs = simulated.get(request);
    if (!theirs || JSON.stringify(ours) === JSON.stringify(theirs)) return [];
    return [{ request, azure: ours, simulator: theirs }];
  });
}

export function shapes(exchanges: readonly Exchange[]): ReadonlyMap<string, Shape> {
  const lasting = exchanges.filter(({ status }) => !PASSING.has(status));
  const byKind = Map.groupBy(lasting, ({ method, host, path }) => `${method} ${host}${templateOf(path)}`);
  return new Map([...byKind].map(([kind, own]) => [kind, shapeOf(own)]));
}

function shapeOf(exchanges: readonly Exchange[]): Shape {
  return {
    statuses: [...new Set(exchanges.map(({ status }) => status))].sort(),
    members: [...new Set(exchanges.flatMap(({ answer }) => [...membersOf(answer, '')]))].sort(),
  };
}

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** The path without what is another one each time: subscriptions, tenants, grants, operations. */
function templateOf(path: string): string {
  return path.replace(GUID, '{id}').replace(/\/([a-z]*operation[a-z]*)\/[^/?]+/gi, '/$1/{operation}');
}

function* membersOf(value: unknown, path: string): Iterable<string> {
  if (Array.isArray(value)) {
    for (const one of value) yield* membersOf(one, `${path}[]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) yield* membersOf(one, path === '' ? name : `${path}.${name}`);
  } else if (path !== '') {
    yield `${path}: ${value === null ? 'null' : typeof value}`;
  }
}
