import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import type { StepResource } from '../../../src/domain/desired.ts';
import type { PlannedChange, PlannedResource } from '../../../src/domain/plan-schema.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import type { StepName } from '../../../src/domain/steps.ts';
import type { WantedResource } from '../../../src/planning/forecast.ts';
import { takeoverOrder } from '../../../src/planning/takeover-order.ts';
import { ROLE_ASSIGNMENT } from '../../../src/resources/role-assignment.ts';
import { exampleConfig } from '../../helpers/example-config.ts';
import { resourceRules } from '../../helpers/resource-rules.ts';

const change = (path: string): PlannedChange => ({ path, from: 'a', to: 'b', owner: 'computed' });

function wanted(key: string, step: StepName, more: Partial<WantedResource> = {}, late = {}): WantedResource {
  const resource: StepResource = { key, title: key, step, id: `/${key}`, kind: resourceRules({ late }), body: {} };
  return { resource, by: [step], finishedBy: [], variants: new Map(), repairs: new Map(), ...more };
}

const line = (key: string, action: PlannedResource['action'], more: Partial<PlannedResource> = {}) => ({
  ...{ key, id: `/${key}`, type: 'T.T/things', action },
  ...more,
});

const parsed = parseConfig(await exampleConfig());
if (!parsed.ok) throw new Error('the example configuration is wrong');
const { config } = parsed.parsed;
const APP = 'app:api_gateway';
const GRANT = line('role:pull', 'create', { type: ROLE_ASSIGNMENT.type });

function order(lines: readonly PlannedResource[], state: Partial<EnvironmentState> = {}): readonly string[] {
  const stages = takeoverOrder(lines, {
    environment: 'default',
    config,
    wanted: [
      wanted('vault', 'create_key_vault', {}, { 'properties.policies': 'policies' }),
      wanted('registry', 'create_container_registry', { finishedBy: ['verify_deployment'] }, { admin: 'admin user' }),
      wanted('role:pull', 'create_container_registry'),
      wanted(APP, 'deploy_application_services'),
    ],
    ...{
      omitted: new Set(),
      kept: new Map(),
      planned: [],
      needed: new Map(),
      locks: [],
      dangers: [],
      options: NO_OPTIONS,
      found: undefined,
      live: new Map(),
    },
    state: { ...emptyState('default'), ...state },
  });
  return stages.map(({ what, resources, steps }) => `${what}: ${resources.join()} in ${steps.join()}`);
}

describe('the order of a takeover', () => {
  const app = line(APP, 'adopt', { changes: [change('properties.template')] });
  const registry = line('registry', 'adopt', { changes: [change('admin'), change('tags.a')] });
  const vault = line('vault', 'adopt', { changes: [change('properties.policies')] });
  const rule = line('rule', 'delete');

  it('follows from the schedule, the late fields and the lines of the plan', () => {
    expect(order([rule, app, registry, vault, GRANT])).toEqual([
      'roles are granted: role:pull in create_container_registry',
      'policies off, now that what takes their place is there: vault in create_key_vault',
      `new revisions, without traffic, pull and read secrets by identity: ${APP} in deploy_application_services`,
      `traffic moves, once they are judged healthy: ${APP} in verify_deployment`,
      'admin user off, which only old revisions needed: registry in verify_deployment',
      'removed, now that everything else is well: rule in verify_deployment',
    ]);
  });

  it('says nothing of what does not happen', () => {
    const unchanged = line('registry', 'adopt', { changes: [change('tags.a')] });
    expect(order([unchanged, line(APP, 'create')])).toEqual([]);
  });

  it('is not told where nothing is taken over', () => {
    expect(order([GRANT, line(APP, 'update', { changes: [change('properties.template')] }), rule])).toEqual([]);
  });

  it('begins with the copy of a state that only the original script has written', () => {
    const left = { status: 'completed', timestamp: 't', dependencies: {}, outputs: {}, metadata: {} } as const;
    const copy = 'the state of the original script is kept as a copy:  in ';
    expect(order([vault], { steps: { create_key_vault: { ...left, dependency_hash: null } } })[0]).toBe(copy);
    expect(order([vault], { steps: { create_key_vault: { ...left, dependency_hash: 'h' } } })[0]).not.toBe(copy);
  });
});
