import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';

const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo';
const LOCK = 'providers/Microsoft.Authorization/locks/keep';
const VERSION = '2020-05-01';

async function locked(level: string, scope: string): Promise<SimulatedClients> {
  const clients = await simulatedClients();
  await clients.create(IDENTITY, { location: 'westeurope' }, '2024-11-30');
  await clients.create(`${scope}${LOCK}`, { properties: { level, notes: 'ours' } }, VERSION);
  return clients;
}

/** What becomes of each kind of write to the identity. */
async function outcomes({ arm }: SimulatedClients): Promise<readonly (string | number)[]> {
  const tags = { location: 'westeurope', tags: { a: 'b' } };
  const answers = [
    await arm('PUT', IDENTITY, tags, '2024-11-30'),
    await arm('PATCH', IDENTITY, { tags: { a: 'c' } }, '2024-11-30'),
    await arm('DELETE', IDENTITY, undefined, '2024-11-30'),
  ];
  return answers.map(({ status, body }) => ((body.error as JsonObject | undefined)?.code as string) ?? status);
}

describe('a lock', () => {
  it.each([
    ['the group', ''],
    ['the resource', `${IDENTITY}/`],
  ])('CanNotDelete on %s stops deletions of resource and group, and nothing else', async (_what, scope) => {
    const clients = await locked('CanNotDelete', scope);
    expect(await outcomes(clients)).toEqual([200, 200, 'ScopeLocked']);
    const group = await clients.arm('DELETE', clients.group, undefined, '2025-04-01');
    expect([group.status, group.body]).toMatchObject([409, { error: { code: 'ScopeLocked' } }]);
    expect((await clients.arm('GET', IDENTITY, undefined, '2024-11-30')).status).toBe(200);
  });

  it('ReadOnly stops every write, and reads go on', async () => {
    const clients = await locked('ReadOnly', '');
    expect(await outcomes(clients)).toEqual(['ScopeLocked', 'ScopeLocked', 'ScopeLocked']);
    const tags = `${IDENTITY}/providers/Microsoft.Resources/tags/default`;
    const answer = await clients.arm('PUT', tags, { properties: { tags: { a: 'b' } } }, '2025-04-01');
    expect(answer.body).toMatchObject({ error: { code: 'ScopeLocked' } });
    expect((await clients.arm('GET', IDENTITY, undefined, '2024-11-30')).status).toBe(200);
  });

  it('can itself be changed and taken away, and then stops nothing', async () => {
    const clients = await locked('ReadOnly', '');
    expect((await clients.arm('PUT', LOCK, { properties: { level: 'CanNotDelete' } }, VERSION)).status).toBe(200);
    expect((await clients.arm('DELETE', LOCK, undefined, VERSION)).status).toBe(200);
    expect(await outcomes(clients)).toEqual([200, 200, 200]);
  });

  it('is listed by its subscription, its group and its resource, and not by another resource', async () => {
    const clients = await locked('CanNotDelete', `${IDENTITY}/`);
    const other = IDENTITY.replace('id-demo', 'id-other');
    await clients.create(other, { location: 'westeurope' }, '2024-11-30');
    const names = async (scope: string) => {
      const { body } = await clients.arm('GET', `${scope}providers/Microsoft.Authorization/locks`, undefined, VERSION);
      return (body.value as JsonObject[]).map(({ name }) => name);
    };
    const { subscriptionId } = clients.simulator;
    expect(await names(`/subscriptions/${subscriptionId}/`)).toEqual(['keep']);
    expect(await names('')).toEqual(['keep']);
    expect(await names(`${IDENTITY}/`)).toEqual(['keep']);
    expect(await names(`${other}/`)).toEqual([]);
  });

  it('of a level that there is not is refused', async () => {
    const { arm } = await simulatedClients();
    const answer = await arm('PUT', LOCK, { properties: { level: 'Sometimes' } }, VERSION);
    expect([answer.status, answer.body]).toMatchObject([400, { error: { code: 'InvalidRequestContent' } }]);
  });
});

describe('a lock of the subscription', () => {
  it('holds for its groups and all in them, and is listed at the subscription alone', async () => {
    const clients = await simulatedClients();
    const { arm, create, group, simulator } = clients;
    await create(IDENTITY, { location: 'westeurope' }, '2024-11-30');
    const lock = `/subscriptions/${simulator.subscriptionId}/${LOCK}`;
    await create(lock, { properties: { level: 'CanNotDelete' } }, VERSION);
    expect(await outcomes(clients)).toEqual([200, 200, 'ScopeLocked']);
    const refused = await arm('DELETE', group, undefined, '2025-04-01');
    expect([refused.status, refused.body]).toMatchObject([409, { error: { code: 'ScopeLocked' } }]);
    const listed = await arm('GET', 'providers/Microsoft.Authorization/locks', undefined, VERSION);
    expect(listed.body.value).toEqual([]);
    expect((await arm('DELETE', lock, undefined, VERSION)).status).toBe(200);
    expect((await arm('DELETE', IDENTITY, undefined, '2024-11-30')).status).toBe(200);
  });

  it('stops the deletion of role assignments and of what is attached, too', async () => {
    const { arm, create, simulator } = await simulatedClients();
    const grant = 'providers/Microsoft.Authorization/roleAssignments/33333333-3333-5333-8333-333333333333';
    const properties = {
      principalId: simulator.state().deployerId,
      roleDefinitionId: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    };
    await create(grant, { properties }, '2022-04-01');
    await create(LOCK, { properties: { level: 'CanNotDelete' } }, VERSION);
    const { status, body } = await arm('DELETE', grant, undefined, '2022-04-01');
    expect([status, body]).toMatchObject([409, { error: { code: 'ScopeLocked' } }]);
  });
});
