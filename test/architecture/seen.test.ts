import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const TESTS = fileURLToPath(new URL('../e2e', import.meta.url));

it('each of the ten things that were seen to do harm has tests named after it', () => {
  const texts = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(TESTS, path), 'utf8'));
  const numbers = texts.flatMap((text) =>
    [...text.matchAll(/^describe\('what was seen: (\d+)\. /gm)].map(([, number]) => Number(number)),
  );
  expect(numbers.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
