import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';

const VERSION = '2025-04-01';
const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo';

async function tagsOf({ arm }: SimulatedClients, scope: string): Promise<unknown> {
  const { body } = await arm('GET', `${scope}/providers/Microsoft.Resources/tags/default`, undefined, VERSION);
  return (body.properties as JsonObject).tags;
}

describe('tags', () => {
  it.each(['the subscription', 'the group', 'a resource'])('of %s are put, patched and taken away', async (what) => {
    const clients = await simulatedClients();
    await clients.create(IDENTITY, { location: 'westeurope', tags: { first: 'one' } }, '2024-11-30');
    const places: Record<string, string> = {
      'the subscription': `/subscriptions/${clients.simulator.subscriptionId}`,
      'the group': clients.group,
      'a resource': `${clients.group}/${IDENTITY}`,
    };
    const scope = places[what] ?? '';
    const at = `${scope}/providers/Microsoft.Resources/tags/default`;
    const patch = async (operation: string, tags: JsonObject) =>
      (await clients.arm('PATCH', at, { operation, properties: { tags } }, VERSION)).status;
    expect((await clients.arm('PUT', at, { properties: { tags: { a: 'b', c: 'd' } } }, VERSION)).status).toBe(200);
    expect(await patch('Merge', { c: 'e', f: 'g' })).toBe(200);
    expect(await tagsOf(clients, scope)).toEqual({ a: 'b', c: 'e', f: 'g' });
    expect(await patch('Delete', { a: 'b', c: 'not this' })).toBe(200);
    expect(await tagsOf(clients, scope)).toEqual({ c: 'e', f: 'g' });
    expect(await patch('Replace', { only: 'this' })).toBe(200);
    expect(await tagsOf(clients, scope)).toEqual({ only: 'this' });
    expect(await patch('Forget', {})).toBe(400);
    expect((await clients.arm('DELETE', at, undefined, VERSION)).status).toBe(200);
    expect(await tagsOf(clients, scope)).toEqual({});
  });

  it('of a resource are what its own GET answers', async () => {
    const clients = await simulatedClients();
    await clients.create(IDENTITY, { location: 'westeurope' }, '2024-11-30');
    const at = `${IDENTITY}/providers/Microsoft.Resources/tags/default`;
    await clients.arm('PUT', at, { properties: { tags: { a: 'b' } } }, VERSION);
    expect((await clients.arm('GET', IDENTITY, undefined, '2024-11-30')).body.tags).toEqual({ a: 'b' });
    const missing = `${IDENTITY.replace('id-demo', 'none')}/providers/Microsoft.Resources/tags/default`;
    expect((await clients.arm('GET', missing, undefined, VERSION)).status).toBe(404);
  });

  it('that differ in case only are one, and more than fifty are too many, wherever they are written', async () => {
    const clients = await simulatedClients();
    const at = `${clients.group}/providers/Microsoft.Resources/tags/default`;
    const put = (tags: JsonObject) => clients.arm('PUT', at, { properties: { tags } }, VERSION);
    await put({ Env: 'one' });
    await put({ env: 'two' });
    expect(await tagsOf(clients, clients.group)).toEqual({ Env: 'two' });
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, 'x']));
    expect((await put(many)).status).toBe(400);
  });

  it('are told by name and value, with how often they are used, and can be defined beforehand', async () => {
    const { arm, create, simulator } = await simulatedClients();
    await create(IDENTITY, { location: 'westeurope', tags: { env: 'prod' } }, '2024-11-30');
    const at = `/subscriptions/${simulator.subscriptionId}/tagNames`;
    expect((await arm('PUT', `${at}/later/tagValues/x`, undefined, VERSION)).status).toBe(404);
    expect((await arm('PUT', `${at}/later`, undefined, VERSION)).status).toBe(201);
    expect((await arm('PUT', `${at}/later`, undefined, VERSION)).status).toBe(200);
    expect((await arm('PUT', `${at}/later/tagValues/x`, undefined, VERSION)).status).toBe(201);
    const list = (await arm('GET', at, undefined, VERSION)).body.value;
    expect(list).toMatchObject([
      { tagName: 'env', count: { value: 1 }, values: [{ tagValue: 'prod', count: { value: 1 } }] },
      { tagName: 'later', count: { value: 0 }, values: [{ tagValue: 'x', count: { value: 0 } }] },
    ]);
    expect((await arm('DELETE', `${at}/env`, undefined, VERSION)).status).toBe(409);
    expect((await arm('DELETE', `${at}/later/tagValues/x`, undefined, VERSION)).status).toBe(200);
    expect((await arm('DELETE', `${at}/later`, undefined, VERSION)).status).toBe(200);
    expect((await arm('DELETE', `${at}/later`, undefined, VERSION)).status).toBe(204);
  });
});
