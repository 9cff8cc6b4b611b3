import { describe, expect, it } from 'vitest';
import { servicesText } from '../../../../src/cli/render/services-text.ts';
import type { BackingService, ServiceStatus, ServicesView } from '../../../../src/domain/api/service-views.ts';

const SERVICE: ServiceStatus = {
  ...{
    key: 'api_gateway',
    name: 'api-gateway',
    id: '/x',
    health: 'degraded',
    ingress: 'internal',
    domains: ['api.example.org'],
  },
  ...{ address: 'https://api-gateway.internal.example.io', image: 'acr.azurecr.io/shop/api@sha256:0123456789abcdef' },
  replicas: { now: 1, min: 1, max: 5 },
  revisions: [
    {
      ...{ name: 'api-gateway--r2', healthState: 'Unhealthy', runningState: 'Degraded', replicas: 1, traffic: 10 },
      ...{ image: null, createdAt: null },
    },
  ],
  driftedVariables: [
    { container: 'api', name: 'LOG_LEVEL', change: 'changed' },
    { container: 'api', name: 'DEBUG', change: 'added' },
  ],
  ...{ otherDrift: 2, portal: 'https://portal.azure.com/#@t/resource/x', unread: null },
};
const DATABASE: BackingService = {
  ...{ key: 'postgresql', name: 'pg', id: '/y', type: 't', health: 'not_ready', state: 'Stopped' },
  ...{ address: 'pg.postgres.database.azure.com', portal: 'https://portal.azure.com/#@t/resource/y', unread: null },
};
const view: ServicesView = {
  ...{ at: '2026-11-30T18:00:00.000Z', health: 'degraded', comparedWith: 'r' },
  ...{ services: [SERVICE], backing: [DATABASE] },
};

describe('the services, for people', () => {
  it('are told with everything that is known of each', () => {
    expect(servicesText(view, Number.POSITIVE_INFINITY)).toEqual([
      'Services, as Azure says at 2026-11-30T18:00:00Z',
      '  ✗ api_gateway             degraded        1 replica of 1–5',
      '      address   https://api-gateway.internal.example.io (internal)',
      '      address   https://api.example.org',
      '      image     shop/api@0123456789ab',
      '      revision  api-gateway--r2  10 % of the traffic, 1 replica, Unhealthy, Degraded',
      '      changed   variables LOG_LEVEL, DEBUG (added)',
      '      changed   2 other fields, see draftgenie-deploy drift',
      '      portal    https://portal.azure.com/#@t/resource/x',
      '  ✗ postgresql              not ready       Stopped',
      '      address   pg.postgres.database.azure.com',
      '      portal    https://portal.azure.com/#@t/resource/y',
    ]);
  });

  it('are told with what is not known, and why', () => {
    const unread = 'no right to read revisions';
    const service: ServiceStatus = {
      ...SERVICE,
      health: 'unknown',
      replicas: null,
      revisions: [],
      driftedVariables: null,
      otherDrift: null,
      unread,
    };
    const lines = servicesText({ ...view, services: [service], backing: [] }, Number.POSITIVE_INFINITY);
    expect(lines[1]).toBe('  ? api_gateway             unknown');
    expect(lines).toContain(`      unread    ${unread}`);
    expect(servicesText({ ...view, services: [], backing: [] }, 80)).toEqual(['No services are deployed']);
  });

  it.each([20, 40, 80])('are no wider than %i columns, but for words that are', (columns) => {
    // A word that is too long stays whole, at the end of its line.
    const beginnings = servicesText(view, columns).map((line) => line.replace(/\s*\S+$/, ''));
    expect(beginnings.filter((text) => text.length > columns)).toEqual([]);
  });
});
