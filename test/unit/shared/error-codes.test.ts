import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorsPage } from '../../../scripts/errors-page.ts';
import { ERROR_TABLE } from '../../../src/azure/error-table.ts';
import { ERROR_CODES, isErrorCode } from '../../../src/shared/error-codes.ts';
import { ExitCode, receivedCode, UserError } from '../../../src/shared/errors.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Codes that are written as text, also where no type asks for a documented one. */
function codesInSources(): readonly string[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('simulator'))
    .flatMap((path) => [...readFileSync(join(ROOT, 'src', path), 'utf8').matchAll(/\bcode: '(\w+)'/g)])
    .map(([, code = '']) => code);
}

describe('the documented errors', () => {
  it('are in docs/errors.md as the code has them (npm run errors writes it)', () => {
    expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(errorsPage());
  });

  it('hold every code that the sources write, in ours or in the table of Azure', () => {
    const azure = new Set(ERROR_TABLE.flatMap(({ codes }) => codes));
    const codes = codesInSources();
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !isErrorCode(code) && !azure.has(code))).toEqual([]);
  });

  it.each(Object.entries(ERROR_CODES))('say of %s what it means and what to do, in one line each', (code, row) => {
    for (const text of [row.meaning, row.next]) {
      expect(text).toMatch(/^\S+( \S+)+$/);
      expect(text.length).toBeLessThan(130);
    }
    expect(errorsPage()).toContain(`<a id="${code}"></a>`);
  });

  it('decide the exit code, unless the place that stops knows better', () => {
    expect(new UserError('x', { code: 'state_locked' }).exitCode).toBe(ExitCode.locked);
    expect(new UserError('x', { code: 'run_unknown', exitCode: ExitCode.failed }).exitCode).toBe(ExitCode.failed);
  });

  it('stand for a code of somebody else, which is still what is shown', () => {
    const foreign = new UserError('x', receivedCode('SkuNotAvailable', 'azure_failed'));
    expect([foreign.code, foreign.shownCode]).toEqual(['azure_failed', 'SkuNotAvailable']);
    const own = new UserError('x', receivedCode('run_ended', 'azure_failed'));
    expect([own.code, own.shownCode]).toEqual(['run_ended', 'run_ended']);
    expect(isErrorCode('toString')).toBe(false);
  });
});
