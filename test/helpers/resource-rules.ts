import type { ResourceRules } from '../../src/domain/desired.ts';

/** The rules of a kind of resource that there is not; the tests that need others override them. */
export function resourceRules(overrides: Partial<ResourceRules> = {}): ResourceRules {
  return {
    type: 'T.T/things',
    apiVersion: '2026-01-01',
    ownership: 'tagged',
    listing: 'member',
    holdsData: false,
    update: 'put',
    immutable: [],
    createOnly: [],
    settings: {},
    invariants: {},
    defaults: [],
    computed: [],
    timeoutInSeconds: 900,
    ...overrides,
  };
}
