import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';

const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities';
const VERSION = '2024-11-30';

async function names(clients: SimulatedClients, query = ''): Promise<unknown[]> {
  const { body } = await clients.arm('GET', `resources${query}`, undefined, '2025-04-01');
  return (body.value as JsonObject[]).map(({ name }) => name);
}

const make = (clients: SimulatedClients, name: string, tags: JsonObject = {}) =>
  clients.create(`${IDENTITY}/${name}`, { location: 'westeurope', tags }, VERSION);

describe('the list of a group', () => {
  it('lacks what was just made and still has what was just deleted, when told to lag', async () => {
    const clock = manualClock();
    const clients = await simulatedClients({ clock });
    await make(clients, 'id-one');
    clock.advance(60);
    clients.simulator.behave({ listLagInSeconds: 30 });
    await make(clients, 'id-two');
    await clients.arm('DELETE', `${IDENTITY}/id-one`, undefined, VERSION);
    expect(await names(clients)).toEqual(['id-one']);
    expect((await clients.arm('GET', `${IDENTITY}/id-one`, undefined, VERSION)).status).toBe(404);
    clock.advance(31);
    expect(await names(clients)).toEqual(['id-two']);
  });

  it('shows a resource that was deleted and made again once', async () => {
    const clock = manualClock();
    const clients = await simulatedClients({ clock });
    await make(clients, 'id-one');
    await clients.arm('DELETE', `${IDENTITY}/id-one`, undefined, VERSION);
    await make(clients, 'id-one');
    expect(await names(clients)).toEqual(['id-one']);
    clients.simulator.behave({ listLagInSeconds: 30 });
    clock.advance(10);
    expect(await names(clients)).toEqual(['id-one']);
  });

  it('can be filtered and comes in pages', async () => {
    const clients = await simulatedClients();
    for (const name of ['id-one', 'id-two', 'id-three']) await make(clients, name, { of: name });
    const filter = (text: string) => names(clients, `?$filter=${encodeURIComponent(text)}`);
    expect(await filter("tagName eq 'of' and tagValue eq 'id-two'")).toEqual(['id-two']);
    expect(await filter("resourceType eq 'Microsoft.KeyVault/vaults'")).toEqual([]);
    expect((await clients.arm('GET', "resources?$filter=size gt '3'", undefined, '2025-04-01')).status).toBe(400);
    const first = (await clients.arm('GET', 'resources?$top=2', undefined, '2025-04-01')).body;
    const { token } = await clients.credential.getToken('https://management.azure.com/.default');
    const second = (await clients.send('GET', String(first.nextLink), { token })).body;
    expect([(first.value as unknown[]).length, (second.value as unknown[]).length, second.nextLink]).toEqual([
      2,
      1,
      undefined,
    ]);
  });

  it('and a collection in it are not there when the group or parent is not', async () => {
    const clients = await simulatedClients();
    const none = clients.group.replace('rg-demo', 'rg-none');
    expect((await clients.arm('GET', `${none}/resources`, undefined, '2025-04-01')).status).toBe(404);
    expect((await clients.arm('GET', `${none}/${IDENTITY}`, undefined, VERSION)).status).toBe(404);
    const child = 'providers/Microsoft.DBforPostgreSQL/flexibleServers/none/databases';
    expect((await clients.arm('GET', child, undefined, '2025-08-01')).status).toBe(404);
    const everywhere = `/subscriptions/${clients.simulator.subscriptionId}/${IDENTITY}`;
    await make(clients, 'id-one');
    expect((await clients.arm('GET', everywhere, undefined, VERSION)).body.value).toHaveLength(1);
  });
});

describe('a write', () => {
  it('is refused in a region that Azure does not have', async () => {
    const { arm } = await simulatedClients();
    const answer = await arm('PUT', `${IDENTITY}/id-one`, { location: 'atlantis' }, VERSION);
    expect([answer.status, (answer.body.error as JsonObject).code]).toEqual([
      400,
      'LocationNotAvailableForResourceType',
    ]);
    expect((await arm('PUT', `${IDENTITY}/id-one`, { location: 'West Europe' }, VERSION)).status).toBe(201);
  });

  it('by PATCH changes no location and no immutable member', async () => {
    const { create, arm, simulator } = await simulatedClients();
    const vault = 'providers/Microsoft.KeyVault/vaults/kv-demo';
    const properties = { tenantId: simulator.tenantId, sku: { family: 'A', name: 'standard' } };
    await create(vault, { location: 'westeurope', properties }, '2026-02-01');
    const patch = async (body: JsonObject) => {
      const answer = await arm('PATCH', vault, body, '2026-02-01');
      return [answer.status, (answer.body.error as JsonObject | undefined)?.code];
    };
    expect(await patch({ location: 'eastus' })).toEqual([409, 'InvalidResourceLocation']);
    expect(await patch({ properties: { tenantId: simulator.subscriptionId } })).toEqual([
      400,
      'PropertyChangeNotAllowed',
    ]);
    expect((await patch({ tags: { a: 'b' } }))[0]).toBeLessThan(300);
  });
});
