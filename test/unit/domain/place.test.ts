import { describe, expect, it } from 'vitest';
import { requireSamePlace } from '../../../src/domain/place.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { UserError } from '../../../src/shared/errors.ts';

const STATE = { ...emptyState('production'), subscription_id: 'sub-1', resource_group: 'shop-rg' };

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
