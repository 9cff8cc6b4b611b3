import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';

const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const RBAC_ADMINISTRATOR = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168';
const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app';
const ASSIGNMENTS = 'Microsoft.Authorization/roleAssignments';

/** As the portal's template writes it. */
const ONLY_PULL = `
(
 (
  !(ActionMatches{'${ASSIGNMENTS}/write'})
 )
 OR 
 (
  @Request[${ASSIGNMENTS}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${ACR_PULL}}
  AND
  @Request[${ASSIGNMENTS}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}
 )
)
AND
(
 (
  !(ActionMatches{'${ASSIGNMENTS}/delete'})
 )
 OR 
 (
  @Resource[${ASSIGNMENTS}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${ACR_PULL}}
 )
)`;

const said = ({ status, body }: Answer) => jsonAt(body, 'error.code') ?? status;

async function grant(
  clients: SimulatedClients,
  number: number,
  role: string,
  principalId: string,
  more: JsonObject = {},
) {
  const name = `55555555-5555-4555-8555-${String(number).padStart(12, '0')}`;
  const roleDefinitionId = `/subscriptions/${clients.simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const properties = { principalId, principalType: 'ServicePrincipal', roleDefinitionId, ...more };
  return await clients.arm('PUT', `providers/${ASSIGNMENTS}/${name}`, { properties }, '2022-04-01');
}

/** The deployer may assign roles, as far as a condition lets it. */
async function limited(condition: string) {
  const clients = await simulatedClients();
  const identity = await clients.create(IDENTITY, { location: 'westeurope' }, '2024-11-30');
  const principalId = String(jsonAt(identity, 'properties.principalId'));
  const { deployerId, subscriptionId } = clients.simulator.state();
  await grant(clients, 8, OWNER, principalId);
  const own = await grant(clients, 9, RBAC_ADMINISTRATOR, deployerId, { condition, conditionVersion: '2.0' });
  clients.simulator.behave({ deployerRoles: { [`/subscriptions/${subscriptionId}`]: ['Contributor'] } });
  return { clients, principalId, own };
}

describe('whoever may assign roles under a condition', () => {
  it('assigns and takes back those that it names, and no others', async () => {
    const { clients, principalId, own } = await limited(ONLY_PULL);
    expect(own.body).toMatchObject({ properties: { condition: ONLY_PULL, conditionVersion: '2.0' } });
    expect(said(await grant(clients, 1, ACR_PULL, principalId))).toBe(201);
    expect(said(await grant(clients, 2, OWNER, principalId))).toBe('AuthorizationFailed');
    const remove = (number: number) =>
      clients.arm(
        'DELETE',
        `providers/${ASSIGNMENTS}/55555555-5555-4555-8555-${String(number).padStart(12, '0')}`,
        undefined,
        '2022-04-01',
      );
    expect(said(await remove(1))).toBe(200);
    expect(said(await remove(8))).toBe('AuthorizationFailed');
  });

  it.each([
    ["@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'a'"],
    [`(@Request[${ASSIGNMENTS}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${ACR_PULL}}`],
    [`@Request[${ASSIGNMENTS}:RoleDefinitionId] ForAnyOfAnyValues:NumericEquals {1}`],
  ])('is told that the simulator does not understand %s', async (condition) => {
    const { own } = await limited(condition);
    expect(said(own)).toBe('InvalidRoleAssignmentCondition');
  });
});
