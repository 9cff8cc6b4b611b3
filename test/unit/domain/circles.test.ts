import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circlesOf, type Graph } from '../../../src/domain/circles.ts';

/** Each name with those that it names; `a: [b]`. */
function graphOf(named: Readonly<Record<string, readonly string[]>>): Graph {
  return new Map(Object.entries(named));
}

/** By trying every way, which small graphs allow. */
function leadsBack(graph: Graph, to: string, from: string, seen: readonly string[] = []): boolean {
  if (from === to) return true;
  return !seen.includes(from) && (graph.get(from) ?? []).some((other) => leadsBack(graph, to, other, [...seen, from]));
}

describe('names that name each other', () => {
  it('lead back to themselves by the shortest way', () => {
    const circles = circlesOf(graphOf({ a: ['b'], b: ['c', 'd'], c: ['a'], d: ['c', 'e'], e: [] }));
    expect(circles.way('a', 'b')).toEqual(['a', 'b', 'c', 'a']);
    expect(circles.have('d', 'e')).toBe(false);
    expect(circles.way('d', 'c')).toEqual(['d', 'c', 'a', 'b', 'd']);
  });

  it('may name themselves, and what there is none of', () => {
    const circles = circlesOf(graphOf({ a: ['a', 'x'] }));
    expect([circles.have('a', 'a'), circles.have('a', 'x')]).toEqual([true, false]);
    expect(circles.way('a', 'a')).toEqual(['a', 'a']);
  });

  it('lead back where trying every way says so', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const others = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 4 });
    const graphs = fc.record(Object.fromEntries(names.map((name) => [name, others])));
    fc.assert(
      fc.property(graphs, (named) => {
        const graph = graphOf(named as Record<string, string[]>);
        const circles = circlesOf(graph);
        for (const [from, named] of graph)
          for (const by of named) {
            expect(circles.have(from, by), `${from} by ${by}`).toBe(leadsBack(graph, from, by));
            if (!circles.have(from, by)) continue;
            const way = circles.way(from, by);
            expect([way[0], way[1], way.at(-1)]).toEqual([from, by, from]);
            for (const [index, one] of way.slice(1).entries()) expect(graph.get(way[index] ?? '')).toContain(one);
          }
      }),
    );
  });

  it('are a chain of any length, and a net with more ways than can be tried', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => [`n${index}`, [`n${index + 1}`]] as const);
    expect(circlesOf(new Map(chain)).have('n0', 'n1')).toBe(false);
    expect(circlesOf(new Map([...chain, ['n20000', ['n0']]])).way('n0', 'n1')).toHaveLength(20_002);
    const net = Array.from({ length: 200 }, (_, index) => {
      const others = [index + 1, index + 2, index + 3].map((one) => `n${one}`);
      return [`n${index}`, others] as const;
    });
    expect(circlesOf(new Map(net)).have('n0', 'n1')).toBe(false);
  });
});
