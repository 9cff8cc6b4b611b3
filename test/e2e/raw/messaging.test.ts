import { expect, it } from 'vitest';
import { createSandbox } from '../../helpers/cli.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';
import { deployOwn, OWN_SIMULATED } from '../../helpers/plan/deploy-own.ts';

const BUS = 'Microsoft.ServiceBus/namespaces';

const config = ({ lock = 'PT1M', sku = 'Standard', sessions = false, scopes = '[worker]' } = {}): string => `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
services:
  worker:
    image: "ghcr.io/shop/worker:1"
    env:
      BUS: { secret: bus_connection }
      ENDPOINT: "\${{resources.bus.outputs.endpoint}}"
      QUEUE: "\${{resources.orders.name}}"
secrets: { bus_connection: "\${{resources.sender.secrets.connection}}" }
resources:
  pubsub:
    type: Microsoft.App/managedEnvironments/daprComponents
    api_version: 2026-01-01
    parent: "\${{container_apps.id}}"
    name: pubsub
    body:
      properties:
        componentType: pubsub.azure.servicebus.topics
        version: v1
        secrets: [{ name: connection, value: "\${{secrets.bus_connection}}" }]
        metadata: [{ name: connectionString, secretRef: connection }]
        scopes: ${scopes}
  sender:
    type: ${BUS}/AuthorizationRules
    api_version: 2024-01-01
    parent: bus
    name: sender
    body: { properties: { rights: [Send, Listen] } }
    secrets: { connection: { action: listKeys, path: primaryConnectionString } }
  orders: { type: ${BUS}/queues, api_version: 2024-01-01, parent: bus, name: orders, depends_on: [sender], body: { properties: { lockDuration: ${lock}, maxDeliveryCount: 5, requiresSession: ${sessions} } } }
  zone: { type: Microsoft.Network/privateDnsZones, api_version: 2024-06-01, name: shop.internal, location: global }
  bus:
    type: ${BUS}
    api_version: 2024-01-01
    name: shop-messages
    body: { sku: { name: ${sku} } }
    outputs: { endpoint: properties.serviceBusEndpoint }
`;

it('makes a queue, its rule, a component that reads a secret and a zone, and keeps the secret out of everything', async () => {
  const sandbox = await createSandbox();
  const first = await deployOwn(sandbox, config());
  const { steps } = await sandbox.state();
  expect(steps.create_databases?.outputs).toMatchObject({
    'resource.bus.endpoint': 'https://shop-messages.servicebus.windows.net:443/',
  });
  const { id: rule = '' } = (await sandbox.state()).resources['resource:sender'] ?? {};
  const secret = await byHand(sandbox, async (arm) => {
    const reply = await arm.post(`${rule}/listKeys`, '2024-01-01');
    return reply.kind === 'done' ? (reply.body as { primaryConnectionString: string }).primaryConnectionString : '';
  });
  expect(secret).toMatch(/^Endpoint=sb:\/\/shop-messages/);
  const key = /SharedAccessKey=([^;]+)/.exec(secret)?.[1] ?? '';
  expect(first.text + JSON.stringify(await sandbox.state())).not.toContain(key);
  await byHand(sandbox, async (arm) => {
    const { id = '' } = (await sandbox.state()).resources['resource:pubsub'] ?? {};
    const reply = await arm.post(`${id}/listSecrets`, '2026-01-01');
    expect(reply.kind === 'done' && reply.body).toEqual({ value: [{ name: 'connection', value: secret }] });
  });

  expect((await deployOwn(sandbox, config())).executed).toEqual([]);
  const drift = async (...args: string[]) => (await sandbox.run(['drift', ...OWN_SIMULATED, ...args])).stdout;
  expect(await drift()).toContain('No drift');

  const slower = await deployOwn(sandbox, config({ lock: 'PT2M' }));
  expect(slower.text).toContain('resources.orders.body.properties.lockDuration');
  expect(slower.executed).not.toContain('deploy_infrastructure_services');
  // Another field of the component: its secret is sent again, since Azure does not answer it.
  const wider = await deployOwn(sandbox, config({ lock: 'PT2M', scopes: '[worker, other]' }));
  expect(wider.executed).not.toContain('create_databases');
  expect(await drift()).toContain('No drift');

  await byHand(sandbox, async (arm) => {
    const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
    const queue = `${BUS}/shop-messages/queues/orders`;
    const live = await handOf(arm, group).get(queue, '2024-01-01');
    await handOf(arm, group).put(queue, '2024-01-01', {
      properties: { ...(live.properties as object), lockDuration: 'PT5M', defaultMessageTimeToLive: 'P1D' },
    });
  });
  expect(await drift()).toContain('resource:orders properties.lockDuration: PT2M → PT5M');
  await drift('--fix', '--auto-approve');
  expect(await drift()).toContain('No drift');
  await byHand(sandbox, async (arm) => {
    const { id = '' } = (await sandbox.state()).resources['resource:orders'] ?? {};
    // What the body does not say is its owner's.
    expect((await arm.get(id, '2024-01-01'))?.properties).toMatchObject({
      lockDuration: 'PT2M',
      defaultMessageTimeToLive: 'P1D',
    });
  });

  const gone = await sandbox.run(['destroy', ...OWN_SIMULATED, '--confirm', 'default', '--output', 'json']);
  expect(gone.exitCode, `${gone.stderr}${gone.stdout.slice(-2500)}`).toBe(0);
  const deletions = (await sandbox.requests()).filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  for (const name of ['/shop-messages', '/shop.internal', '/shop-rg'])
    expect(
      deletions.some((path) => path.split('?')[0]?.endsWith(name)),
      name,
    ).toBe(true);
});

it('tells where it stands what Azure does not take, and goes on from there', async () => {
  const sandbox = await createSandbox();
  const args = [...OWN_SIMULATED, '--auto-approve', '--output', 'json'];
  await sandbox.write('own.yaml', config().replaceAll('2024-01-01', '2024-01-02'));
  const version = await sandbox.run(args);
  expect(version.exitCode).toBe(1);
  expect(version.stdout).toMatch(/cannot be made with the API version 2024-01-02; .* has /);

  await sandbox.write('own.yaml', config({ sku: 'Basic', sessions: true }));
  const refused = await sandbox.run(args);
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toContain('resources.orders (Microsoft.ServiceBus/namespaces/shop-messages/queues/orders)');
  expect((await deployOwn(sandbox, config())).executed).toContain('deploy_infrastructure_services');
});
