import { expect, it } from 'vitest';
import { classicRedisSku, managedRedisSize } from '../../../src/resources/redis-sku.ts';

it.each([
  ['c0', 'Balanced_B0', 'NoCluster'],
  ['c1', 'Balanced_B1', 'NoCluster'],
  ['c2', 'Balanced_B3', 'NoCluster'],
  ['c3', 'Balanced_B5', 'NoCluster'],
  ['C4', 'Balanced_B10', 'NoCluster'],
  ['c5', 'Balanced_B20', 'NoCluster'],
  ['c6', 'Balanced_B50', 'EnterpriseCluster'],
  ['p1', 'Balanced_B5', 'NoCluster'],
  ['p5', 'Balanced_B100', 'EnterpriseCluster'],
] as const)('a classic %s becomes a %s with %s', (vmSize, sku, clusteringPolicy) => {
  expect(managedRedisSize({ sku: 'Standard', vmSize })).toEqual({ sku, clusteringPolicy, highAvailability: 'Enabled' });
});

it('has one node where Basic had one', () => {
  expect(managedRedisSize({ sku: 'Basic', vmSize: 'c1' }).highAvailability).toBe('Disabled');
});

it('spells a classic size in family and capacity', () => {
  expect(classicRedisSku({ sku: 'Standard', vmSize: 'c2' })).toEqual({ name: 'Standard', family: 'C', capacity: 2 });
  expect(classicRedisSku({ sku: 'Premium', vmSize: 'p1' })).toEqual({ name: 'Premium', family: 'P', capacity: 1 });
});
