import { inspect } from 'node:util';
import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { AuthenticationError, CredentialUnavailableError } from '@azure/identity';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyError } from '../../../src/azure/classify.ts';
import { AzureError, errorOfException, errorOfResponse, retryAfterOf } from '../../../src/azure/errors.ts';

const of = (body: unknown, status = 400) => errorOfResponse(status, {}, body);

describe('an error of Azure', () => {
  it('has the code of the deepest detail, and names those on the way', () => {
    const error = of({
      error: {
        code: 'DeploymentFailed',
        message: 'See details.',
        details: [
          {
            code: 'ResourceDeploymentFailure',
            message: 'Failed.',
            details: [{ code: 'LocationIsOfferRestricted', message: 'Try again later.', target: 'location' }],
          },
        ],
      },
    });
    expect(error).toMatchObject({
      code: 'LocationIsOfferRestricted',
      message: 'Try again later.',
      target: 'location',
      codes: ['DeploymentFailed', 'ResourceDeploymentFailure', 'LocationIsOfferRestricted'],
    });
  });

  it('reads a message that is JSON text itself', () => {
    const inner = JSON.stringify({ error: { code: 'SkuNotAvailable', message: 'Not here.' } });
    expect(of({ error: { code: 'Conflict', message: inner } })).toMatchObject({
      code: 'SkuNotAvailable',
      message: 'Not here.',
    });
  });

  it('reads capitalised bodies without a wrapper, as Microsoft.Web answers them', () => {
    const body = {
      Code: 'NotFound',
      Message: 'Cannot find it.',
      Target: null,
      Details: [{ Message: 'Cannot find it.' }],
    };
    expect(of(body, 404)).toMatchObject({ code: 'NotFound', message: 'Cannot find it.', statusCode: 404 });
  });

  it('reads the inner error of a vault, which tells a missing role from a firewall', () => {
    const body = { error: { code: 'Forbidden', message: 'Not authorized.', innererror: { code: 'ForbiddenByRbac' } } };
    expect(of(body, 403)).toMatchObject({ code: 'ForbiddenByRbac', message: 'Not authorized.' });
  });

  it('reads the errors of a registry', () => {
    const body = { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required', detail: null }] };
    expect(of(body, 401)).toMatchObject({ code: 'UNAUTHORIZED', message: 'authentication required' });
  });

  it.each([[''], [undefined], ['<html><body>502 Bad Gateway</body></html>'], ['{ not json }'], [[]]])(
    'falls back on the status for a body without a code: %j',
    (body) => {
      expect(of(body, 502)).toMatchObject({ code: 'Http502', statusCode: 502 });
    },
  );

  it('names the policies that forbid something', () => {
    const policy = (info: object) => ({ type: 'PolicyViolation', info });
    const error = {
      code: 'RequestDisallowedByPolicy',
      message: "Resource 'x' was disallowed by policy.",
      additionalInfo: [
        policy({ policyDefinitionDisplayName: 'Allowed locations', policyAssignmentDisplayName: 'Only Europe' }),
        policy({ policyAssignmentName: 'require-tags' }),
        policy({ evaluationDetails: {} }),
        null,
      ],
    };
    const message = "Resource 'x' was disallowed by policy. Policies: Only Europe (Allowed locations), require-tags";
    expect(of({ error }, 403)).toMatchObject({ code: 'RequestDisallowedByPolicy', message });
    expect(of({ error: { code: 'InvalidTemplateDeployment', message: 'No.', details: [error] } }, 400)).toMatchObject({
      message,
    });
  });

  it('keeps what support asks for', () => {
    const headers = { 'x-ms-correlation-request-id': 'c-1', 'x-ms-request-id': 'r-1' };
    expect(errorOfResponse(500, headers, '')).toMatchObject({ correlationId: 'c-1', requestId: 'r-1' });
  });

  it('never fails on a body, however strange', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (body) => {
        expect(of(body)).toBeInstanceOf(AzureError);
        expect(of({ error: body }).code).not.toBe('');
      }),
    );
  });

  it.each([
    ['https://x.blob.core.windows.net/c/a.tar.gz?se=2026&sig=abcdEFGH%2B12&sp=cw', 'abcdEFGH'],
    ['Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789', 'abcdefghijklmnop'],
    ['token eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJ4In0.c2lnbmF0dXJl', 'eyJvaWQi'],
    ['AccountKey=Zm9vYmFyYmF6cXV4;EndpointSuffix=x', 'Zm9vYmFy'],
    ['postgres://admin:hunter2hunter2@host/db', 'hunter2hunter2'],
  ])('does not show the credential in %s', (message, secret) => {
    const error = of({ error: { code: 'X', message } });
    expect(error.message).not.toContain(secret);
    expect(inspect(error, { depth: 10 })).not.toContain(secret);
  });

  it('is cut to what a person reads', () => {
    expect(of({ error: { code: 'X', message: 'a'.repeat(100_000) } }).message.length).toBeLessThan(1500);
  });
});

describe('an exception of an SDK', () => {
  it('does not carry its request along, whose headers and body hold secrets', () => {
    const request = createPipelineRequest({
      url: 'https://kv.vault.azure.net/secrets/a?api-version=1',
      method: 'PUT',
      headers: createHttpHeaders({ authorization: 'Bearer SECRET-TOKEN-0123456789' }),
      body: JSON.stringify({ value: 'hunter2hunter2' }),
    });
    const thrown = new RestError('Forbidden', { code: 'Forbidden', statusCode: 403, request });
    const seen = inspect(errorOfException(thrown), { depth: 10, showHidden: true });
    expect(seen).toContain('Forbidden');
    expect(seen).not.toContain('SECRET-TOKEN');
    expect(seen).not.toContain('hunter2');
  });

  it('with a status keeps its code and message', () => {
    const thrown = new RestError('A secret with (name/id) a was not found', {
      code: 'SecretNotFound',
      statusCode: 404,
    });
    expect(errorOfException(thrown)).toMatchObject({
      code: 'SecretNotFound',
      statusCode: 404,
      message: 'A secret with (name/id) a was not found',
    });
  });

  it.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EAI_AGAIN'])(
    'without an answer (%s) is a lost connection',
    (code) => {
      expect(errorOfException(new RestError('no answer', { code }))).toMatchObject({
        code: 'ConnectionFailed',
        statusCode: undefined,
      });
    },
  );

  it('for a name that leads nowhere is no lost connection', () => {
    const error = new RestError('getaddrinfo', { code: 'ENOTFOUND' });
    expect(errorOfException(error)).toMatchObject({ code: 'HostNotFound', statusCode: undefined });
  });

  it.each([
    [
      new AuthenticationError(401, {
        error: 'invalid_client',
        error_description: 'AADSTS700024: Client assertion is not within its valid time range.',
      }),
      'AADSTS700024',
      /^The pipeline's OIDC token has expired: start the job again/,
    ],
    [
      new CredentialUnavailableError('Please run az login. AADSTS700024: Client assertion expired.'),
      'AADSTS700024',
      /^The pipeline's OIDC token/,
    ],
    [new CredentialUnavailableError("AADSTS90002: Tenant 'x' not found."), 'AADSTS90002', /another tenant/],
    [new CredentialUnavailableError('AADSTS1: never heard of.'), 'AADSTS1', /^Sign in with az login/],
    [new CredentialUnavailableError('Please run az login.'), 'CredentialUnavailable', /^Sign in with az login/],
  ])('of a sign-in has the code of Entra, and advice that fits it: %s', (thrown, code, advice) => {
    const error = errorOfException(thrown);
    expect(error.code).toBe(code);
    expect(classifyError(error)).toMatchObject({ kind: 'end', hint: expect.stringMatching(advice) });
  });

  it('that timed out is a lost connection', () => {
    const aborted = Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });
    expect(errorOfException(aborted)).toMatchObject({ code: 'ConnectionFailed' });
  });

  it.each([
    new TypeError('x is not a function'),
    Object.assign(new TypeError('bad'), { code: 'ERR_INVALID_ARG_TYPE' }),
  ])('that is a bug of ours stays a bug: %s', (bug) => {
    expect(() => errorOfException(bug)).toThrow(bug);
  });
});

describe('the time an answer asks for', () => {
  it.each([
    [{ 'x-ms-retry-after-ms': '250', 'retry-after': '9' }, 0.25],
    [{ 'retry-after-ms': '1500' }, 1.5],
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '0.5' }, 0.5],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('is read from %j as %s', (headers, expected) => {
    expect(retryAfterOf(headers)).toBe(expected);
  });

  it('is never negative for a date that has passed', () => {
    expect(retryAfterOf({ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' })).toBe(0);
  });

  it('has no limit but the longest timer', () => {
    const year = 365 * 24 * 3600;
    expect(retryAfterOf({ 'retry-after': String(2 * year) })).toBe(2 * year);
    expect(retryAfterOf({ 'x-ms-retry-after-ms': String(2000 * year) })).toBe(2 * year);
    expect(retryAfterOf({ 'retry-after': '9'.repeat(30) })).toBe(10 * year);
    expect(retryAfterOf({ 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' })).toBe(10 * year);
  });

  it.each(['1e300', '0x10', 'Infinity', 'soon', '', ' ', '12 apples'])('is none for what is no time: %j', (text) => {
    expect(retryAfterOf({ 'retry-after': text, 'x-ms-retry-after-ms': text })).toBeUndefined();
  });
});
