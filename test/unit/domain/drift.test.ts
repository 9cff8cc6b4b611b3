import { describe, expect, it } from 'vitest';
import { driftOf, repairingSteps } from '../../../src/domain/drift.ts';
import { driftReasons, driftText } from '../../../src/domain/drift-check/drift-text.ts';

const RESOURCE = { key: 'app:api', id: '/subscriptions/s', step: 'deploy_application_services' } as const;

describe('driftOf', () => {
  it('has the danger of what is always so', () => {
    const open = { path: 'properties.tls', expected: '1.2', found: '1.0', danger: 'it can be read' };
    expect(driftOf(RESOURCE, open).danger).toBe('it can be read');
    expect(driftOf(RESOURCE, { path: 'a', expected: 1, found: 2 })).not.toHaveProperty('danger');
  });

  it.each([
    [{ path: 'tags.Team', expected: 'a', found: 'b' }, 'app:api tags.Team: a → b'],
    [{ path: 'properties.n', expected: 3, found: undefined }, 'app:api properties.n: 3 → (none)'],
    [{ path: '', expected: 'present', found: 'absent' }, 'app:api: present → absent'],
    [
      { path: 'p.containers[api].env[KEY].value', expected: 'hush', found: 'whisper' },
      'app:api p.containers[api].env[KEY].value: the value that was deployed → another value',
    ],
    [
      { path: 'p.containers[api].env[NEW]', expected: null, found: { name: 'NEW', value: 'hush' } },
      'app:api p.containers[api].env[NEW]: (none) → another value',
    ],
    [
      { path: 'p.secrets[db].value', expected: 'hush', found: undefined },
      'app:api p.secrets[db].value: the value that was deployed → (none)',
    ],
    [
      { path: 'p.secrets[db].keyVaultUrl', expected: 'https://v/1', found: 'https://v/2' },
      'app:api p.secrets[db].keyVaultUrl: https://v/1 → https://v/2',
    ],
    [
      { path: 'p.containers[api].command', expected: ['a'], found: ['hush'] },
      'app:api p.containers[api].command: the value that was deployed → another value',
    ],
    [
      { path: 'p.containers[more]', expected: null, found: { name: 'more', env: [{ name: 'KEY', value: 'hush' }] } },
      'app:api p.containers[more]: (none) → {"name":"more","env":"(hidden)"}',
    ],
    [
      { path: 'p.logAnalyticsConfiguration.sharedKey', expected: 'hush', found: 'whisper' },
      'app:api p.logAnalyticsConfiguration.sharedKey: the value that was deployed → another value',
    ],
  ])('tells of %j no more than it may', (difference, text) => {
    expect(driftText(driftOf(RESOURCE, difference))).toBe(text);
  });
});

it('a plan is told the first differences of each step and how many more there are', () => {
  const drift = ['a', 'b', 'c', 'd'].map((path) => driftOf(RESOURCE, { path, expected: 1, found: 2 }));
  expect(driftReasons(drift, 'deploy_application_services')).toEqual([
    'changed outside: app:api a: 1 → 2; app:api b: 1 → 2; app:api c: 1 → 2; and 1 more',
  ]);
  expect(driftReasons(drift, 'create_monitoring')).toEqual([]);
});

it('what a repair leaves is told as such, and is no reason for a step to run', () => {
  const foreign = driftOf(RESOURCE, { path: 'a', expected: 1, found: 2 }, false);
  expect(driftText(foreign)).toBe('app:api a: 1 → 2 (not in the configuration: a repair leaves it)');
  expect(driftReasons([foreign], 'deploy_application_services')).toEqual([]);
  expect(repairingSteps([foreign])).toEqual([]);
});

it('a repair hands a new revision on and looks at the result', () => {
  const one = driftOf(RESOURCE, { path: 'a', expected: 1, found: 2 });
  expect(repairingSteps([one])).toEqual([
    'deploy_application_services',
    'configure_environment_variables',
    'verify_deployment',
  ]);
  expect(repairingSteps([{ ...one, step: 'create_monitoring' }])).toEqual(['create_monitoring', 'verify_deployment']);
  expect(repairingSteps([{ ...one, step: 'store_secrets' }])).toEqual([
    'store_secrets',
    'deploy_infrastructure_services',
    'deploy_application_services',
    'configure_environment_variables',
    'run_migrations',
    'verify_deployment',
  ]);
});
