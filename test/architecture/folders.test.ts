import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { files, nameOf } from './source-imports.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX_FILES = 25;
const MAX_LINES = 400;
/** Names that say nothing of what is behind them, so anything could be put there. */
const EMPTY_NAMES = /^(?:utils?|commons?|helpers?|misc|lib|stuff)$/i;

/** Paths of all files below a folder. Recorded data has as many files, and as long ones, as there are records. */
function filesBelow(root: string): readonly string[] {
  const entries = readdirSync(join(ROOT, root), { recursive: true, withFileTypes: true });
  const paths = entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
  return paths.filter((path) => !path.includes('/fixtures/')).map((path) => path.slice(ROOT.length));
}

describe('the folders', () => {
  it(`hold at most ${MAX_FILES} files each`, () => {
    const counts = Map.groupBy(['src', 'test'].flatMap(filesBelow), (path) => dirname(path));
    const full = [...counts].filter(([, own]) => own.length > MAX_FILES);
    expect(full.map(([path, own]) => `${path}: ${own.length}`)).toEqual([]);
  });

  it(`hold files of at most ${MAX_LINES} lines`, () => {
    const written = ['action', 'bench', 'scripts', 'src', 'test']
      .flatMap(filesBelow)
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'));
    const lengths = written.map(
      (path) => [path, readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1] as const,
    );
    expect(lengths.length).toBeGreaterThan(900);
    expect(lengths.filter(([, length]) => length > MAX_LINES)).toEqual([]);
  });

  it('and files of the product say what they hold', () => {
    const parts = files.flatMap((file) =>
      nameOf(file)
        .split('/')
        .map((part) => basename(basename(part, '.ts'), '.tsx')),
    );
    expect(parts.length).toBeGreaterThan(300);
    expect(parts.filter((part) => EMPTY_NAMES.test(part))).toEqual([]);
  });
});
