import { expect, it } from 'vitest';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { groupDraft } from '../../../../src/init/group/group-draft.ts';
import type { LiveGroup } from '../../../../src/init/group/live.ts';
import { configurationText } from '../../../../src/init/write/configuration-text.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const ENVIRONMENT = '/g/providers/Microsoft.App/managedEnvironments/apps';

/** A group with one app, of which this is said. */
function draft(configuration: JsonObject, container: JsonObject, scale: JsonObject = {}) {
  const app = {
    properties: {
      environmentId: ENVIRONMENT,
      configuration,
      template: { containers: [{ name: 'worker', image: 'ghcr.io/shop/worker:1', ...container }], scale },
    },
  };
  const resource = (type: string, name: string, body: JsonObject) => ({
    id: `/g/providers/${type}/${name}`,
    type,
    name,
    body,
  });
  const group: LiveGroup = {
    subscriptionId: '0b1f6471-1bf0-4dda-aec3-111122223333',
    name: 'shop-rg',
    location: 'eastus',
    resources: [
      resource('Microsoft.App/managedEnvironments', 'apps', { location: 'East US' }),
      resource('Microsoft.KeyVault/vaults', 'shop-kv', { location: 'eastus' }),
      resource('Microsoft.App/containerApps', 'worker', app),
    ],
  };
  const isAccountedFor = (_: string, path: string): boolean => path === 'properties.environmentId';
  const made = groupDraft(group, { isAccountedFor, isCompanion: () => false });
  if (!made.ok) throw new Error('there is an environment');
  const text = configurationText(made.draft, { lines: [] });
  const parsed = parseConfig(text);
  return {
    ...made.draft,
    text,
    service: parsed.ok ? parsed.parsed.config.services.infrastructure[0] : parsed.problems,
  };
}

it('a worker that nobody calls is one in the configuration, too', () => {
  expect(draft({}, {}, { maxReplicas: 2 }).service).toMatchObject({ key: 'worker', ingress: 'none', maxReplicas: 2 });
});

it('what looks like a reference in a variable stays the text that it is', () => {
  const { text, service } = draft({}, { env: [{ name: 'TEMPLATE', value: 'a ${{b}}' }] });
  expect(text).toContain('a $${{b}}');
  expect(service).toMatchObject({ env: { TEMPLATE: { kind: 'reference', text: 'a $${{b}}' } } });
});

it('a credential in a command, a probe or a rule is written nowhere, and its place is told', () => {
  const probe = { type: 'Liveness', httpGet: { port: 80, httpHeaders: [{ name: 'Authorization', value: 'hush-1' }] } };
  const rule = { name: 'queue', custom: { type: 'rabbitmq', metadata: { host: 'amqp://me:hush-2@bus' } } };
  const container = { args: ['--bus', 'amqp://me:hush-3@bus'], probes: [probe] };
  const { text, leftovers, config } = draft({}, container, { maxReplicas: 2, rules: [rule] });
  expect(text).not.toContain('hush');
  const told = leftovers.find(({ key }) => key === 'worker')?.text;
  for (const path of ['args[1]', 'httpHeaders[Authorization].value', 'metadata.host']) expect(told).toContain(path);
  expect((config.services as JsonObject).worker).not.toHaveProperty('scale');
});

it('credentials of a registry of others are named, and asked for', () => {
  const registry = { server: 'ghcr.io', username: 'shop', passwordSecretRef: 'regpw' };
  const { config } = draft({ registries: [registry], secrets: [{ name: 'regpw', value: 'hush' }] }, {});
  expect(config.registries).toEqual({ 'ghcr.io': { username: 'shop', password: 'env:REGISTRY_PASSWORD_GHCR_IO' } });
});
