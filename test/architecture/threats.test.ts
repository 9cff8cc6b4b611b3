import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Line {
  readonly text: string;
  /** Files of tests, each with what it calls them. */
  readonly tests: readonly { readonly file: string; readonly titles: readonly string[] }[];
}

/** The lines of the threat model, up to what is not so yet. */
function linesOf(document: string): readonly Line[] {
  const model = document.slice(document.indexOf('## Configurations'), document.indexOf('## Not covered yet'));
  return model
    .split(/^- /m)
    .slice(1)
    .map((entry) => {
      const text = (entry.split(/\n\n|\n##/)[0] ?? '').replace(/\s+/g, ' ').trim();
      const tests = [...text.matchAll(/`(test\/[^`]+)`: ((?:“[^”]+”(?:, )?)+)/g)].map(([, file = '', titles = '']) => ({
        file,
        titles: [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
      }));
      return { text, tests };
    });
}

const LINES = linesOf(readFileSync(`${ROOT}/SECURITY.md`, 'utf8'));

describe('the threat model', () => {
  it('has lines', () => {
    expect(LINES.length).toBeGreaterThan(20);
  });

  it.each(LINES.map(({ text, tests }) => [text, tests] as const))('has a test for: %s', (_text, tests) => {
    expect(tests).not.toEqual([]);
    for (const { file, titles } of tests) {
      expect(existsSync(`${ROOT}/${file}`), file).toBe(true);
      const test = readFileSync(`${ROOT}/${file}`, 'utf8').replaceAll("\\'", "'");
      for (const title of titles) expect(test, file).toContain(title);
    }
  });
});
