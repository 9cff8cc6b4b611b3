import { describe, expect, it } from 'vitest';
import { classicProblem } from '../../../src/simulator/types/redis-rules.ts';

function cache(name: string, capacity: number, family = 'C') {
  return { properties: { sku: { name, family, capacity } } };
}

describe('a classic cache', () => {
  // https://github.com/Azure/azure-cli/issues/21447, https://github.com/Azure/azure-cli/issues/2902
  it.each([
    ['to a lower tier', cache('Standard', 1), cache('Basic', 1)],
    ['from Premium to Standard', cache('Premium', 1, 'P'), cache('Standard', 1)],
    ['from Basic to Premium at once', cache('Basic', 1), cache('Premium', 1, 'P')],
    ['down to C0', cache('Standard', 1), cache('Standard', 0)],
  ])('does not go %s', (_, before, body) => {
    expect(classicProblem(body, before)).toMatchObject({ status: 400, code: 'BadRequest' });
  });

  it.each([
    ['to the next tier', cache('Basic', 1), cache('Standard', 1)],
    ['down within its tier', cache('Standard', 5), cache('Standard', 1)],
    ['nowhere', cache('Basic', 0), cache('Basic', 0)],
  ])('goes %s', (_, before, body) => {
    expect(classicProblem(body, before)).toBeUndefined();
  });
});
