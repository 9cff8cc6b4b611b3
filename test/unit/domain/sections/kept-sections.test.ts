import { describe, expect, it } from 'vitest';
import { createSteps } from '../../../../src/activities/activities.ts';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { dependenciesOf } from '../../../../src/domain/fingerprint.ts';
import { keptWarnings, withKeptSections } from '../../../../src/domain/sections/kept-sections.ts';
import { SECTIONS } from '../../../../src/domain/sections/names.ts';
import { hasSection } from '../../../../src/domain/sections/sections.ts';
import { type EnvironmentState, emptyState, type StepState } from '../../../../src/domain/state.ts';
import { type StepName, stepDefinition } from '../../../../src/domain/steps.ts';
import { chosenConfig } from '../../../helpers/deployment-config.ts';

const BASE = `
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
services: { cache: { image: "redis:7", port: 6379, transport: tcp } }
`;
const ALL = 'container_registry: { name: shopacr }\nmonitoring: {}\npostgresql: {}\nredis: {}\n';

function configOf(sections: string): DeploymentConfig {
  const result = parseConfig(BASE + sections);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function dependenciesIn(config: DeploymentConfig, name: StepName) {
  const step = createSteps().find((one) => one.name === name);
  if (!step) throw new Error(`no step ${name}`);
  const { desire } = step;
  const about = { definition: stepDefinition(name), desire, environment: 'default', config, facts: {} };
  return dependenciesOf({ ...about, outputs: () => undefined }).dependencies;
}

const OUTPUTS = {
  create_container_registry: { registryId: 'r' },
  create_monitoring: { workspaceId: 'w' },
  create_databases: { postgresServerId: 'p', redisId: 'c' },
  store_secrets: {},
} as const;

/** As a deployment of that configuration leaves it. */
function deployed(config: DeploymentConfig): EnvironmentState {
  const steps = Object.entries(OUTPUTS).map(([name, outputs]): [string, StepState] => [
    name,
    {
      ...{ status: 'completed', timestamp: 't', dependency_hash: 'h', metadata: {}, run_id: 'run-1' },
      ...{ outputs, dependencies: dependenciesIn(config, name as StepName) },
    },
  ]);
  return { ...emptyState('default'), steps: Object.fromEntries(steps) };
}

describe('a section that the file leaves out', () => {
  it.each(['', 'monitoring:\npostgresql: null\nredis: ~\n'])('is not there in a new environment: %j', (sections) => {
    const config = withKeptSections(configOf(sections), emptyState('default'));
    expect(SECTIONS.filter((section) => hasSection(config, section))).toEqual([]);
    expect(keptWarnings(config, emptyState('default'))).toEqual([]);
  });

  it('is not there because the step that would make it has begun to make something else', () => {
    const begun: StepState = {
      ...{ status: 'failed', timestamp: 't', dependency_hash: null, dependencies: {}, metadata: {} },
      ...{ outputs: { queueId: 'q' }, begun_by: 'run-1' },
    };
    const state = { ...emptyState('default'), steps: { create_databases: begun } };
    const config = withKeptSections(configOf(''), state);
    expect(SECTIONS.filter((section) => hasSection(config, section))).toEqual([]);
  });

  it('is kept where the original script made it, also while a run of ours has begun its step again', () => {
    const original: StepState = {
      ...{ status: 'completed', timestamp: 't', dependency_hash: null, dependencies: {}, metadata: {}, outputs: {} },
      begun_by: 'run-1',
    };
    const state = { ...emptyState('default'), steps: { create_databases: original } };
    expect(hasSection(withKeptSections(configOf(''), state), 'postgresql')).toBe(true);
  });

  it.each([
    ['as it is by default', configOf(ALL)],
    ['with everything chosen', chosenConfig(configOf(ALL))],
    [
      'under other names',
      configOf(
        'container_registry: { name: otheracr, sku: Premium }\nmonitoring: { log_workspace: logs-1, app_insights: ai-1 }\npostgresql: { server_name: pg-1, database_name: db1, admin_user: me, firewall_rules: { office: { start: 203.0.113.1, end: 203.0.113.9 } } }\nredis: { name: cache-1, sku: Standard, vm_size: c3, kind: classic }\n',
      ),
    ],
  ])('is kept as it was deployed, so that no step runs: %s', (_, before) => {
    const state = deployed(before);
    const config = withKeptSections(configOf(''), state);
    for (const section of SECTIONS) expect(config[section]).toEqual(before[section]);
    for (const name of Object.keys(OUTPUTS) as (keyof typeof OUTPUTS)[])
      expect(dependenciesIn(config, name)).toEqual(state.steps[name]?.dependencies);
  });

  it('is told with the line to write', () => {
    const state = deployed(
      configOf('container_registry: { name: shopacr }\npostgresql: { server_name: pg-1 }\nredis: {}\n'),
    );
    expect(keptWarnings(configOf(''), state)).toEqual([
      'container_registry: is not in the file; the registry shopacr is kept; write "container_registry: {name: shopacr}" to keep it, or "container_registry: false" to let it go. [section_kept]',
      expect.stringContaining('monitoring:'),
      'postgresql: is not in the file; the database server pg-1 is kept; write "postgresql: {server_name: pg-1}" to keep it, or "postgresql: false" to let it go. [section_kept]',
      'redis: is not in the file; the cache shop-redis is kept; write "redis: {}" to keep it, or "redis: false" to let it go. [section_kept]',
    ]);
  });

  it('is kept under the name of what a failed run has begun to make', () => {
    const id = '/subscriptions/s/resourceGroups/shop-rg/providers/Microsoft.Cache/redisEnterprise/cache-1';
    const redis = { id, type: 'x', step: 'create_databases', holds_data: true, immutable: {} } as const;
    const config = withKeptSections(configOf(''), { ...emptyState('default'), resources: { redis } });
    expect(config.redis).toEqual({ name: 'cache-1', sku: 'Basic', vmSize: 'c0', kind: 'auto' });
    expect(SECTIONS.filter((section) => hasSection(config, section))).toEqual(['redis']);
  });

  it('is kept where the original script has made it', () => {
    const left = { status: 'completed', timestamp: 't', dependencies: {}, outputs: {}, metadata: {} } as const;
    const state = { ...emptyState('default'), steps: { create_databases: { ...left, dependency_hash: null } } };
    const config = withKeptSections(configOf(''), state);
    expect(SECTIONS.filter((section) => hasSection(config, section))).toEqual(['postgresql', 'redis']);
  });

  it('is let go when the file says false, and no step then depends on its keys', () => {
    const state = deployed(configOf(ALL));
    const config = withKeptSections(configOf('redis: false\n'), state);
    expect(hasSection(config, 'redis')).toBe(false);
    expect(hasSection(config, 'postgresql')).toBe(true);
    const names = Object.keys(dependenciesIn(config, 'create_databases'));
    expect(names.filter((name) => /redis/.test(name))).toEqual([]);
    expect(keptWarnings(configOf('redis: false\n'), state).join()).not.toContain('redis');
  });
});
