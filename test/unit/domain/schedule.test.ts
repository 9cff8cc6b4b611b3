import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileSchedule,
  criticalPath,
  positions,
  type Schedule,
  type ScheduledStep,
} from '../../../src/domain/schedule.ts';
import { STEPS, stepDefinition } from '../../../src/domain/steps.ts';

type Tree = Schedule<string>;

function text(tree: Tree, label: (step: string) => string): string {
  if (tree.kind === 'step') return label(tree.step);
  return `(${tree.parts.map((part) => text(part, label)).join(tree.kind === 'series' ? ' → ' : ' ∥ ')})`;
}

function names(tree: Tree): readonly string[] {
  return tree.kind === 'step' ? [tree.step] : tree.parts.flatMap(names);
}

/** `a<b` for every pair that the tree puts in order. */
function orderOf(tree: Tree): ReadonlySet<string> {
  if (tree.kind === 'step') return new Set();
  const inner = tree.parts.flatMap((part) => [...orderOf(part)]);
  if (tree.kind === 'parallel') return new Set(inner);
  const across = tree.parts.flatMap((part, index) =>
    tree.parts.slice(index + 1).flatMap((later) => names(part).flatMap((a) => names(later).map((b) => `${a}<${b}`))),
  );
  return new Set([...inner, ...across]);
}

/** The order that the dependencies themselves ask for. */
function closure(steps: readonly ScheduledStep<string>[]): ReadonlySet<string> {
  const before = new Map<string, Set<string>>();
  for (const { name, dependsOn } of steps) {
    before.set(name, new Set(dependsOn.flatMap((one) => [one, ...(before.get(one) ?? [])])));
  }
  return new Set([...before].flatMap(([name, earlier]) => [...earlier].map((one) => `${one}<${name}`)));
}

/** Steps in which each depends on some of those before it. */
const graphs = (max: number) =>
  fc
    .integer({ min: 1, max })
    .chain((count) =>
      fc
        .tuple(
          ...Array.from({ length: count }, (_, index) =>
            fc.subarray(Array.from({ length: index }, (__, earlier) => `s${earlier}`)),
          ),
        )
        .map((dependencies) =>
          dependencies.map((dependsOn, index): ScheduledStep<string> => ({ name: `s${index}`, dependsOn })),
        ),
    );

/** A random series-parallel tree, and the graph whose order is exactly the tree's. */
const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constant<Tree>({ kind: 'step', step: '' }),
    fc.record({
      kind: fc.constantFrom('series' as const, 'parallel' as const),
      parts: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).tree;

function numbered(tree: Tree): Tree {
  let count = 0;
  const walk = (node: Tree): Tree => {
    if (node.kind !== 'step') return { ...node, parts: node.parts.map(walk) };
    count += 1;
    return { kind: 'step', step: `s${count}` };
  };
  return walk(tree);
}

function graphOf(tree: Tree): readonly ScheduledStep<string>[] {
  const order = orderOf(tree);
  return names(tree).map((name) => ({ name, dependsOn: names(tree).filter((other) => order.has(`${other}<${name}`)) }));
}

/** Fewest ordered pairs of any series-parallel tree that respects the order, by trying every tree. */
function fewestPairs(all: readonly string[], order: ReadonlySet<string>): number {
  if (all.length === 1) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (let mask = 1; mask < 2 ** all.length - 1; mask += 1) {
    const left = all.filter((_, index) => mask & (1 << index));
    const right = all.filter((_, index) => !(mask & (1 << index)));
    const related = left.some((a) => right.some((b) => order.has(`${a}<${b}`) || order.has(`${b}<${a}`)));
    const backwards = left.some((a) => right.some((b) => order.has(`${b}<${a}`)));
    const inner = (): number => fewestPairs(left, order) + fewestPairs(right, order);
    if (!related) best = Math.min(best, inner());
    else if (!backwards) best = Math.min(best, inner() + left.length * right.length);
  }
  return best;
}

describe('the compiled schedule', () => {
  it('of the fourteen steps runs beside each other what may', () => {
    const compiled = text(compileSchedule(STEPS) as Tree, (step) => String(stepDefinition(step as never).number));
    expect(compiled).toBe('(1 → 2 → ((((3 → 8) ∥ ((5 ∥ 6) → 7)) → 10) ∥ (4 → 9)) → 13 → 11 → 12 → 14)');
  });

  it('gives what ends before another starts the smaller number', () => {
    fc.assert(
      fc.property(graphs(7), (steps) => {
        const tree = compileSchedule(steps);
        const found = positions(tree);
        expect(found.size).toBe(steps.length);
        for (const pair of orderOf(tree)) {
          const [first = '', second = ''] = pair.split('<');
          expect(found.get(first)).toBeLessThan(found.get(second) ?? -1);
        }
      }),
    );
  });

  it('has every step once and respects every dependency', () => {
    fc.assert(
      fc.property(graphs(7), (steps) => {
        const tree = compileSchedule(steps);
        expect([...names(tree)].sort()).toEqual(steps.map(({ name }) => name).sort());
        const order = orderOf(tree);
        for (const pair of closure(steps)) expect(order.has(pair)).toBe(true);
      }),
    );
  });

  it('keeps all the parallelism of series-parallel graphs', () => {
    fc.assert(
      fc.property(
        trees.map(numbered).filter((tree) => names(tree).length <= 9),
        (tree) => {
          const steps = graphOf(tree);
          expect(orderOf(compileSchedule(steps))).toEqual(closure(steps));
        },
      ),
    );
  });

  it('adds the fewest waits to other graphs', () => {
    fc.assert(
      fc.property(graphs(5), (steps) => {
        const all = steps.map(({ name }) => name);
        expect(orderOf(compileSchedule(steps)).size).toBe(fewestPairs(all, closure(steps)));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses cycles and names that are no step', () => {
    expect(() =>
      compileSchedule([
        { name: 'a', dependsOn: ['b'] },
        { name: 'b', dependsOn: ['a'] },
      ]),
    ).toThrow('a → b → a');
    expect(() => compileSchedule([{ name: 'a', dependsOn: ['c' as 'a'] }])).toThrow('c, which is no step');
  });

  it('finds the chain that decides the length', () => {
    const steps = [
      { name: 'a', dependsOn: [] },
      { name: 'slow', dependsOn: ['a'] },
      { name: 'fast', dependsOn: ['a'] },
      { name: 'end', dependsOn: ['slow', 'fast'] },
    ];
    expect(criticalPath(steps, (name) => (name === 'slow' ? 10 : 1))).toEqual(['a', 'slow', 'end']);
  });
});
