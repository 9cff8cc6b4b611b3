import type { ArmResource } from '../azure/ports.ts';
import type { DesireInput } from '../domain/desired.ts';
import { convergeInOrder } from '../engine/converge.ts';
import { liveText } from '../engine/live-value.ts';
import type { Step } from '../engine/step.ts';
import { resourceGroup } from '../resources/resource-group.ts';
import { identity } from '../resources/user-assigned-identity.ts';

/** Step 2: the resource group, and the identity under which the applications run. */
export const createResourceGroup: Step = {
  name: 'create_resource_group',
  desire: desired,
  foretells: async (sources, look) => {
    const [group, user] = desired(sources);
    const live = await look(user);
    return { resourceGroupId: group.id, identityId: user.id, ...(live && identityOutputs(live)) };
  },

  async run(context) {
    const [group, user] = desired(context);

    // Observe, ensure, sync.
    const result = await convergeInOrder(context, [group, user]);
    if (result.kind === 'waiting') return result;

    // Check: the identity can be granted roles only by the ids that Azure gave it.
    const outputs = { resourceGroupId: group.id, identityId: user.id, ...identityOutputs(result.live[1]) };
    return { kind: 'completed', outputs };
  },
};

function identityOutputs(live: ArmResource | undefined) {
  return {
    identityPrincipalId: liveText(live, 'properties.principalId'),
    identityClientId: liveText(live, 'properties.clientId'),
  };
}

function desired(input: DesireInput) {
  return [resourceGroup(input), identity(input)] as const;
}
