import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { limitsPage } from '../../../scripts/limits-page.ts';
import { isErrorCode } from '../../../src/shared/error-codes.ts';
import { LIMITS } from '../../../src/shared/limits.ts';

it('docs/limits.md has every limit as the code has it (npm run limits writes it)', () => {
  expect(readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8')).toBe(limitsPage());
});

it('limits are told by codes that there are', () => {
  const codes = Object.values(LIMITS).flatMap(({ beyond }) =>
    [...beyond.matchAll(/`(\w+_\w+)`/g)].map(([, code]) => code),
  );
  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter((code = '') => !isErrorCode(code))).toEqual([]);
});
