import { describe, expect, it } from 'vitest';
import { hasPlace, requireSamePlace } from '../../../src/domain/place.ts';
import { type EnvironmentState, emptyState, type StepState } from '../../../src/domain/state.ts';
import { UserError } from '../../../src/shared/errors.ts';

const NAMED = { ...emptyState('production'), subscription_id: 'sub-1', resource_group: 'shop-rg' };
const BEGUN: StepState = {
  ...{ status: 'failed', timestamp: 't', dependency_hash: null },
  ...{ dependencies: {}, outputs: {}, metadata: {} },
};
const STATE: EnvironmentState = { ...NAMED, steps: { create_resource_group: BEGUN } };

function refusal(subscriptionId: string, resourceGroup: string): UserError {
  try {
    requireSamePlace(STATE, { subscriptionId, resourceGroup });
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('it was allowed');
}

describe('the place of a state', () => {
  it('is its resource group and subscription, in whatever case', () => {
    expect(() => requireSamePlace(STATE, { subscriptionId: 'SUB-1', resourceGroup: 'Shop-RG' })).not.toThrow();
  });

  it('is not known before the first deployment', () => {
    const place = { subscriptionId: 'sub-2', resourceGroup: 'other-rg' };
    expect(() => requireSamePlace(emptyState('production'), place)).not.toThrow();
  });

  it('is not that of a plan that was refused, or of checks that failed', () => {
    const place = { subscriptionId: 'sub-2', resourceGroup: 'other-rg' };
    const checked = { ...NAMED, steps: { check_prerequisites: BEGUN } };
    for (const state of [NAMED, checked]) expect(() => requireSamePlace(state, place)).not.toThrow();
    expect(hasPlace(checked)).toBe(false);
    const record = { id: '/x', type: 't', step: 'create_databases', holds_data: true, immutable: {} } as const;
    expect(hasPlace({ ...NAMED, resources: { storage: record } })).toBe(true);
    expect(hasPlace({ ...NAMED, left_behind: { 'storage@x': { ...record, key: 'storage' } } })).toBe(true);
  });

  it.each([
    ['sub-2', 'shop-rg'],
    ['sub-1', 'other-rg'],
  ])('does not become %s, %s: both places are named', (subscriptionId, resourceGroup) => {
    const { message, code } = refusal(subscriptionId, resourceGroup);
    expect(code).toBe('state_foreign');
    for (const part of ['sub-1', 'shop-rg', subscriptionId, resourceGroup]) expect(message).toContain(part);
  });

  it('is never left by a way that forgets what was deployed', () => {
    expect(refusal('sub-2', 'shop-rg').hint).toBe(
      'Set the configuration back, or deploy to an environment of another name with --environment.',
    );
  });
});
