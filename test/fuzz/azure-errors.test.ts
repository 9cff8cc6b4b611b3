import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyError } from '../../src/azure/classify.ts';
import { AzureError, errorOfException, errorOfResponse, retryAfterOf } from '../../src/azure/errors.ts';
import { explainFailure } from '../../src/engine/failure.ts';
import { hostileJson, mutated, mutatedDocument } from './mutations.ts';
import { feed } from './run.ts';

const BODY = {
  error: {
    code: 'DeploymentFailed',
    message: '{"error":{"code":"Inner","message":"{\\"Code\\":\\"Deepest\\",\\"Message\\":\\"why\\"}"}}',
    target: 'x',
    details: [{ code: 'QuotaExceeded', message: 'no cores', details: [{ code: 'A' }, { innererror: { code: 'B' } }] }],
    additionalInfo: [{ type: 'PolicyViolation', info: {} }],
  },
};
const HTML = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>{ not json }</body></html>';
const headers = fc.record(
  {
    'retry-after': mutated('120', '-5', '1e300', 'Wed, 21 Oct 2015 07:28:00 GMT'),
    'x-ms-retry-after-ms': mutated('1500', 'NaN', '1e308'),
    'x-ms-correlation-request-id': mutated('7f1c0f1e-0000-0000-0000-000000000000'),
  },
  { requiredKeys: [] },
);
const status = fc.constantFrom(200, 400, 401, 403, 404, 408, 409, 412, 429, 500, 502, 503, 504, 999);
const body = fc.oneof(mutatedDocument(BODY), hostileJson, mutated(JSON.stringify(BODY), HTML, ''));

const KINDS = ['retry', 'wait', 'propagation', 'ok', 'act', 'end'];

describe('a hostile answer of Azure', () => {
  it('becomes an error with a bounded code, message and wait, and a class', async () => {
    await feed('error answers', 4000, fc.tuple(status, headers, body), ([code, given, answer]) => {
      const error = errorOfResponse(code, given as Record<string, string>, answer);
      expect(error.code).not.toBe('');
      expect(error.code.length).toBeLessThanOrEqual(200);
      expect(error.message.length).toBeLessThanOrEqual(1201);
      const verdict = classifyError(error);
      expect(KINDS).toContain(verdict.kind);
      const failure = explainFailure(error);
      const wait = 'afterInSeconds' in failure ? failure.afterInSeconds : undefined;
      // A durable timer must be able to name the moment.
      expect(new Date(Date.UTC(2026, 0) + (wait ?? 0) * 1000).toISOString()).toMatch(/^20\d\d-/);
    });
  });

  it('never takes a header for a wait before now', async () => {
    await feed('headers', 1500, headers, (given) => {
      expect(retryAfterOf(given as Record<string, string>) ?? 0).toBeGreaterThanOrEqual(0);
    });
  });

  it('is told from a bug, whatever an SDK throws', async () => {
    const thrown = fc.record(
      {
        name: mutated('RestError', 'AbortError'),
        code: mutated('ECONNRESET', 'ERR_INVALID_ARG_TYPE'),
        statusCode: status,
        message: mutated('x'),
      },
      { requiredKeys: [] },
    );
    await feed('thrown errors', 1500, thrown, (fields) => {
      const error = Object.assign(new Error(), fields);
      try {
        expect(errorOfException(error)).toBeInstanceOf(AzureError);
      } catch (again) {
        expect(again).toBe(error);
      }
    });
  });
});
