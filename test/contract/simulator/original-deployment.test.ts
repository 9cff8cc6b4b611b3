import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { type Hand, handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { CLOUD_FILE, originalDeployment } from '../../helpers/takeover/original-deployment.ts';

const REGISTRY = 'Microsoft.ContainerRegistry/registries/draftgenieacr';

async function original(): Promise<{ simulator: Simulator; hand: Hand }> {
  const { sandbox, cloud } = await originalDeployment();
  const { subscriptionId } = await cloud();
  const simulator = await startSimulator({ profile: 'instant', stateFile: join(sandbox.directory, CLOUD_FILE) });
  onTestFinished(() => simulator.close());
  const transport = createTransport({ connectTo: simulator });
  const endpoints = cloudEndpoints('AzureCloud');
  const credential = await clientSecretCredential(simulator, endpoints, transport);
  const { arm } = connectAzure({ cloud: endpoints, credential, transport });
  return { simulator, hand: handOf(arm, `/subscriptions/${subscriptionId}/resourceGroups/draftgenie-rg`) };
}

function told(simulator: Simulator): readonly string[] {
  return simulator.requests().at(-1)?.outages ?? [];
}

it('what the original script left is there as it was, with every app healthy and able to start again', async () => {
  const { simulator, hand } = await original();
  const resources = JSON.parse(
    await readFile(new URL('../../fixtures/original-deployment/resources.json', import.meta.url), 'utf8'),
  ) as readonly { id: string; body: JsonObject }[];
  const server = await hand.get('Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-postgres', '2025-08-01');
  expect(jsonAt(server, 'properties.administratorLogin')).toBe('draftgenieadmind1b5e8');
  const cache = await hand.get('Microsoft.Cache/redis/draftgenie-redis', '2024-11-01');
  expect(jsonAt(cache, 'properties.hostName')).toBe('draftgenie-redis.redis.cache.windows.net');
  // After them what Azure makes by itself for Application Insights.
  const there = Object.keys(simulator.state().resources);
  expect(there.slice(0, resources.length)).toEqual(resources.map(({ id }) => id.toLowerCase()));
  expect(there.slice(resources.length).map((id) => id.split('/').at(-2))).toEqual([
    'actiongroups',
    'smartdetectoralertrules',
  ]);
  const serving = simulator.traffic().flatMap(({ weights }) => Object.keys(weights));
  expect(serving).toHaveLength(7);
  expect(told(simulator)).toEqual([]);
});

it('tells with every request who could not start again, and who has no healthy revision', async () => {
  const { simulator, hand } = await original();
  await hand.patch(REGISTRY, '2025-11-01', { properties: { adminUserEnabled: false } });
  await hand.get(REGISTRY, '2025-11-01');
  expect(told(simulator)).toHaveLength(5);
  expect(told(simulator)).toContainEqual(
    expect.stringMatching(/^api-gateway: a new replica could not pull: .*UNAUTHORIZED/),
  );

  await hand.patch(REGISTRY, '2025-11-01', { properties: { adminUserEnabled: true } });
  simulator.behave({ unhealthy: { qdrant: 'crash' } });
  await hand.get(REGISTRY, '2025-11-01');
  expect(told(simulator)).toEqual(['qdrant: no healthy revision has traffic']);
});
