import type { DesiredResource, ResourceRules } from '../../../src/domain/desired.ts';
import { resourceRules } from '../../helpers/resource-rules.ts';

export const OURS = { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'default' };

export function desired(
  overrides: Partial<Omit<DesiredResource, 'kind'>> = {},
  rules: Partial<ResourceRules> = {},
): DesiredResource {
  const key = overrides.key ?? 'thing';
  return {
    key,
    title: `the ${key}`,
    step: 'create_monitoring',
    id: `/subscriptions/sub/resourceGroups/g/providers/T.T/things/${key}`,
    kind: resourceRules({ immutable: ['location'], ...rules }),
    body: { location: 'eastus', tags: OURS, properties: { size: 1 } },
    ...overrides,
  };
}
