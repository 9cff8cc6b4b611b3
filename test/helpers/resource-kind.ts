import type { KnownResource, ResourceKind } from '../../src/resources/kind.ts';
import { resourceRules } from './resource-rules.ts';

/** A kind of resource that there is not; the tests that need other columns override them. */
export function resourceKind(overrides: Partial<ResourceKind> = {}): ResourceKind {
  return {
    ...resourceRules(),
    provider: 'T.T',
    name: { pattern: /^[a-z]+$/, allowed: 'lower-case letters' },
    uniqueName: null,
    availability: [],
    permission: null,
    deletion: { how: 'request', softDeleted: null },
    portalPage: (id) => id,
    ...overrides,
  };
}

export function knownResource(key: string, kind: Partial<ResourceKind> = {}): KnownResource {
  return {
    kind: resourceKind(kind),
    key,
    title: `the ${key}`,
    step: 'create_monitoring',
    id: `/subscriptions/sub/resourceGroups/shop-rg/providers/T.T/things/${key}`,
    body: { location: 'eastus' },
  };
}
