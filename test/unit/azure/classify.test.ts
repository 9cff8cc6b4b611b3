import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classifyError, type ErrorClass } from '../../../src/azure/classify.ts';
import { ERROR_TABLE } from '../../../src/azure/error-table.ts';
import { AzureError, errorOfResponse } from '../../../src/azure/errors.ts';

const failing = (code: string, statusCode?: number, message = '', retryAfterInSeconds?: number) =>
  new AzureError({ code, message, statusCode, retryAfterInSeconds });

describe('the table of errors', () => {
  const codes = ERROR_TABLE.flatMap((row) => row.codes.map((code) => [code, row] as const)).filter(
    ([, row]) => !row.when,
  );

  it.each(codes)('decides %s by its row, in any case of its letters', (code, { kind }) => {
    expect(classifyError(failing(code)).kind).toBe(kind);
    expect(classifyError(failing(code.toUpperCase())).kind).toBe(kind);
  });

  it('says what the user can do for every error that ends a run', () => {
    const silent = ERROR_TABLE.filter(({ kind, hint }) => kind !== 'ok' && hint.trim() === '');
    expect(silent).toEqual([]);
  });

  it('has no row that an earlier one hides', () => {
    const hidden = ERROR_TABLE.flatMap((row, index) =>
      row.codes.filter((code) => ERROR_TABLE.slice(0, index).some((one) => !one.when && one.codes.includes(code))),
    );
    expect(hidden).toEqual([]);
  });

  it('has a row for every code that Azure is known to answer with', () => {
    const known = new Set(ERROR_TABLE.flatMap((row) => row.codes.map((code) => code.toLowerCase())));
    const { codes } = JSON.parse(
      readFileSync(new URL('../../fixtures/azure/error-codes.json', import.meta.url), 'utf8'),
    ) as { codes: readonly string[] };
    expect(codes.length).toBeGreaterThan(60);
    expect(codes.filter((code) => !known.has(code.toLowerCase()))).toEqual([]);
  });
});

const vaultRefusal = (code: string) =>
  errorOfResponse(403, {}, { error: { code: 'Forbidden', message: 'not allowed', innererror: { code } } });

describe('an error means', () => {
  const cases: readonly (readonly [string, AzureError, Partial<ErrorClass>])[] = [
    [
      'try again when throttled by text',
      failing('OperationNotAllowed', 429, 'Throttled: slow down'),
      { kind: 'retry' },
    ],
    ['wait for another operation', failing('ContainerAppOperationInProgress', 409), { kind: 'wait' }],
    [
      'propagation when an identity cannot read its secret yet',
      failing('InvalidParameterValueInContainerTemplate', 400, 'Unable to get value using Managed identity /x'),
      { kind: 'propagation', limitInSeconds: 600 },
    ],
    [
      'the end when a template is wrong',
      failing('InvalidParameterValueInContainerTemplate', 400, 'cpu'),
      { kind: 'end' },
    ],
    [
      'propagation when an image cannot be pulled yet',
      failing(
        'ContainerAppOperationError',
        undefined,
        'GET https://x.azurecr.io: UNAUTHORIZED: authentication required',
      ),
      { kind: 'propagation' },
    ],
    [
      'the end for a disabled secret, within a code that roles have as well',
      vaultRefusal('SecretDisabled'),
      { kind: 'act' },
    ],
    ['the end for the firewall of a vault', vaultRefusal('ForbiddenByFirewall'), { kind: 'act' }],
    ['propagation for a role on a vault', vaultRefusal('ForbiddenByRbac'), { kind: 'propagation' }],
    ['the end for a principal of another directory', failing('PrincipalNotFound', 400), { kind: 'end' }],
    [
      'the end for a vault of another tenant',
      failing('Unauthorized', 401, 'AKV10032: Invalid issuer. Expected one of https://sts.windows.net/a/'),
      { kind: 'end', hint: expect.stringContaining('another tenant') },
    ],
    [
      'recovery when a deleted vault holds the name',
      failing('ConflictError', 409, 'A vault with the same name already exists in deleted state.'),
      { kind: 'act', hint: expect.stringContaining('recover it') },
    ],
    ['a few tries for a plain conflict', failing('Conflict', 409, 'busy'), { kind: 'retry' }],
    ['30 seconds for a throttle that does not say', failing('Unheard', 429), { kind: 'retry', afterInSeconds: 30 }],
    ['try again for a server error of any code', failing('Unheard', 503), { kind: 'retry' }],
    ['the end for an unknown refusal', failing('Unheard', 422), { kind: 'end' }],
    [
      'a role for who may not read a workspace, whether it was asked with --since or because no replica runs',
      failing('InsufficientAccessError', 403),
      { kind: 'act', hint: expect.stringMatching(/--since, and where no replica runs: .*Log Analytics Reader/) },
    ],
    ['try again without an answer', failing('ConnectionFailed'), { kind: 'retry' }],
  ];
  it.each(cases)('%s', (_, error, expected) => {
    expect(classifyError(error)).toMatchObject(expected);
  });

  it('what its deepest known code says, when a service puts one of its own inside', () => {
    const body = {
      error: { code: 'QuotaExceeded', message: 'x', details: [{ code: 'SomethingOfTheService', message: 'no cores' }] },
    };
    expect(classifyError(errorOfResponse(409, {}, body))).toMatchObject({ kind: 'end' });
  });

  it('success when what is to be deleted is gone, and nothing else then', () => {
    const missing = failing('ResourceNotFound', 404);
    expect(classifyError(missing, { operation: 'delete' })).toMatchObject({ kind: 'ok' });
    expect(classifyError(missing, { operation: 'write' }).kind).not.toBe('ok');
    expect(classifyError(failing('AuthorizationFailed', 403), { operation: 'delete' }).kind).not.toBe('ok');
  });

  it.each(['ServiceUnavailable', 'AnotherOperationInProgress', 'ForbiddenByRbac', 'Unheard'])(
    'to come back when the answer says, for %s',
    (code) => {
      expect(classifyError(failing(code, 503, '', 1.5))).toMatchObject({ afterInSeconds: 1.5 });
    },
  );
});
