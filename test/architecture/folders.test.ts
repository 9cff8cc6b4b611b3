import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { files, nameOf } from './source-imports.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX_FILES = 25;
/** Names that say nothing of what is behind them, so anything could be put there. */
const EMPTY_NAMES = /^(?:utils?|commons?|helpers?|misc|lib|stuff)$/i;

/** Recorded data has as many files as there are records. */
function folders(root: string): readonly string[] {
  const entries = readdirSync(join(ROOT, root), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath }) => parentPath);
  return paths.filter((path) => !path.includes('/fixtures')).map((path) => path.slice(ROOT.length));
}

describe('the folders', () => {
  it(`hold at most ${MAX_FILES} files each`, () => {
    const counts = Map.groupBy(['src', 'test'].flatMap(folders), (path) => path);
    const full = [...counts].filter(([, own]) => own.length > MAX_FILES);
    expect(full.map(([path, own]) => `${path}: ${own.length}`)).toEqual([]);
  });

  it('and files of the product say what they hold', () => {
    const parts = files.flatMap((file) =>
      nameOf(file)
        .split('/')
        .map((part) => basename(part, '.ts')),
    );
    expect(parts.length).toBeGreaterThan(300);
    expect(parts.filter((part) => EMPTY_NAMES.test(part))).toEqual([]);
  });
});
