import { describe, expect, it } from 'vitest';
import type { StepResource } from '../../../src/domain/desired.ts';
import { type Dependencies, fingerprint } from '../../../src/domain/fingerprint.ts';
import { refusalsOf } from '../../../src/domain/plan-refusals.ts';
import type { RunOptions } from '../../../src/domain/run.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { type EnvironmentState, emptyState, type StepState } from '../../../src/domain/state.ts';
import { STEP_NAMES, type StepName } from '../../../src/domain/steps.ts';
import { coded } from '../../../src/domain/warnings/warning-codes.ts';
import type { LiveResources } from '../../../src/planning/live-resources.ts';
import { makePlan, type PlanInput } from '../../../src/planning/plan.ts';
import type { StepBasis } from '../../../src/planning/plan-steps.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { desireInput } from '../../helpers/desire-input.ts';
import { resourceRules } from '../../helpers/resource-rules.ts';

const OPTIONS: RunOptions = { ...NO_OPTIONS, autoApprove: true };
const BEFORE: Dependencies = { 'config:postgresql.sku': { hash: 'h1', value: '"Standard_B1ms"' } };

function completed(dependencies: Dependencies, outputs: Record<string, string> = {}): StepState {
  return {
    status: 'completed',
    timestamp: 't',
    dependency_hash: fingerprint(dependencies),
    dependencies,
    outputs,
    metadata: {},
  };
}

const SIZE = { 'properties.storage.storageSizeGB': 'postgresql.storage_size' };
const WRITTEN = ['postgresql.storage_size'];

const SERVER: StepResource = {
  key: 'postgresql',
  title: 'PostgreSQL server pg',
  step: 'create_databases',
  id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg',
  kind: resourceRules({ holdsData: true, immutable: ['properties.administratorLogin'], settings: SIZE }),
  body: { properties: { administratorLogin: 'app' } },
};

const STEP: StepBasis = { dependencies: BEFORE, consumed: [], desired: [] };

/** Everything completed and unchanged, but for what the test says. */
function input(
  changes: {
    steps?: Partial<Record<StepName, Partial<StepBasis>>>;
    state?: Partial<EnvironmentState>;
    options?: Partial<RunOptions>;
    found?: PlanInput['found'];
    live?: LiveResources;
    wanted?: PlanInput['wanted'];
  } = {},
): PlanInput {
  const state = emptyState('default');
  for (const name of STEP_NAMES) state.steps[name] = completed(BEFORE, { host: 'h' });
  const steps = new Map(STEP_NAMES.map((name) => [name, { ...STEP, ...changes.steps?.[name] }]));
  const desired = [...steps.values()].flatMap((step) => step.desired);
  return {
    environment: 'default',
    target: { subscriptionId: 's', resourceGroup: 'rg', location: 'eastus' },
    config: { ...deploymentConfig(), written: WRITTEN },
    outputs: desireInput().outputs,
    state: { ...state, ...changes.state },
    options: { ...OPTIONS, ...changes.options },
    steps,
    found: changes.found ?? { marks: new Map([[SERVER.id.toLowerCase(), 'ours']]) },
    live: changes.live ?? new Map([[SERVER.id.toLowerCase(), { ...SERVER.body, id: SERVER.id }]]),
    wanted:
      changes.wanted ??
      desired.map((resource) => ({
        resource,
        by: [resource.step],
        variants: new Map(),
        finishedBy: [],
        repairs: new Map(),
      })),
    omitted: new Set(),
    kept: new Map(),
    needed: new Map(),
    locks: [],
    dangers: [],
    renewed: [],
    unseen: [],
    warnings: [],
  };
}

function actions(plan: ReturnType<typeof makePlan>): Record<string, string> {
  return Object.fromEntries(
    plan.steps.filter(({ action }) => action !== 'skip').map(({ step, action }) => [step, action]),
  );
}

const CHANGED: Partial<StepBasis> = { dependencies: { 'config:x': { hash: 'other', value: '1' } } };

describe('the plan', () => {
  it('runs nothing when nothing changed', () => {
    expect(actions(makePlan(input()))).toEqual({});
  });

  it('tells what it is to be warned of by a code, and not what is acknowledged by it', () => {
    const warnings = [coded('vault_secret', 'In the vault.'), coded('section_kept', 'redis: is kept.')];
    // @ts-expect-error: nobody could acknowledge it
    const uncoded: PlanInput['warnings'] = ['mind the gap'];
    const config = { ...deploymentConfig(), acknowledge: ['vault_secret' as const] };
    expect(makePlan({ ...input(), warnings, config }).warnings).toEqual(['redis: is kept. [section_kept]']);
    expect(makePlan({ ...input(), warnings: [...warnings, ...warnings] }).warnings).toEqual(warnings);
    expect(uncoded).toHaveLength(1);
  });

  it('runs what changed, may run what consumes its outputs, and verifies', () => {
    const consumed = [{ step: 'create_databases', output: 'postgresHost' } as const];
    const plan = makePlan(input({ steps: { create_databases: CHANGED, store_secrets: { consumed } } }));
    expect(actions(plan)).toEqual({ create_databases: 'run', store_secrets: 'maybe', verify_deployment: 'run' });
    expect(plan.steps[6]?.reason).toBe('runs if create_databases.postgresHost changes');
    expect(plan.steps[13]?.reason).toBe('create_databases runs');
  });

  it('passes maybes on, to steps with lower numbers too', () => {
    const plan = makePlan(
      input({
        steps: {
          build_and_push_images: CHANGED,
          run_migrations: { consumed: [{ step: 'build_and_push_images', output: 'image.a' }] },
          deploy_application_services: { consumed: [{ step: 'run_migrations', output: 'migration.a' }] },
        },
      }),
    );
    expect(actions(plan)).toMatchObject({ run_migrations: 'maybe', deploy_application_services: 'maybe' });
  });

  it('verifies when an address does not answer', () => {
    const plan = makePlan(input({ steps: { verify_deployment: { troubles: ['https://x/health answers 503'] } } }));
    expect(actions(plan)).toEqual({ verify_deployment: 'run' });
    expect(plan.steps[13]?.reason).toBe('https://x/health answers 503');
  });

  it('runs the step of a resource that is gone', () => {
    const resources = {
      postgresql: {
        id: SERVER.id,
        type: SERVER.kind.type,
        step: 'create_databases' as const,
        holds_data: true,
        immutable: {},
      },
    };
    const plan = makePlan(
      input({ state: { resources }, steps: { create_databases: { desired: [SERVER] } }, found: { marks: new Map() } }),
    );
    expect(plan.steps[5]?.reason).toBe('postgresql is missing on Azure');
  });

  it('refuses what Azure does not change in place, unless replacing is allowed', () => {
    const immutable = { 'properties.administratorLogin': '"old"' };
    const resources = {
      postgresql: {
        id: SERVER.id,
        type: SERVER.kind.type,
        step: 'create_databases' as const,
        holds_data: true,
        immutable,
      },
    };
    const live: LiveResources = new Map([
      [SERVER.id.toLowerCase(), { id: SERVER.id, properties: { administratorLogin: 'old' } }],
    ]);
    const changes = { live, state: { resources }, steps: { create_databases: { ...CHANGED, desired: [SERVER] } } };
    expect(makePlan(input(changes)).resources[0]).toMatchObject({
      action: 'forbidden',
      reason: expect.stringMatching(/administratorLogin: old → \S+ in place.*its data is not moved/),
    });
    expect(makePlan(input({ ...changes, options: { allowReplace: ['postgresql'] } })).resources[0]).toMatchObject({
      action: 'replace',
    });
  });

  it('refuses to touch what is not ours, unless it is adopted', () => {
    const changes = {
      found: { marks: new Map([[SERVER.id.toLowerCase(), 'unmarked' as const]]) },
      steps: { create_databases: { ...CHANGED, desired: [SERVER] } },
    };
    expect(makePlan(input(changes)).resources[0]).toMatchObject({
      action: 'forbidden',
      reason: expect.stringContaining(SERVER.id),
    });
    expect(makePlan(input({ ...changes, options: { adopt: true } })).resources[0]).toMatchObject({ action: 'adopt' });
  });

  it('shows each field that is written, and nothing where nothing is', () => {
    const live = (size: number): LiveResources =>
      new Map([
        [
          SERVER.id.toLowerCase(),
          { id: SERVER.id, properties: { administratorLogin: 'app', storage: { storageSizeGB: size } } },
        ],
      ]);
    const server = { ...SERVER, body: { properties: { administratorLogin: 'app', storage: { storageSizeGB: 128 } } } };
    const changes = { steps: { create_databases: { ...CHANGED, desired: [server] } } };
    expect(makePlan(input({ ...changes, live: live(64) })).resources).toMatchObject([
      {
        key: 'postgresql',
        action: 'update',
        changes: [{ path: 'properties.storage.storageSizeGB', from: '64', to: '128', owner: 'setting' }],
      },
    ]);
    expect(makePlan(input({ ...changes, live: live(128) })).resources).toMatchObject([{ action: 'unchanged' }]);
  });

  it('makes a child again that was removed by hand', () => {
    const child: StepResource = {
      ...SERVER,
      key: 'rule',
      id: `${SERVER.id}/rules/r`,
      kind: resourceRules({ ownership: 'child', listing: 'absent' }),
    };
    const record = {
      id: child.id,
      type: child.kind.type,
      step: 'create_databases' as const,
      holds_data: false,
      immutable: {},
    };
    const state = { resources: { rule: record } };
    const planned = (running: Partial<StepBasis>) =>
      makePlan(input({ state, steps: { create_databases: { ...running, desired: [child] } } })).resources;
    expect(planned(CHANGED)).toMatchObject([{ key: 'rule', action: 'create' }]);
    expect(planned({})).toMatchObject([{ key: 'rule', action: 'unchanged' }]);
  });

  it('says after which step a value is known that is not known yet, also where it is hashed', () => {
    const body = (image: string) => ({ properties: { image, mark: `hash of ${image}` } });
    const app: StepResource = { ...SERVER, key: 'app', kind: resourceRules(), body: body('symbol') };
    const live: LiveResources = new Map([[app.id.toLowerCase(), { id: app.id, ...body('old') }]]);
    const variants = new Map([['build_and_push_images' as const, { ...app, body: body('symbol anew') }]]);
    const plan = makePlan(
      input({
        steps: { create_databases: { ...CHANGED, desired: [app] } },
        live,
        wanted: [{ resource: app, by: ['create_databases'], variants, finishedBy: [], repairs: new Map() }],
      }),
    );
    expect(plan.resources).toMatchObject([
      {
        action: 'update',
        maybe: ['build_and_push_images'],
        changes: [
          { path: 'properties.image', from: 'old', to: '(known after build_and_push_images)' },
          { path: 'properties.mark', to: '(known after build_and_push_images)' },
        ],
      },
    ]);
  });

  it('refuses what is another environment’s, adopted or not', () => {
    const changes = {
      found: { marks: new Map([[SERVER.id.toLowerCase(), { environment: 'staging' }]]) },
      steps: { create_databases: { ...CHANGED, desired: [SERVER] } },
    };
    for (const adopt of [false, true]) {
      const plan = makePlan(input({ ...changes, options: { adopt } }));
      expect(plan.resources).toMatchObject([{ action: 'forbidden', reason: expect.stringContaining('staging') }]);
      expect(refusalsOf(plan)).toHaveLength(1);
    }
  });

  it('refuses less of what Azure only lets grow, and a group that is in another region', () => {
    const size = (storageSizeGB: number) => ({ properties: { storage: { storageSizeGB } } });
    const record = {
      ...{ id: SERVER.id, type: SERVER.kind.type, step: 'create_databases' as const, holds_data: true, immutable: {} },
      applied: size(64),
    };
    const kind = resourceRules({ onlyGrows: ['properties.storage.storageSizeGB'], settings: SIZE });
    const shrinking = makePlan(
      input({
        state: { resources: { postgresql: record } },
        steps: { create_databases: { ...CHANGED, desired: [{ ...SERVER, kind, body: size(32) }] } },
        live: new Map([[SERVER.id.toLowerCase(), { id: SERVER.id, ...size(64) }]]),
      }),
    );
    expect(shrinking.resources[0]).toMatchObject({ action: 'forbidden', reason: expect.stringContaining('64 → 32') });

    const group: StepResource = {
      ...{ ...SERVER, key: 'resource-group', title: 'resource group rg' },
      kind: resourceRules({ listing: 'group', immutable: ['location'], replaceable: false }),
      body: { location: 'eastus' },
    };
    const moved = makePlan(
      input({
        steps: { create_databases: { ...CHANGED, desired: [group] } },
        live: new Map([[SERVER.id.toLowerCase(), { id: SERVER.id, location: 'westeurope' }]]),
      }),
    );
    expect(moved.resources[0]).toMatchObject({
      action: 'forbidden',
      reason: expect.stringMatching(/exists in westeurope.*does not move it to eastus/),
    });
  });

  it('makes no new, empty one in place of one that holds data, unless that is allowed', () => {
    const old = SERVER.id.replace('/pg', '/draftgenie');
    const record = {
      id: old,
      type: SERVER.kind.type,
      step: 'create_databases' as const,
      holds_data: true,
      immutable: {},
    };
    const changes = {
      state: { resources: { postgresql: record } },
      steps: { create_databases: { ...CHANGED, desired: [SERVER] } },
      found: { marks: new Map([[old.toLowerCase(), 'ours' as const]]) },
      live: new Map(),
    };
    expect(makePlan(input(changes)).resources).toMatchObject([
      { key: 'postgresql', action: 'forbidden', reason: expect.stringContaining('set its name back') },
      { key: 'postgresql@draftgenie', action: 'left_behind', reason: expect.stringContaining('holds data') },
    ]);
    expect(makePlan(input({ ...changes, options: { allowReplace: ['postgresql'] } })).resources).toMatchObject([
      { key: 'postgresql', action: 'create' },
      { key: 'postgresql@draftgenie', action: 'left_behind' },
    ]);
  });

  it('refuses a resource of any type that is already made under another key, in whatever case', () => {
    const twin = { ...SERVER, key: 'resource:pg', title: 'x/y PG', id: SERVER.id.toUpperCase(), needs: [] };
    const { resources } = makePlan(input({ steps: { create_databases: { ...CHANGED, desired: [SERVER, twin] } } }));
    const reason = 'x/y PG (resource:pg) is the same resource as PostgreSQL server pg (postgresql); say it once';
    expect(resources).toMatchObject([
      { key: 'postgresql', action: 'unchanged' },
      { action: 'forbidden', reason },
    ]);
  });

  it('names what is no longer configured, and leaves it', () => {
    const resources = {
      old: { id: '/x', type: 't', step: 'create_databases' as const, holds_data: false, immutable: {} },
    };
    expect(makePlan(input({ state: { resources } })).resources).toMatchObject([
      { key: 'old@x', action: 'left_behind', reason: expect.stringContaining('state forget old@x') },
    ]);
  });

  it('has the same digest for the same facts, and another one for others', () => {
    const [one, same, other] = [input(), input(), input({ steps: { create_databases: CHANGED } })].map(
      (facts) => makePlan(facts).digest,
    );
    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });

  it('tells the longest chain of what runs', () => {
    const plan = makePlan(input({ options: { forceAll: true } }));
    expect(plan.criticalPath.map(({ step }) => step).slice(0, 4)).toEqual([
      'check_prerequisites',
      'create_resource_group',
      'create_databases',
      'store_secrets',
    ]);
  });
});
