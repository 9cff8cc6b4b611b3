import { describe, expect, it } from 'vitest';
import { isHidden, shownValue } from '../../../src/domain/shown-value.ts';

describe('what is shown of a body', () => {
  it.each([
    'properties.template.containers[api].env[KEY].value',
    'properties.template.containers[api].env[NEW]',
    'properties.configuration.secrets[db].value',
    'properties.administratorLoginPassword',
    'properties.template.containers[api].probes[Liveness].httpGet.httpHeaders[X-Key].value',
    'properties.template.containers[api].command',
    'properties.template.containers[api].args',
    'properties.appLogsConfiguration.logAnalyticsConfiguration.sharedKey',
    'properties.daprAIConnectionString',
    'properties.daprAIInstrumentationKey',
    'properties.template.accessToken',
  ])('is not %s, which may be a secret', (path) => {
    expect(isHidden(path)).toBe(true);
    expect(shownValue(path, 'hush')).toBe('(hidden)');
    expect(shownValue(path, undefined)).toBe('(none)');
  });

  it.each([
    'properties.configuration.secrets[db].keyVaultUrl',
    'properties.configuration.secrets[db].identity',
    'properties.template.containers[api].env[KEY].secretRef',
    'properties.configuration.registries[acr].passwordSecretRef',
    'properties.environmentId',
    'properties.template.scale.maxReplicas',
  ])('is %s, which names a secret at most', (path) => {
    expect(isHidden(path)).toBe(false);
    expect(shownValue(path, 'text')).toBe('text');
  });

  it('is a container that somebody added, without the values of its variables', () => {
    const sidecar = { name: 'sidecar', image: 'a:1', env: [{ name: 'KEY', value: 'hush' }], args: ['--key=hush'] };
    expect(shownValue('properties.template.containers[sidecar]', sidecar)).toBe(
      '{"name":"sidecar","image":"a:1","env":"(hidden)","args":"(hidden)"}',
    );
  });
});
