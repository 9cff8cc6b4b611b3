import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { withKeptSections } from '../../../../src/domain/sections/kept-sections.ts';
import { type EnvironmentState, emptyState } from '../../../../src/domain/state.ts';

const TEXT = `azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
postgresql: {}
redis: {}
services: { web: { image: "web:1", port: 80 }, two: { image: "two:1" } }
`;

function configOf(text: string) {
  const result = parseConfig(text, { environment: 'staging' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function stateWith(names: Readonly<Record<string, string>>): EnvironmentState {
  const resources = Object.entries(names).map(([key, name]) => [
    key,
    { id: `/subscriptions/s/resourceGroups/shop-rg/x/${name}` },
  ]);
  return { ...emptyState('staging'), resources: Object.fromEntries(resources) as EnvironmentState['resources'] };
}

function namesIn(state: EnvironmentState): readonly string[] {
  const config = configOf(`${TEXT}environments: { staging: {} }`);
  const { postgresql, redis } = withKeptSections(config, state);
  return [postgresql.serverName, redis.name];
}

describe('names of an environment that gets an overlay', () => {
  it('are its own where nothing is there', () => {
    expect(namesIn(emptyState('staging'))).toEqual(['shop-postgres-staging', 'shop-redis-staging']);
  });

  it('are what they were where it was deployed before', () => {
    expect(namesIn(stateWith({ postgresql: 'shop-postgres' }))).toEqual(['shop-postgres', 'shop-redis-staging']);
  });

  it('go on where a first deployment came half-way', () => {
    expect(namesIn(stateWith({ postgresql: 'shop-postgres-staging' }))).toEqual(namesIn(emptyState('staging')));
  });

  it('are plain where the original script made them, which recorded no ids', () => {
    const steps = {
      create_databases: { status: 'completed', timestamp: 't', dependency_hash: null, metadata: {}, outputs: {} },
    };
    const state = { ...emptyState('staging'), steps } as unknown as EnvironmentState;
    expect(namesIn(state)).toEqual(['shop-postgres', 'shop-redis']);
  });

  it('change nothing in a configuration without overlays', () => {
    const config = configOf(TEXT);
    expect(withKeptSections(config, stateWith({ postgresql: 'other' })).postgresql.serverName).toBe('shop-postgres');
    expect(config.naming).toBeUndefined();
  });
});
