import { describe, expect, it } from 'vitest';
import { ERROR_TABLE } from '../../../src/azure/error-table.ts';
import { AzureError, errorOfResponse } from '../../../src/azure/errors.ts';
import { explainFailure, type Failure } from '../../../src/engine/failure.ts';
import { receivedCode, UserError } from '../../../src/shared/errors.ts';

const azureError = (code: string, statusCode?: number, message = 'it is so') =>
  new AzureError({ code, message, statusCode, correlationId: 'c-1', resource: 'Microsoft.App/containerApps/api' });

/** What a step ends with when nothing more can be tried. */
function reportOf(failure: Failure) {
  return failure.report;
}

describe('what a person is told of a failure', () => {
  const codes = ERROR_TABLE.filter(({ kind }) => kind !== 'ok').flatMap(({ codes }) => codes);

  it.each([...new Set(codes), 'NeverHeardOf', 'Http502'])(
    'has the place, the code, the correlation id and the next step, for %s of any class',
    (code) => {
      for (const status of [400, 403, 404, 409, 429, 503, undefined]) {
        const report = reportOf(explainFailure(azureError(code, status)));
        expect(report).toMatchObject({ code, correlationId: 'c-1' });
        expect(report.message).toBe('Microsoft.App/containerApps/api: it is so');
        expect(report.hint).toMatch(/\w{3,}.*\.$/);
      }
    },
  );

  it('names the role that is missing also after the time that a grant may take', () => {
    const failure = explainFailure(azureError('AuthorizationFailed', 403));
    expect(failure).toMatchObject({ kind: 'propagation', report: { hint: expect.stringContaining('Contributor') } });
  });

  it('does not send anybody to look up a code that Azure did not give', () => {
    const { hint } = reportOf(explainFailure(errorOfResponse(502, {}, '<html>')));
    expect(hint).not.toMatch(/look the code up/i);
    expect(reportOf(explainFailure(azureError('NeverHeardOf', 400))).hint).toMatch(/look the code up/i);
  });

  it('keeps the code that Azure gave when it was told in between', () => {
    const error = new UserError('it is so', { ...receivedCode('QuotaExceeded', 'azure_failed'), hint: 'Do this.' });
    expect(error.code).toBe('azure_failed');
    expect(reportOf(explainFailure(error))).toMatchObject({ code: 'QuotaExceeded', hint: 'Do this.' });
  });

  it('asks to report what is a bug', () => {
    expect(reportOf(explainFailure(new TypeError('x is not a function')))).toMatchObject({
      code: 'internal_error',
      hint: expect.stringContaining('report'),
    });
  });
});
