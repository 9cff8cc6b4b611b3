import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';

const APP_VERSION = '2026-01-01';
const ENVIRONMENT = { location: 'eastus', properties: {} };

async function usages(clients: SimulatedClients, below: string, version: string): Promise<readonly JsonObject[]> {
  const { subscriptionId } = clients.simulator.state();
  const path = `/subscriptions/${subscriptionId}/providers/${below}/usages`;
  return (await clients.arm('GET', path, undefined, version)).body.value as JsonObject[];
}

describe('the quotas of the simulated subscription', () => {
  it('count the environments of a region, and refuse one too many', async () => {
    const clients = await simulatedClients();
    clients.simulator.behave({ quotas: { 'eastus/ManagedEnvironmentCount': 1 } });
    await clients.create('providers/Microsoft.App/managedEnvironments/one', ENVIRONMENT, APP_VERSION);
    expect(await usages(clients, 'Microsoft.App/locations/East US', APP_VERSION)).toEqual([
      {
        unit: 'Count',
        currentValue: 1,
        limit: 1,
        name: { value: 'ManagedEnvironmentCount', localizedValue: 'Managed Environment Count' },
      },
    ]);
    const put = async (name: string, body: JsonObject) => {
      const path = `providers/Microsoft.App/managedEnvironments/${name}`;
      const { status, body: answer } = await clients.arm('PUT', path, body, APP_VERSION);
      return [status, (answer.error as JsonObject | undefined)?.code];
    };
    expect(await put('two', ENVIRONMENT)).toEqual([400, 'MaxNumberOfRegionalEnvironmentsInSubExceeded']);
    expect((await put('one', { ...ENVIRONMENT, tags: { a: 'b' } }))[1]).toBeUndefined();
    expect((await put('there', { ...ENVIRONMENT, location: 'westus2' }))[1]).toBeUndefined();
  });

  it('count the vCores of database servers, also those that a larger size takes', async () => {
    const clients = await simulatedClients();
    const { subscriptionId } = clients.simulator.state();
    await clients.arm(
      'POST',
      `/subscriptions/${subscriptionId}/providers/Microsoft.DBforPostgreSQL/register`,
      undefined,
      '2025-04-01',
    );
    clients.simulator.behave({ quotas: { 'eastus/cores': 3 } });
    const server = (name: string): JsonObject => ({
      location: 'eastus',
      sku: { name, tier: 'Burstable' },
      properties: {
        version: '16',
        administratorLogin: 'app',
        administratorLoginPassword: 'Correct-Horse-9-Battery',
        storage: { storageSizeGB: 32 },
      },
    });
    const put = async (name: string, size: string) => {
      const path = `providers/Microsoft.DBforPostgreSQL/flexibleServers/${name}`;
      const answer = await clients.arm('PUT', path, server(size), '2025-08-01');
      if (answer.status < 300) await clients.finish(answer);
      return (answer.body.error as JsonObject | undefined)?.code;
    };
    expect(await put('pg-one', 'Standard_B2s')).toBeUndefined();
    const below = 'Microsoft.DBforPostgreSQL/locations/eastus/resourceType/flexibleServers';
    const listed = await usages(clients, below, '2025-08-01');
    expect(listed).toContainEqual(
      expect.objectContaining({ name: { value: 'cores', localizedValue: 'cores' }, currentValue: 2, limit: 3 }),
    );
    const inUse = listed.filter(({ currentValue }) => currentValue === 2).map(({ name }) => (name as JsonObject).value);
    expect(inUse).toEqual(['cores', 'standardBSFamily']);
    expect(listed.map(({ name }) => (name as JsonObject).value)).toEqual(
      expect.arrayContaining(['standardDSv3Family', 'standardDDSv4Family', 'standardDDSv5Family']),
    );
    expect(await put('pg-two', 'Standard_B2s')).toBe('QuotaExceeded');
    expect(await put('pg-one', 'Standard_B4ms')).toBe('QuotaExceeded');
    expect(await put('pg-two', 'Standard_B1ms')).toBeUndefined();
  });
});
