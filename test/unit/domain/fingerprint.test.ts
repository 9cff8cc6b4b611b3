import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../src/domain/desired.ts';
import { type Dependencies, dependenciesOf, fingerprint } from '../../../src/domain/fingerprint.ts';
import { stepDefinition } from '../../../src/domain/steps.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { resourceRules } from '../../helpers/resource-rules.ts';

const RESOURCE: DesiredResource = {
  key: 'redis',
  title: 'a cache',
  step: 'create_databases',
  id: '/x',
  kind: resourceRules(),
  body: { properties: { sku: 'Basic' } },
};

interface Change {
  readonly resource?: Partial<DesiredResource>;
  readonly output?: string | undefined;
  readonly fact?: string;
  readonly sku?: string;
}

function dependencies({ resource, sku = 'Standard_B1ms', fact = 'f', ...rest }: Change = {}): Dependencies {
  const base = deploymentConfig();
  const output = 'output' in rest ? rest.output : 'sub';
  return dependenciesOf({
    definition: stepDefinition('create_databases'),
    desire({ outputs }) {
      outputs.read('subscriptionId');
      return [{ ...RESOURCE, ...resource }];
    },
    environment: 'default',
    config: { ...base, postgresql: { ...base.postgresql, sku } },
    outputs: () => output,
    facts: { 'file:api': fact },
  }).dependencies;
}

function changed(change: Change): readonly string[] {
  const [before, after] = [dependencies(), dependencies(change)];
  return Object.keys(after).filter((name) => before[name]?.hash !== after[name]?.hash);
}

describe('what a step depends on', () => {
  it('is its settings, its bodies, the outputs it reads and the facts, each with a hash of its own', () => {
    expect(changed({})).toEqual([]);
    expect(changed({ sku: 'Standard_B2s' })).toEqual(['config:postgresql.sku']);
    expect(changed({ resource: { body: { properties: { sku: 'Premium' } } } })).toEqual(['resource:redis']);
    expect(changed({ resource: { id: '/y' } })).toEqual(['resource:redis']);
    expect(changed({ resource: { kind: resourceRules({ apiVersion: '2' }) } })).toEqual(['resource:redis']);
    expect(changed({ output: 'other' })).toEqual(['output:check_prerequisites.subscriptionId']);
    expect(changed({ output: undefined })).toEqual(['output:check_prerequisites.subscriptionId']);
    expect(changed({ fact: 'g' })).toEqual(['file:api']);
  });

  it('gives one fingerprint whatever the order, and another for every change', () => {
    const base = dependencies();
    const reversed = Object.fromEntries(Object.entries(base).reverse());
    expect(fingerprint(reversed)).toBe(fingerprint(base));
    const others = [{ sku: 'x' }, { output: 'y' }, { fact: 'z' }, { resource: { id: '/y' } }].map((change) =>
      fingerprint(dependencies(change)),
    );
    expect(new Set([fingerprint(base), ...others]).size).toBe(5);
  });
});
