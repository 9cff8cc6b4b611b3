import { describe, expect, it } from 'vitest';
import type { RevisionView } from '../../../../src/azure/ports.ts';
import { appStatus, healthOf, worstOf } from '../../../../src/planning/services/app-status.ts';
import { variableDrift } from '../../../../src/planning/services/variable-drift.ts';

function revision(changes: Partial<RevisionView> = {}): RevisionView {
  return {
    name: 'api--one',
    active: true,
    healthState: 'Healthy',
    runningState: 'Running',
    provisioningState: 'Provisioned',
    replicas: 1,
    trafficWeight: 100,
    image: 'registry.azurecr.io/api:1',
    createdTime: '2026-11-01T00:00:00.000Z',
    template: { scale: { minReplicas: 1, maxReplicas: 4 } },
    ...changes,
  };
}

const traffic = (...shares: readonly (readonly [string, number])[]) => ({
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.App/containerApps/api',
  properties: {
    latestRevisionName: 'api--two',
    configuration: {
      activeRevisionsMode: 'Multiple',
      ingress: {
        external: true,
        fqdn: 'api.example.io',
        traffic: shares.map(([revisionName, weight]) => ({ revisionName, weight })),
      },
    },
  },
});

it('the worst of several healths is that which needs somebody most', () => {
  expect(worstOf(['healthy', 'unhealthy', 'scaled_to_zero'])).toBe('unhealthy');
  expect(worstOf(['healthy', 'scaled_to_zero'])).toBe('scaled_to_zero');
  expect(worstOf([])).toBeUndefined();
});

describe('the health of a revision', () => {
  it.each([
    [{}, 'healthy'],
    [{ active: false }, 'stopped'],
    [{ runningState: 'Stopped' }, 'stopped'],
    [{ healthState: 'Unhealthy', runningState: 'Degraded' }, 'degraded'],
    [{ healthState: 'Unhealthy', runningState: 'Failed' }, 'unhealthy'],
    [{ runningState: 'ActivationFailed', healthState: 'None' }, 'unhealthy'],
    [{ provisioningState: 'Failed', healthState: 'None' }, 'unhealthy'],
    [{ healthState: 'None', runningState: 'ScaledToZero', replicas: 0 }, 'scaled_to_zero'],
    [{ healthState: 'None', runningState: 'Unknown', replicas: 0 }, 'scaled_to_zero'],
    [{ healthState: 'None', runningState: 'Activating' }, 'starting'],
    [{ healthState: 'None', provisioningState: 'Provisioning', replicas: 0 }, 'starting'],
    [{ healthState: 'None', runningState: 'Running' }, 'unknown'],
    [{ runningState: 'RunningAtMaxScale' }, 'healthy'],
  ])('of %j is %s', (changes, expected) => {
    expect(healthOf(revision(changes))).toBe(expected);
  });
});

describe('a service', () => {
  it('is as bad as the worst of the revisions that have traffic, and shows the one with the most', () => {
    const older = revision({ trafficWeight: 90 });
    const newer = revision({
      ...{ name: 'api--two', image: 'registry.azurecr.io/api:2', trafficWeight: 10, replicas: 2 },
      ...{ healthState: 'Unhealthy', createdTime: '2026-11-02T00:00:00.000Z' },
    });
    const untouched = revision({ name: 'api--none', trafficWeight: 0, runningState: 'Failed' });
    const status = appStatus(traffic(['api--one', 90], ['api--two', 10]), [older, untouched, newer]);
    expect(status).toMatchObject({
      ...{ health: 'unhealthy', image: 'registry.azurecr.io/api:1', address: 'https://api.example.io' },
      replicas: { now: 3, min: 1, max: 4 },
    });
    expect(status.revisions.map(({ name, traffic: share }) => [name, share])).toEqual([
      ['api--two', 10],
      ['api--one', 90],
      ['api--none', 0],
    ]);
  });

  it('after a rollback is that of the revision that was gone back to, whatever became of the newest', () => {
    const back = revision();
    const newest = revision({ name: 'api--two', active: false, trafficWeight: 0, healthState: 'Unhealthy' });
    expect(appStatus(traffic(['api--one', 100]), [newest, back])).toMatchObject({
      ...{ health: 'healthy', image: 'registry.azurecr.io/api:1' },
      revisions: [{ name: 'api--one', traffic: 100 }],
    });
  });

  it('of which no revision is active is stopped; whose revisions may not be read is unknown', () => {
    expect(appStatus(traffic(), [revision({ active: false })])).toMatchObject({ health: 'stopped', revisions: [] });
    expect(appStatus(traffic(), undefined)).toMatchObject({ health: 'unknown', replicas: null });
  });

  it('over tcp has an address with its port, and without a scale that of Azure', () => {
    const ingress = { external: false, fqdn: 'mq.internal.io', transport: 'Tcp', targetPort: 5672 };
    const app = { id: 'x', properties: { configuration: { ingress } } };
    expect(appStatus(app, [revision({ template: {} })])).toMatchObject({
      ...{ address: 'mq.internal.io:5672', ingress: 'internal' },
      replicas: { now: 1, min: 0, max: 10 },
    });
  });
});

it('variables that drifted are told by their names, once each; what else drifted is counted', () => {
  const about = { key: 'app:api', id: 'x', step: 'create_key_vault', repaired: true } as const;
  const at = (path: string, expected: string, found: string) => ({ ...about, path, expected, found });
  const env = 'properties.template.containers[api].env';
  const { variables, others } = variableDrift([
    at(`${env}[LOG].value`, 'the value that was deployed', 'another value'),
    at(`${env}[LOG].secretRef`, '(none)', 'x'),
    at(`${env}[NEW]`, '(none)', 'another value'),
    at(`${env}[OLD]`, 'the value that was deployed', '(none)'),
    at('properties.template.scale.maxReplicas', '3', '5'),
  ]);
  expect(variables).toEqual([
    { container: 'api', name: 'LOG', change: 'changed' },
    { container: 'api', name: 'NEW', change: 'added' },
    { container: 'api', name: 'OLD', change: 'removed' },
  ]);
  expect(others).toBe(1);
});
