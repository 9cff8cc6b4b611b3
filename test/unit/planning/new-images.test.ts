import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { symbolicOutputs } from '../../../src/domain/outputs.ts';
import type { PlannedResource } from '../../../src/domain/plan-schema.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { newImages } from '../../../src/planning/beforehand/new-images.ts';
import { containerApp } from '../../../src/resources/container-app.ts';
import type { JsonObject } from '../../../src/shared/json.ts';

const result = parseConfig(`
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
container_registry: { name: shopacr }
key_vault: { name: shop-kv }
services:
  web: { dockerfile: Dockerfile, port: 8080, sidecars: [{ name: proxy, image: "ghcr.io/team/proxy:1" }] }
  given: { dockerfile: Dockerfile, image: "ghcr.io/team/given:1" }
  broker: { image: "rabbitmq:4", port: 5672, transport: tcp }
  tool: { image: "shopacr.azurecr.io/tool:1" }
`);
if (!result.ok) throw new Error(JSON.stringify(result.problems));
const { config } = result.parsed;
const { application, infrastructure } = config.services;
const wanted = [...application, ...infrastructure].map((service) => {
  const app = containerApp({ environment: 'default', config, outputs: symbolicOutputs().reader }, service);
  return {
    resource: { ...app, step: 'deploy_application_services' },
    variants: new Map(),
    by: [],
    finishedBy: [],
    repairs: new Map(),
  };
});

function found(
  actions: Readonly<Record<string, PlannedResource['action']>>,
  live: ReadonlyMap<string, JsonObject> = new Map(),
) {
  const resources = Object.entries(actions).map(([key, action]) => ({ key: `app:${key}`, action, id: '', type: '' }));
  const planned = { config, state: emptyState('default'), wanted, live };
  return newImages({ resources }, planned as unknown as Parameters<typeof newImages>[1]).map(
    ({ key, image }) => `${key} ${image}`,
  );
}

describe('the images that a plan brings', () => {
  it('are those of others, of what is made and changed', () => {
    expect(found({ web: 'create', given: 'adopt', broker: 'update', tool: 'create' })).toEqual([
      'app:web ghcr.io/team/proxy:1',
      'app:given ghcr.io/team/given:1',
      'app:broker rabbitmq:4',
    ]);
    expect(found({ web: 'unchanged', broker: 'forbidden' })).toEqual([]);
  });

  it('are not those that run there already', () => {
    const id = wanted.find(({ resource }) => resource.key === 'app:broker')?.resource.id.toLowerCase() ?? '';
    const live = (image: string) => new Map([[id, { properties: { template: { containers: [{ image }] } } }]]);
    expect(found({ broker: 'update' }, live('rabbitmq:4'))).toEqual([]);
    expect(found({ broker: 'update' }, live('rabbitmq:3'))).toEqual(['app:broker rabbitmq:4']);
  });
});
