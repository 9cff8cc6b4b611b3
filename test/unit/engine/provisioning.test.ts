import { expect, it } from 'vitest';
import { provisioning } from '../../../src/engine/provisioning.ts';
import { POSTGRESQL_SERVER } from '../../../src/resources/postgresql-server.ts';
import { resourceRules } from '../../helpers/resource-rules.ts';

it.each([
  ['Succeeded', 'settled'],
  ['Updating', 'busy'],
  ['ProvisioningFailed', 'failed'],
])('a resource whose provisioningState is %s is %s', (provisioningState, expected) => {
  expect(provisioning({ kind: resourceRules() }, { properties: { provisioningState } })).toBe(expected);
});

it('a kind may say its state elsewhere, and no other kind is looked at there', () => {
  const live = { properties: { state: 'Starting' } };
  expect(provisioning({ kind: POSTGRESQL_SERVER }, live)).toBe('busy');
  expect(provisioning({ kind: resourceRules() }, live)).toBe('settled');
});
