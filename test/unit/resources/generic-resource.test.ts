import { describe, expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { dependenciesOf } from '../../../src/domain/fingerprint.ts';
import type { GenericResourceConfig } from '../../../src/domain/generic/generic-config.ts';
import { symbolicOutputs } from '../../../src/domain/outputs.ts';
import { type StepName, stepDefinition } from '../../../src/domain/steps.ts';
import { genericResource } from '../../../src/resources/generic-resource.ts';
import { kindOfRecord, kindOfWanted, portalPageOf } from '../../../src/resources/registry.ts';
import { ROLE_ASSIGNMENT } from '../../../src/resources/role-assignment.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { resourceKind } from '../../helpers/resource-kind.ts';

function resource(more: Partial<GenericResourceConfig> = {}): GenericResourceConfig {
  return {
    type: 'Contoso.Messages/buses',
    apiVersion: '2024-01-01',
    name: 'bus',
    tags: true,
    body: {},
    holdsData: true,
    ...more,
  };
}

function wanted(more: Partial<GenericResourceConfig>, others: DeploymentConfig['resources'] = {}) {
  const config = { ...deploymentConfig(), resources: { ...others, one: resource(more) } };
  const { reader } = symbolicOutputs();
  return genericResource({ environment: 'dev', config, outputs: reader }, 'one');
}

function dependencies(step: StepName, resources: NonNullable<DeploymentConfig['resources']>, more = {}) {
  const found = createSteps().find(({ name }) => name === step);
  if (!found) throw new Error(`there is no step ${step}`);
  return dependenciesOf({
    ...{ definition: stepDefinition(step), desire: found.desire, derives: found.derives, environment: 'dev' },
    ...{ config: { ...deploymentConfig(), ...more, resources }, outputs: () => undefined, facts: {} },
  });
}

describe('a resource whose type is data', () => {
  it('has a kind with all columns, of which the record remembers what no registry knows', () => {
    const { kind } = wanted({});
    expect(kindOfWanted({ kind })).toBe(kind);
    expect(Object.keys(kind)).toEqual(expect.arrayContaining(Object.keys(resourceKind())));
    const generic = { api_version: '2024-01-01', ownership: 'child' as const, needs: [] };
    expect(kindOfRecord({ type: kind.type, generic })).toMatchObject({ apiVersion: '2024-01-01', ownership: 'child' });
    expect(kindOfRecord({ type: kind.type })).toBeUndefined();
    expect(kindOfRecord({ type: ROLE_ASSIGNMENT.type, generic })).toMatchObject({
      ...{ apiVersion: '2024-01-01', deletion: ROLE_ASSIGNMENT.deletion },
    });
    expect(portalPageOf('/subscriptions/s/x', kind.type)).toBe('/subscriptions/s/x/overview');
  });

  it('is ours by its tag, else with what it is in, else as far as the state knows it', () => {
    const others = { bus: resource() };
    const queue = { type: 'Contoso.Messages/buses/queues', tags: false };
    expect(wanted({}).kind.ownership).toBe('tagged');
    expect(wanted({ ...queue, parent: 'bus' }, others).kind.ownership).toBe('child');
    expect(wanted({ ...queue, parent: '${{resources.bus.id}}' }, others).kind.ownership).toBe('child');
    expect(wanted({ ...queue, name: '${{resources.bus.name}}/q' }, others).kind.ownership).toBe('child');
    expect(wanted({ ...queue, name: 'theirs/q' }).kind.ownership).toBe('recorded');
    expect(wanted({ tags: false, scope: '${{azure.resource_group_id}}' }).kind.ownership).toBe('recorded');
    expect(wanted({ tags: false, scope: '${{key_vault.id}}' }).kind.ownership).toBe('child');
  });

  it('needs more than a Contributor where it grants or locks', () => {
    expect(wanted({}).kind.permission).toBeNull();
    expect(wanted({ type: 'Microsoft.Authorization/locks' }).kind.permission).toMatchObject({
      action: 'Microsoft.Authorization/locks/write',
    });
  });

  it('is what its step depends on, by its own keys, and what it answers to others of its step is not', () => {
    const bus = resource({ outputs: { at: 'properties.at' } });
    const reader = resource({
      name: 'reader',
      body: { at: '${{resources.bus.outputs.at}}', host: '${{azure.tenant_id}}' },
    });
    const { dependencies: found, consumed } = dependencies('create_databases', { bus, reader });
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining([
        'resource:resource:bus',
        'config:resources.bus.outputs.at',
        'output:check_prerequisites.tenantId',
      ]),
    );
    expect(consumed.map(({ step }) => step)).not.toContain('create_databases');
    const changed = dependencies('create_databases', { bus: { ...bus, outputs: { at: 'properties.other' } }, reader });
    expect(changed.dependencies).not.toEqual(found);
  });

  it('is behind a secret that is made of what it answers', () => {
    const bus = resource({ secrets: { key: { action: 'listKeys', path: 'primaryKey' } } });
    const more = { secrets: { 'BUS-KEY': { source: 'reference', text: '${{resources.bus.secrets.key}}' } } };
    const before = dependencies('store_secrets', { bus }, more);
    expect(before.consumed).toContainEqual({ step: 'create_databases', output: 'resource_made.bus' });
    const other = resource({ secrets: { key: { action: 'listKeys', path: 'secondaryKey' } } });
    const after = dependencies('store_secrets', { bus: other }, more);
    expect(after.dependencies['secret:BUS-KEY']).not.toEqual(before.dependencies['secret:BUS-KEY']);
  });
});
