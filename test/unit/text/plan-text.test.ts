import { describe, expect, it } from 'vitest';
import { type Plan, type PlannedResource, planSchema } from '../../../src/domain/plan-schema.ts';
import { planText, refusalText } from '../../../src/text/plan-text.ts';

const SIZE = { path: 'properties.storage.storageSizeGB', from: '64', to: '128', owner: 'setting' as const };

function plan(resources: readonly PlannedResource[], more: Partial<Plan> = {}): Plan {
  const empty = { environment: 'default', steps: [], warnings: [], criticalPath: [], digest: 'd' };
  return { ...empty, resources: [...resources], ...more };
}

function resource(changes: Partial<PlannedResource>): PlannedResource {
  return { key: 'postgresql', id: '/x/pg', type: 't', action: 'update', ...changes };
}

describe('a plan in words', () => {
  it('says one changed field in the line of its resource, and several below it', () => {
    expect(planText(plan([resource({ changes: [SIZE] })]))).toMatch(
      /~ update +postgresql +storage\.storageSizeGB 64 → 128\n/,
    );
    const version = { path: 'properties.version', from: '16', to: '17', owner: 'setting' as const };
    expect(planText(plan([resource({ changes: [SIZE, version] })]))).toMatch(
      /~ update +postgresql\n +storage\.storageSizeGB 64 → 128\n +version 16 → 17\n/,
    );
  });

  it('says on what a line depends, what stays, and nothing of what is unchanged', () => {
    const kept = [{ path: 'sku.name', found: 'B2s', wanted: 'B1ms', why: 'changed_outside' }];
    const text = planText(
      plan([
        resource({ changes: [SIZE], kept, maybe: ['store_secrets'] }),
        resource({ key: 'redis', action: 'unchanged' }),
        resource({ key: 'db@old', action: 'left_behind', reason: 'holds data' }),
      ]),
    );
    expect(text).toContain('(maybe: depends on store_secrets)');
    expect(text).toContain('sku.name stays B2s, not B1ms (changed outside)');
    expect(text).toMatch(/\? left behind +db@old +holds data/);
    expect(text).not.toContain('redis');
  });

  it('says the danger of what is always so on a line of its own', () => {
    const open = { path: 'properties.adminUserEnabled', from: 'true', to: 'false', owner: 'invariant' as const };
    expect(planText(plan([resource({ changes: [{ ...open, danger: 'anybody can pull' }] })]))).toMatch(
      /~ update +postgresql\n +adminUserEnabled true → false\n +always so: anybody can pull\n/,
    );
    // Plans of before it was told.
    expect(planText(plan([resource({ changes: [open] })]))).toContain('adminUserEnabled true → false (always so)');
  });

  it('tells the order of a takeover', () => {
    const takeover: Plan['takeover'] = [
      { what: 'the old state is kept', resources: [], steps: [] },
      { what: 'admin user off', resources: ['registry'], steps: ['verify_deployment'] },
    ];
    expect(planText(plan([], { takeover }))).toContain(
      'Order of the takeover:\n  1. the old state is kept\n  2. admin user off: registry (verify_deployment)\n',
    );
  });

  it('names its target, what is made anew, and what could not be looked at', () => {
    const target = { subscriptionId: null, resourceGroup: 'rg', location: 'eastus' };
    const text = planText(plan([], { target, renewed: ['build_and_push_images.image.api'], unseen: ['the vault'] }));
    expect(text).toContain('Environment default: resource group rg (eastus), subscription (not known)');
    expect(text).toContain('Made anew:\n  * build_and_push_images.image.api');
    expect(text).toContain('Not looked at:\n  the vault');
  });

  it('says whether a deployment would refuse it', () => {
    expect(refusalText(plan([resource({})]))).toBe('');
    expect(refusalText(plan([resource({ action: 'forbidden', reason: 'no' })]))).toContain('one resource is forbidden');
  });

  it('is read as earlier versions stored it', () => {
    const earlier = plan([resource({ key: 'old', action: 'orphan', reason: 'left' })]);
    expect(planSchema.parse(earlier)).toEqual(earlier);
    expect(planText(earlier)).toMatch(/\? orphan +old +left/);
  });
});
