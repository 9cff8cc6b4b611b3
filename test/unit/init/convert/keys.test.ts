import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { composePage } from '../../../../scripts/compose-page.ts';
import { LEVELS } from '../../../../src/init/convert/keys/levels.ts';

const ROOT = new URL('../../../../', import.meta.url);
const KEYS = JSON.parse(readFileSync(new URL('test/fixtures/compose-keys/keys.json', ROOT), 'utf8')) as Record<
  string,
  string[]
>;

describe('what becomes of each key', () => {
  it('is in docs/compose.md as it is in the code; npm run compose writes it', () => {
    expect(readFileSync(new URL('docs/compose.md', ROOT), 'utf8')).toBe(composePage());
  });

  it('is said of every key of the specification, and of no other', () => {
    expect(Object.fromEntries(LEVELS.map(({ at, rows }) => [at, Object.keys(rows).sort()]))).toEqual(KEYS);
  });

  it('is said in words', () => {
    const rows = LEVELS.flatMap((level) => Object.values(level.rows));
    expect(rows.length).toBeGreaterThan(200);
    expect(rows.filter(({ becomes }) => becomes.length < 4)).toEqual([]);
  });
});
