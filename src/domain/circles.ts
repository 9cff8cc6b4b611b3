/** Names, each with the others that it names. */
export type Graph = ReadonlyMap<string, readonly string[]>;

export interface Circles {
  /** Whether a name that another one names leads back to it. */
  have(from: string, by: string): boolean;
  /** The shortest way back from a name by one that it names, both ends included. Takes a search through the graph. */
  way(from: string, by: string): readonly string[];
}

/**
 * Where names name each other in circles. What lies in one is found for the whole graph at once, in the time that it takes to read it:
 * a search from each name on would follow every way there is, of which a few dozen names have millions.
 */
export function circlesOf(graph: Graph): Circles {
  const circles = components(graph);
  return {
    have: (from, by) => circles.get(from) !== undefined && circles.get(from) === circles.get(by),
    way: (from, by) => [from, ...shortestWay(graph, by, from)],
  };
}

interface Visit {
  readonly name: string;
  readonly others: Iterator<string>;
}

/**
 * For each name the number of its strongly connected component, by Tarjan's algorithm
 * (https://en.wikipedia.org/wiki/Tarjan%27s_strongly_connected_components_algorithm) with a stack of its own: a chain of names may be
 * longer than calls can be nested.
 */
function components(graph: Graph): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const lower = (name: string, to: number): void => {
    lowest.set(name, Math.min(lowest.get(name) ?? to, to));
  };
  const enter = (name: string): Visit => {
    lower(name, order.size);
    order.set(name, order.size);
    open.push(name);
    return { name, others: (graph.get(name) ?? []).values() };
  };
  const leave = (name: string): void => {
    if (lowest.get(name) !== order.get(name)) return;
    const component = found.size;
    for (let one = open.pop(); one !== undefined; one = one === name ? undefined : open.pop())
      found.set(one, component);
  };
  for (const start of graph.keys()) {
    const way = order.has(start) ? [] : [enter(start)];
    for (let visit = way.at(-1); visit; visit = way.at(-1)) {
      const { name, others } = visit;
      const { done, value: other } = others.next();
      if (done) {
        way.pop();
        leave(name);
        const before = way.at(-1);
        if (before) lower(before.name, lowest.get(name) ?? 0);
      } else if (!order.has(other)) way.push(enter(other));
      else if (!found.has(other)) lower(name, order.get(other) ?? 0);
    }
  }
  return found;
}

/** Both ends included. */
function shortestWay(graph: Graph, from: string, to: string): readonly string[] {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  for (const name of before.keys()) {
    if (name === to) break;
    for (const other of graph.get(name) ?? []) if (!before.has(other)) before.set(other, name);
  }
  const way: string[] = [];
  for (let name: string | undefined = to; name !== undefined; name = before.get(name)) way.push(name);
  return way.reverse();
}
