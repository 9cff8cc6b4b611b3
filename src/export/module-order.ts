import type { ExportedModule } from './model.ts';

/** The modules, each with those in `after` that nothing else which comes before it comes after. */
export function withoutDetours(modules: readonly ExportedModule[]): readonly ExportedModule[] {
  const direct = new Map(modules.map((one) => [one.symbol, [...givenBy(one), ...one.after]]));
  const reach = (symbol: string, seen: Set<string> = new Set()): ReadonlySet<string> => {
    for (const before of direct.get(symbol) ?? []) {
      if (seen.has(before)) continue;
      seen.add(before);
      reach(before, seen);
    }
    return seen;
  };
  return modules.map((one) => {
    const others = (symbol: string): readonly string[] =>
      (direct.get(one.symbol) ?? []).filter((other) => other !== symbol);
    const isDetour = (symbol: string): boolean => others(symbol).some((other) => reach(other).has(symbol));
    return { ...one, after: one.after.filter((symbol) => !isDetour(symbol)) };
  });
}

function givenBy({ given }: ExportedModule): readonly string[] {
  return Object.values(given).flatMap((term) => (term.kind === 'output' ? [term.module] : []));
}
