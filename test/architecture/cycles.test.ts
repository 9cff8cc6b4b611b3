import { describe, expect, it } from 'vitest';
import { cycles } from './cycles.ts';
import { importedFile, imports, nameOf } from './source-imports.ts';

describe('the imports between files', () => {
  it('have no cycle, of types neither', () => {
    const arrows = Map.groupBy(imports, ({ file }) => nameOf(file));
    const targets = [...arrows].map(([file, own]): [string, readonly string[]] => [
      file,
      own.flatMap((one) => importedFile(one) ?? []).map(nameOf),
    ]);
    expect(cycles(new Map(targets))).toEqual([]);
  });
});

describe('a search for cycles', () => {
  it('finds each group of files that reach each other, and only these', () => {
    const arrows = { a: ['b', 'e'], b: ['c', 'd'], c: ['a'], d: [], e: ['f', 'a2'], f: ['e'], a2: [] };
    expect(cycles(new Map(Object.entries(arrows)))).toEqual([
      ['e', 'f'],
      ['a', 'b', 'c'],
    ]);
  });
});
