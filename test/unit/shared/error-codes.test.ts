import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorsPage } from '../../../scripts/errors-page.ts';
import { ERROR_TABLE } from '../../../src/azure/error-table.ts';
import type { ErrorDescription } from '../../../src/shared/error-codes/description.ts';
import { ERROR_CODES, isErrorCode } from '../../../src/shared/error-codes.ts';
import { ExitCode, receivedCode, UserError } from '../../../src/shared/errors.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function sourceTexts(): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('simulator'))
    .map((path) => ({ path, text: readFileSync(join(ROOT, 'src', path), 'utf8') }));
}

/** Codes that are written as text, also where no type asks for a documented one. */
function codesInSources(): readonly string[] {
  return sourceTexts()
    .flatMap(({ text }) => [...text.matchAll(/\bcode: '(\w+)'/g)])
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

  it('end with 64 where the command, the request, the configuration or a setting is wrong, and nowhere else', () => {
    const usage = Object.entries(ERROR_CODES).filter(([, { exitCode }]) => exitCode === ExitCode.usage);
    expect(usage.length).toBeGreaterThan(30);
    for (const [code, row] of usage) {
      expect(row, code).toMatchObject({ wrong: expect.stringMatching(/^(command|request|configuration|setting)$/) });
      // What conflicts with the state, may not be done, or is away for now, was asked for rightly.
      expect([undefined, 400, 404, 413, 415, 422], code).toContain(row.status);
    }
    // @ts-expect-error: a row that ends with 64 and does not say what is wrong
    const unexplained: ErrorDescription = { meaning: 'm', next: 'n', exitCode: ExitCode.usage };
    expect(unexplained).not.toHaveProperty('wrong');
  });

  it('are not made 64 by a place that stops', () => {
    const places = sourceTexts().flatMap(({ path, text }) => (/ExitCode\.usage|exitCode: 64/.test(text) ? [path] : []));
    // The command line's own words, and codes of an app that only a newer version knows.
    expect(places.filter((path) => !path.startsWith('shared/error-codes/')).sort()).toEqual([
      'cli/exit.ts',
      'cli/print-only.ts',
      'domain/api/exit-code.ts',
    ]);
  });

  it('stand for a code of somebody else, which is still what is shown', () => {
    const foreign = new UserError('x', receivedCode('SkuNotAvailable', 'azure_failed'));
    expect([foreign.code, foreign.shownCode]).toEqual(['azure_failed', 'SkuNotAvailable']);
    const own = new UserError('x', receivedCode('run_ended', 'azure_failed'));
    expect([own.code, own.shownCode]).toEqual(['run_ended', 'run_ended']);
    expect(isErrorCode('toString')).toBe(false);
  });
});
