import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { type Answer, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { createSurroundings } from '../../../helpers/simulated-application.ts';

const AUTHORIZATION = 'providers/Microsoft.Authorization';
const VERSION = '2022-04-01';

async function place() {
  const clients = await simulatedClients();
  const around = await createSurroundings(clients);
  const { deployerId, subscriptionId } = clients.simulator.state();
  const subscription = `/subscriptions/${subscriptionId}`;
  const assign = async (scope: string, name: number): Promise<readonly [number, unknown]> => {
    const answer = await clients.arm(
      'PUT',
      `${scope}/${AUTHORIZATION}/roleAssignments/00000000-0000-4000-8000-00000000000${name}`,
      {
        properties: {
          roleDefinitionId: `${subscription}/${AUTHORIZATION}/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`,
          principalId: deployerId,
          principalType: 'ServicePrincipal',
        },
      },
      VERSION,
    );
    return [answer.status, codeOf(answer)];
  };
  const listed = async (scope: string, what: string, filter = ''): Promise<readonly JsonObject[]> => {
    const { body } = await clients.arm('GET', `${scope}/${AUTHORIZATION}/${what}${filter}`, undefined, VERSION);
    return body.value as JsonObject[];
  };
  return { clients, around, subscription, assign, listed };
}

function codeOf({ body }: Answer): unknown {
  return (body.error as JsonObject | undefined)?.code;
}

describe('what the deployer may do', () => {
  it('is what its roles at the scope and above it allow', async () => {
    const { clients, around, subscription, assign, listed } = await place();
    expect(await listed(around.vault, 'permissions')).toMatchObject([{ actions: ['*'] }]);
    clients.simulator.behave({
      deployerRoles: { [subscription]: ['Contributor'], [around.registry]: ['User Access Administrator'] },
    });
    expect(await assign(around.vault, 1)).toEqual([403, 'AuthorizationFailed']);
    expect(await assign(around.registry, 2)).toEqual([201, undefined]);
    expect((await listed(around.vault, 'permissions')).map(({ notActions }) => notActions)).toEqual([
      expect.arrayContaining(['Microsoft.Authorization/*/Write']),
    ]);
    expect((await listed(around.registry, 'permissions')).map(({ actions }) => actions)).toContainEqual([
      '*/read',
      'Microsoft.Authorization/*',
    ]);
    expect((await clients.arm('GET', around.vault, undefined, '2024-11-01')).status).toBe(200);
  });

  it('is nothing where it has no role at all', async () => {
    const { clients, around, subscription } = await place();
    clients.simulator.behave({ deployerRoles: { [around.registry]: ['Reader'] } });
    expect(codeOf(await clients.arm('GET', around.vault, undefined, '2024-11-01'))).toBe('AuthorizationFailed');
    clients.simulator.behave({ deployerRoles: { [subscription]: ['Reader'] } });
    expect(codeOf(await clients.arm('DELETE', around.vault, undefined, '2024-11-01'))).toBe('AuthorizationFailed');
  });

  it('does not go beyond a deny assignment, whatever roles it has', async () => {
    const { clients, around, assign, listed } = await place();
    const { deployerId } = clients.simulator.state();
    const denial = { name: 'stack', scope: around.vault, actions: ['Microsoft.Authorization/roleAssignments/*'] };
    clients.simulator.behave({ denyAssignments: [denial] });
    expect(await assign(around.vault, 1)).toEqual([403, 'DenyAssignmentAuthorizationFailed']);
    expect(await assign(around.registry, 2)).toEqual([201, undefined]);
    expect(await listed(clients.group, 'denyAssignments')).toMatchObject([
      {
        properties: {
          denyAssignmentName: 'stack',
          scope: around.vault,
          principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
        },
      },
    ]);
    clients.simulator.behave({ denyAssignments: [{ ...denial, excludePrincipals: [deployerId] }] });
    expect(await assign(around.vault, 1)).toEqual([201, undefined]);
  });
});
