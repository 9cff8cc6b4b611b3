import type { DesireInput } from '../../src/domain/desired.ts';
import { outputReference } from '../../src/domain/outputs.ts';
import { deploymentConfig } from './deployment-config.ts';

const OUTPUTS: Readonly<Record<string, string>> = {
  subscriptionId: 'sub',
  tenantId: '11111111-1111-1111-1111-111111111111',
  principalId: '22222222-2222-2222-2222-222222222222',
  principalType: '',
  resourceGroupId: '/subscriptions/sub/resourceGroups/shop-rg',
  identityPrincipalId: '33333333-3333-3333-3333-333333333333',
  workspaceId: '/subscriptions/sub/resourceGroups/shop-rg/providers/Microsoft.OperationalInsights/workspaces/shop-logs',
};

/** What the bodies of a step are made of, with these outputs of earlier steps and some that every test may read. */
export function desireInput(known: Readonly<Record<string, string>> = {}): DesireInput {
  return {
    environment: 'default',
    config: deploymentConfig(),
    outputs: {
      read(...asked) {
        const { step, output } = outputReference(asked);
        const value = known[output] ?? OUTPUTS[output];
        if (value === undefined) throw new Error(`the test gives no output ${step}.${output}`);
        return value;
      },
    },
  };
}
