import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';

const VERSION = '2021-06-01';
const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo';
const IDENTITIES = '2024-11-30';
const GROUPS = '2025-04-01';
const ASSIGNMENT = 'providers/Microsoft.Authorization/policyAssignments/keep';
const DO_NOT_DELETE_TYPES = '/providers/Microsoft.Authorization/policyDefinitions/78460a36-508a-49a4-b2b2-2f5ec564f4bb';
const location = 'westeurope';

const outcome = ({ status, body }: Answer) => (body.error as JsonObject | undefined)?.code ?? status;

const subscriptionOf = ({ simulator }: SimulatedClients) => `/subscriptions/${simulator.subscriptionId}`;

/** Denies the deletion of what has the tag. */
function rule(details: JsonObject = {}, mode = 'Indexed'): JsonObject {
  const has = { field: "tags['keep']", equals: 'yes' };
  const isIdentity = { field: 'type', equals: 'Microsoft.ManagedIdentity/userAssignedIdentities' };
  return {
    properties: {
      displayName: 'Keep what is tagged',
      policyType: 'Custom',
      mode,
      parameters: { effect: { type: 'String', defaultValue: 'denyAction' } },
      policyRule: {
        if: { allOf: [isIdentity, has] },
        // biome-ignore lint/suspicious/noThenProperty: Azure's word for what a rule does.
        then: { effect: "[parameters('effect')]", details: { actionNames: ['delete'], ...details } },
      },
    },
  };
}

/** An identity with the tag, in a group with an assignment of the definition. */
async function assigned(definition: JsonObject = rule(), changes: JsonObject = {}, at = ''): Promise<SimulatedClients> {
  const clients = await simulatedClients();
  await clients.create(IDENTITY, { location, tags: { keep: 'yes' } }, IDENTITIES);
  const policyDefinitionId = `${subscriptionOf(clients)}/providers/Microsoft.Authorization/policyDefinitions/keep-tagged`;
  await clients.create(policyDefinitionId, definition, VERSION);
  const properties = { policyDefinitionId, displayName: 'Ours', ...changes };
  await clients.create(`${at && subscriptionOf(clients)}${at}${ASSIGNMENT}`, { properties }, VERSION);
  return clients;
}

const deletions = async ({ arm, group }: SimulatedClients) => [
  outcome(await arm('DELETE', group, undefined, GROUPS)),
  outcome(await arm('DELETE', IDENTITY, undefined, IDENTITIES)),
];

describe('a policy that denies deletions', () => {
  it('is told with its assignment and definition', async () => {
    const clients = await assigned();
    const { status, body } = await clients.arm('DELETE', IDENTITY, undefined, IDENTITIES);
    expect([status, body]).toMatchObject([
      403,
      {
        error: {
          code: 'RequestDisallowedByPolicy',
          target: 'id-demo',
          message: expect.stringContaining("Resource 'id-demo' was disallowed by policy."),
          additionalInfo: [
            {
              type: 'PolicyViolation',
              info: {
                policyDefinitionName: 'keep-tagged',
                policyDefinitionEffect: 'denyAction',
                policyAssignmentName: 'keep',
                policyAssignmentDisplayName: 'Ours',
                policyAssignmentScope: clients.group,
              },
            },
          ],
        },
      },
    ]);
    expect((await clients.arm('GET', IDENTITY, undefined, IDENTITIES)).status).toBe(200);
  });

  it.each<[string, JsonObject, JsonObject, readonly unknown[]]>([
    ['holds for the group, too', rule(), {}, ['RequestDisallowedByPolicy', 'RequestDisallowedByPolicy']],
    [
      'lets the group go where it says so',
      rule({ cascadeBehaviors: { resourceGroup: 'allow' } }),
      {},
      [202, 'ResourceGroupNotFound'],
    ],
    ['of mode All lets the group go', rule({}, 'All'), {}, [202, 'ResourceGroupNotFound']],
    [
      'holds for nothing when it is not enforced',
      rule(),
      { enforcementMode: 'DoNotEnforce' },
      [202, 'ResourceGroupNotFound'],
    ],
    [
      'holds for nothing when its effect is another',
      rule(),
      { parameters: { effect: { value: 'disabled' } } },
      [202, 'ResourceGroupNotFound'],
    ],
  ])('%s', async (_, definition, changes, expected) => {
    expect(await deletions(await assigned(definition, changes))).toEqual(expected);
  });

  it('of the subscription holds in its groups, but for those that it excludes', async () => {
    const clients = await assigned(rule(), {}, '/');
    expect(await deletions(clients)).toEqual(Array(2).fill('RequestDisallowedByPolicy'));
    const path = `${subscriptionOf(clients)}/${ASSIGNMENT}`;
    const { properties } = (await clients.arm('GET', path, undefined, VERSION)).body;
    await clients.create(path, { properties: { ...(properties as JsonObject), notScopes: [clients.group] } }, VERSION);
    expect(await deletions(clients)).toEqual([202, 'ResourceGroupNotFound']);
  });

  it('holds for no other resource, and ends with its assignment', async () => {
    const clients = await assigned();
    await clients.arm('PATCH', IDENTITY, { tags: { keep: null } }, IDENTITIES);
    expect(outcome(await clients.arm('DELETE', IDENTITY, undefined, IDENTITIES))).toBe(200);
    await clients.create(IDENTITY, { location, tags: { keep: 'yes' } }, IDENTITIES);
    expect((await clients.arm('DELETE', ASSIGNMENT, undefined, VERSION)).status).toBe(200);
    expect(outcome(await clients.arm('DELETE', IDENTITY, undefined, IDENTITIES))).toBe(200);
  });

  it('can be the built-in one, assigned alone or in an initiative', async () => {
    const clients = await simulatedClients();
    await clients.create(IDENTITY, { location }, IDENTITIES);
    const types = ['Microsoft.ManagedIdentity/userAssignedIdentities'];
    const parameters = { listOfResourceTypesDisallowedForDeletion: { value: types } };
    const initiative = `${subscriptionOf(clients)}/providers/Microsoft.Authorization/policySetDefinitions/all`;
    const member = { listOfResourceTypesDisallowedForDeletion: { value: "[parameters('types')]" } };
    const policyDefinitions = [{ policyDefinitionId: DO_NOT_DELETE_TYPES, parameters: member }];
    await clients.create(
      initiative,
      { properties: { parameters: { types: { type: 'Array' } }, policyDefinitions } },
      VERSION,
    );
    for (const properties of [
      { policyDefinitionId: DO_NOT_DELETE_TYPES, parameters },
      { policyDefinitionId: initiative, parameters: { types: { value: types } } },
    ]) {
      await clients.create(ASSIGNMENT, { properties }, VERSION);
      expect(await deletions(clients)).toEqual(Array(2).fill('RequestDisallowedByPolicy'));
    }
    expect((await clients.arm('GET', ASSIGNMENT, undefined, VERSION)).body.properties).toMatchObject({
      enforcementMode: 'Default',
      scope: clients.group,
    });
  });
});

describe('policies', () => {
  const names = async ({ arm }: SimulatedClients, scope: string, query = '') => {
    const { body } = await arm(
      'GET',
      `${scope}providers/Microsoft.Authorization/policyAssignments${query}`,
      undefined,
      VERSION,
    );
    return (body.value as JsonObject[]).map(({ id }) => String(id).split('/').at(-1)).toSorted();
  };

  it('are listed at a scope with those above it, and without a filter with those below it', async () => {
    const clients = await assigned();
    const { policyDefinitionId } = (await clients.arm('GET', ASSIGNMENT, undefined, VERSION)).body
      .properties as JsonObject;
    const put = (scope: string, name: string) =>
      clients.create(
        `${scope}${ASSIGNMENT.replace('keep', name)}`,
        { properties: { policyDefinitionId: policyDefinitionId ?? null } },
        VERSION,
      );
    await put(`${subscriptionOf(clients)}/`, 'above');
    await put(`${IDENTITY}/`, 'below');
    expect(await names(clients, '')).toEqual(['above', 'below', 'keep']);
    expect(await names(clients, '', '?$filter=atScope()')).toEqual(['above', 'keep']);
    expect(await names(clients, '', '?$filter=atExactScope()')).toEqual(['keep']);
    expect(await names(clients, `${subscriptionOf(clients)}/`, '?$filter=atScope()')).toEqual(['above']);
    expect(await names(clients, `${IDENTITY}/`, '?$filter=atScope()')).toEqual(['above', 'below', 'keep']);
  });

  it('are read by the ids of their definitions, built-in ones too', async () => {
    const clients = await assigned();
    const own = `${subscriptionOf(clients)}/providers/Microsoft.Authorization/policyDefinitions/keep-tagged`;
    expect((await clients.arm('GET', own, undefined, VERSION)).body).toMatchObject({
      // biome-ignore lint/suspicious/noThenProperty: Azure's word for what a rule does.
      properties: { policyRule: { then: { details: { actionNames: ['delete'] } } } },
    });
    const { send, credential } = clients;
    const { token } = await credential.getToken('https://management.azure.com/.default');
    const url = (path: string) => `https://management.azure.com${path}?api-version=${VERSION}`;
    expect((await send('GET', url(DO_NOT_DELETE_TYPES), { token })).body).toMatchObject({
      properties: { policyType: 'BuiltIn', displayName: 'Do not allow deletion of resource types' },
    });
    expect(outcome(await send('GET', url(DO_NOT_DELETE_TYPES.replace('78460a36', '00000000')), { token }))).toBe(
      'PolicyDefinitionNotFound',
    );
  });

  it('are not assigned without a definition, and rules are understood or refused', async () => {
    const clients = await assigned();
    const policyDefinitionId = `${subscriptionOf(clients)}/providers/Microsoft.Authorization/policyDefinitions/none`;
    const assignment = await clients.arm('PUT', ASSIGNMENT, { properties: { policyDefinitionId } }, VERSION);
    expect(outcome(assignment)).toBe('PolicyDefinitionNotFound');
    const odd = rule();
    const put = async (policyRule: JsonObject) =>
      outcome(
        await clients.arm(
          'PUT',
          policyDefinitionId,
          { properties: { ...(odd.properties as JsonObject), policyRule } },
          VERSION,
        ),
      );
    const then = { effect: 'denyAction', details: { actionNames: ['delete'] } };
    expect(await put({ if: { field: 'type', sounds: 'like' }, then })).toBe('InvalidPolicyRule');
    expect(await put({ if: { field: 'color', equals: 'red' }, then })).toBe('InvalidPolicyRule');
    expect(await put({ then })).toBe('InvalidPolicyRule');
  });
});
