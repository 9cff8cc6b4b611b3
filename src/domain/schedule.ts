import type { StepName } from './steps.ts';

/** Steps in series-parallel form: what a workflow of nested calls can express. */
export type Schedule<Name extends string = StepName> =
  | { readonly kind: 'step'; readonly step: Name }
  | { readonly kind: 'series'; readonly parts: readonly Schedule<Name>[] }
  | { readonly kind: 'parallel'; readonly parts: readonly Schedule<Name>[] };

export interface ScheduledStep<Name extends string = StepName> {
  readonly name: Name;
  readonly dependsOn: readonly Name[];
}

/** `before.get(a)` has b: b must end before a starts, directly or not. */
type Order<Name extends string> = ReadonlyMap<Name, ReadonlySet<Name>>;

/**
 * Compiles a dependency graph into a series-parallel tree. A graph that is series-parallel keeps all its parallelism; for
 * any other the tree with the fewest added waits (pairs that are ordered only by the tree) is taken.
 * Throws for cycles and unknown names.
 */
export function compileSchedule<Name extends string>(steps: readonly ScheduledStep<Name>[]): Schedule<Name> {
  const names = steps.map(({ name }) => name);
  return best(names, transitiveOrder(steps), new Map()).tree;
}

interface Compiled<Name extends string> {
  readonly tree: Schedule<Name>;
  readonly addedWaits: number;
}

function best<Name extends string>(
  names: readonly Name[],
  order: Order<Name>,
  known: Map<string, Compiled<Name>>,
): Compiled<Name> {
  const [only] = names;
  if (only !== undefined && names.length === 1) return { tree: { kind: 'step', step: only }, addedWaits: 0 };
  const key = names.join();
  const found = known.get(key) ?? split(names, order, known);
  known.set(key, found);
  return found;
}

function split<Name extends string>(
  names: readonly Name[],
  order: Order<Name>,
  known: Map<string, Compiled<Name>>,
): Compiled<Name> {
  const groups = components(names, order);
  if (groups.length > 1)
    return combine(
      'parallel',
      groups.map((group) => best(group, order, known)),
      0,
    );
  let winner: Compiled<Name> | undefined;
  for (const first of downSets(names, order)) {
    const isFirst = new Set(first);
    const second = names.filter((name) => !isFirst.has(name));
    const added = second.reduce((sum, later) => sum + first.filter((name) => !order.get(later)?.has(name)).length, 0);
    if (winner && added >= winner.addedWaits) continue;
    const candidate = combine('series', [best(first, order, known), best(second, order, known)], added);
    if (!winner || candidate.addedWaits < winner.addedWaits) winner = candidate;
    if (winner.addedWaits === 0) break;
  }
  if (!winner) throw new Error('an empty schedule');
  return winner;
}

/** Joins parts into one node, taking the parts of equal nodes into it. */
function combine<Name extends string>(
  kind: 'series' | 'parallel',
  parts: readonly Compiled<Name>[],
  added: number,
): Compiled<Name> {
  return {
    tree: { kind, parts: parts.flatMap(({ tree }) => (tree.kind === kind ? tree.parts : [tree])) },
    addedWaits: parts.reduce((sum, part) => sum + part.addedWaits, added),
  };
}

/** How many steps of the schedule come before each at least: one that ends before another starts has the smaller number. */
export function positions<Name extends string>(tree: Schedule<Name>, start = 0): ReadonlyMap<Name, number> {
  if (tree.kind === 'step') return new Map([[tree.step, start]]);
  const found = new Map<Name, number>();
  for (const part of tree.parts) {
    const from = tree.kind === 'parallel' ? start : Math.max(start - 1, ...found.values()) + 1;
    for (const [name, position] of positions(part, from)) found.set(name, position);
  }
  return found;
}

/** Groups with no order between them. */
function components<Name extends string>(names: readonly Name[], order: Order<Name>): readonly (readonly Name[])[] {
  const group = new Map<Name, number>(names.map((name, index) => [name, index]));
  for (const later of names) {
    for (const earlier of order.get(later) ?? []) {
      const from = group.get(later);
      const to = group.get(earlier);
      if (from === undefined || to === undefined || from === to) continue;
      for (const [name, number] of group) if (number === from) group.set(name, to);
    }
  }
  const byGroup = Map.groupBy(names, (name) => group.get(name));
  return [...byGroup.values()];
}

/** Every proper, non-empty set of steps that can be done before all the others. */
function* downSets<Name extends string>(names: readonly Name[], order: Order<Name>): Generator<readonly Name[]> {
  const sorted = topological(names, order);
  function* extend(index: number, taken: ReadonlySet<Name>): Generator<readonly Name[]> {
    const name = sorted[index];
    if (name === undefined) {
      if (taken.size > 0 && taken.size < names.length) yield names.filter((other) => taken.has(other));
      return;
    }
    const ready = [...(order.get(name) ?? [])].every((earlier) => taken.has(earlier) || !names.includes(earlier));
    if (ready) yield* extend(index + 1, new Set([...taken, name]));
    yield* extend(index + 1, taken);
  }
  yield* extend(0, new Set());
}

function topological<Name extends string>(names: readonly Name[], order: Order<Name>): readonly Name[] {
  return [...names].sort((a, b) => (order.get(a)?.size ?? 0) - (order.get(b)?.size ?? 0));
}

function transitiveOrder<Name extends string>(steps: readonly ScheduledStep<Name>[]): Order<Name> {
  const direct = new Map(steps.map(({ name, dependsOn }) => [name, dependsOn]));
  const done = new Map<Name, Set<Name>>();
  const visit = (name: Name, path: readonly Name[]): Set<Name> => {
    if (path.includes(name)) throw new Error(`steps depend on each other: ${[...path, name].join(' → ')}`);
    const known = done.get(name);
    if (known) return known;
    const before = new Set<Name>();
    const dependencies = direct.get(name);
    if (!dependencies) throw new Error(`${path.at(-1)} depends on ${name}, which is no step`);
    for (const earlier of dependencies) {
      before.add(earlier);
      for (const further of visit(earlier, [...path, name])) before.add(further);
    }
    done.set(name, before);
    return before;
  };
  for (const { name } of steps) visit(name, []);
  return done;
}

/** The chain of steps that decides how long the whole takes, first to last. */
export function criticalPath<Name extends string>(
  steps: readonly ScheduledStep<Name>[],
  secondsOf: (name: Name) => number,
): readonly Name[] {
  const longest = new Map<Name, { readonly seconds: number; readonly path: readonly Name[] }>();
  const order = transitiveOrder(steps);
  const byName = new Map(steps.map((step) => [step.name, step]));
  for (const name of topological([...byName.keys()], order)) {
    const before = (byName.get(name)?.dependsOn ?? []).flatMap((earlier) => longest.get(earlier) ?? []);
    const slowest = before.reduce((a, b) => (b.seconds > a.seconds ? b : a), {
      seconds: 0,
      path: [] as readonly Name[],
    });
    longest.set(name, { seconds: slowest.seconds + secondsOf(name), path: [...slowest.path, name] });
  }
  return [...longest.values()].reduce((a, b) => (b.seconds > a.seconds ? b : a), {
    seconds: -1,
    path: [] as readonly Name[],
  }).path;
}
