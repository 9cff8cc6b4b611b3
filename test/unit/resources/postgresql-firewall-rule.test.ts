import { describe, expect, it } from 'vitest';
import { POSTGRESQL_FIREWALL_RULE } from '../../../src/resources/postgresql-firewall-rule.ts';
import type { JsonObject } from '../../../src/shared/json.ts';

const { danger, isAsSafe } = POSTGRESQL_FIREWALL_RULE;

function rule(startIpAddress: string, endIpAddress: string): JsonObject {
  return { properties: { startIpAddress, endIpAddress } };
}

describe('a firewall rule', () => {
  it.each([
    ['0.0.0.0', '255.255.255.255'],
    ['0.0.0.0', '127.255.255.255'],
    ['1.0.0.0', '2.0.0.0'],
  ])('is a danger from %s to %s', (start, end) => {
    expect(danger?.(rule(start, end))).toBe('opens the server to the world');
  });

  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['203.0.113.7', '203.0.113.9'],
    ['10.0.0.0', '10.255.255.255'],
    ['', ''],
  ])('is none from %s to %s', (start, end) => {
    expect(danger?.(rule(start, end))).toBeUndefined();
  });

  it.each([
    ['the same range', '203.0.113.10', '203.0.113.20', true],
    ['a part of it', '203.0.113.12', '203.0.113.12', true],
    ['an earlier start', '203.0.113.9', '203.0.113.20', false],
    ['a later end', '203.0.113.10', '203.0.113.21', false],
    ['another range', '198.51.100.1', '198.51.100.2', false],
    ['no address', 'x', '203.0.113.20', false],
  ])('is as safe as ours: %s', (_, start, end, expected) => {
    expect(isAsSafe?.(rule(start, end), rule('203.0.113.10', '203.0.113.20'))).toBe(expected);
  });
});
