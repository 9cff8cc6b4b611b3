import { describe, expect, it } from 'vitest';
import { authenticated } from '../../../../src/simulator/app-service/easy-auth.ts';
import { isLetIn } from '../../../../src/simulator/app-service/ip-rules.ts';
import { pauseAfter } from '../../../../src/simulator/event-grid/retry-schedule.ts';

const ANYBODY = { address: '203.0.113.9', tags: [] };
const EVENT_GRID = { address: '203.0.113.10', tags: ['AzureEventGrid'] };
const EVENTS = { tag: 'ServiceTag', ipAddress: 'AzureEventGrid', action: 'Allow', priority: 200 };

describe('access rules of an app', () => {
  it.each([
    ['everybody without any', {}, ANYBODY, true],
    ['those of a service tag', { ipSecurityRestrictions: [EVENTS] }, EVENT_GRID, true],
    ['nobody else then', { ipSecurityRestrictions: [EVENTS] }, ANYBODY, false],
    [
      'everybody else by default',
      { ipSecurityRestrictions: [EVENTS], ipSecurityRestrictionsDefaultAction: 'Allow' },
      ANYBODY,
      true,
    ],
    [
      'by the first that fits',
      { ipSecurityRestrictions: [EVENTS, { ipAddress: '203.0.113.0/24', action: 'Deny', priority: 100 }] },
      EVENT_GRID,
      false,
    ],
    ['nobody by a default alone', { ipSecurityRestrictionsDefaultAction: 'Deny' }, ANYBODY, false],
  ])('let in %s', (_, config, caller, outcome) => {
    expect(isLetIn(config, caller)).toBe(outcome);
  });
});

describe('built-in authentication', () => {
  const settings = {
    platform: { enabled: true },
    globalValidation: {
      requireAuthentication: true,
      unauthenticatedClientAction: 'Return401',
      excludedPaths: ['/runtime/webhooks/blobs', '/open/*'],
    },
    identityProviders: { azureActiveDirectory: { registration: { clientId: 'app' } } },
  };
  const read = (token: string) =>
    token === 'good' ? { oid: 'me', aud: 'api://app' } : token === 'other' ? { oid: 'me', aud: 'else' } : undefined;
  const ask = (url: string, token?: string) =>
    authenticated(settings, { url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }, read);

  it('tells the app who has signed in, and refuses who has not but where it is open', () => {
    expect(ask('/api/health', 'good').headers['x-ms-client-principal-id']).toBe('me');
    expect([ask('/api/health').status, ask('/api/health', 'other').status, ask('/api/health', 'bad').status]).toEqual([
      401, 403, 401,
    ]);
    expect([ask('/runtime/webhooks/blobs?code=key').status, ask('/open/door').status]).toEqual([undefined, undefined]);
    expect([ask('/runtime/webhooks/durabletask').status, ask('/opened').status]).toEqual([401, 401]);
  });

  it('stands in nobody’s way where it is off', () => {
    expect(authenticated({}, { url: '/', headers: {} }, read)).toEqual({ headers: {} });
  });
});

it('what is refused for good is not delivered again, and the rest later and later', () => {
  expect([400, 401, 413].map((status) => pauseAfter(1, status))).toEqual([undefined, undefined, undefined]);
  expect([pauseAfter(1, 500), pauseAfter(2, 500), pauseAfter(40, 500)]).toEqual([10, 30, 43_200]);
  expect([pauseAfter(1, 503), pauseAfter(1, 404)]).toEqual([30, 300]);
});
