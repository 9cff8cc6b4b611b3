import { describe, expect, it } from 'vitest';
import type { Drift } from '../../../src/domain/drift.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { planOf } from '../../helpers/plan/as-planned.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const CLOUD = '.draftgenie-deploy/simulator/cloud.json';
const VERSION = '2025-06-01';
const NETWORKS = '2024-05-01';
const ACCOUNT = 'Microsoft.Storage/storageAccounts/brokerfiles1';

const config = (volume = 'share: broker', rest = ''): string => `
azure: { resource_group: broker-rg, location: westeurope, project_name: broker }
key_vault: { name: broker-vault-1 }
storage: { account: brokerfiles1, shares: { broker: { quota: 20 }, media: {} } }
services:
  queue:
    image: "rabbitmq:4"
    port: 5672
    transport: tcp
    env: { RABBITMQ_NODENAME: rabbit@localhost }
    volumes: { data: { ${volume} } }
    mounts: { /var/lib/rabbitmq/mnesia: data }
  web:
    image: "nginx:1"
    port: 80
    ingress: external
    volumes: { media: { share: media, read_only: true } }
    mounts: { /usr/share/nginx/html: media }
${rest}`;

const SUBNET = 'resourceGroups/net-rg/providers/Microsoft.Network/virtualNetworks/net/subnets/apps';

const byNfs = (subnet: string, protocol: '' | 'nfs'): string => `
azure: { resource_group: broker-rg, location: westeurope, project_name: broker }
key_vault: { name: broker-vault-1 }
container_apps: { subnet: ${subnet} }
${protocol && `storage: { account: brokerfiles1, sku: Premium_LRS, shares: { broker: { protocol: ${protocol} } } }`}
services:
  queue:
    image: "rabbitmq:4"
    port: 5672
    transport: tcp
    env: { RABBITMQ_NODENAME: rabbit@localhost }
${protocol && '    volumes: { data: { share: broker } }\n    mounts: { /var/lib/rabbitmq: data }\n'}`;

/** `/subscriptions/…` of the cloud. */
async function subscriptionOf(sandbox: Sandbox): Promise<string> {
  const plan = await sandbox.run(['plan', ...SIMULATE, '--output', 'json']);
  return `/subscriptions/${planOf(plan).target?.subscriptionId}`;
}

/** The network of somebody else, whose subnet the environment may have. */
async function makeNetwork(sandbox: Sandbox, subnet: string, serviceEndpoints: readonly JsonObject[]): Promise<void> {
  const [group = ''] = subnet.split('/providers/');
  const [network = ''] = subnet.split('/subnets/');
  const delegations = [{ name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }];
  const properties = { addressPrefix: '10.0.0.0/23', delegations, serviceEndpoints: [...serviceEndpoints] };
  await byHand(sandbox, async (arm) => {
    const [subscription = ''] = subnet.split('/resourceGroups/');
    await arm.post(`${subscription}/providers/Microsoft.Network/register`, '2025-04-01');
    const location = 'westeurope';
    await arm.put(group, '2025-04-01', { location });
    const reply = await arm.put(network, NETWORKS, {
      location,
      properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets: [{ name: 'apps', properties }] },
    });
    if (reply.kind === 'started') await arm.poll(reply.operation);
  });
}

async function deployed(sandbox: Sandbox, text = config()) {
  await sandbox.write('app/config.yaml', text);
  const result = await sandbox.deploy();
  expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
  const end = result.events.at(-1) as unknown as { readonly executed: readonly string[] };
  return { ...result, executed: end.executed };
}

async function drift(sandbox: Sandbox): Promise<readonly Drift[]> {
  const { events } = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
  return (events[0] as unknown as { drift: Drift[] }).drift;
}

async function keysOf(sandbox: Sandbox): Promise<readonly string[]> {
  return await byHand(sandbox, async (arm) => {
    const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
    const reply = await arm.post(`${group}/providers/${ACCOUNT}/listKeys`, VERSION);
    const { keys } = (reply.kind === 'done' ? reply.body : {}) as { keys: { value: string }[] };
    return keys.map(({ value }) => value);
  });
}

async function renewKey(sandbox: Sandbox): Promise<void> {
  await byHand(sandbox, async (arm) => {
    const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
    await arm.post(`${group}/providers/${ACCOUNT}/regenerateKey`, VERSION, { keyName: 'key1' });
  });
}

describe('shares that services mount', () => {
  it('are mounted by a key that lies in the vault alone; another key is found, and everything mounts with it', async () => {
    const sandbox = await createSandbox();
    const first = await deployed(sandbox);
    expect(planOf(first).warnings.filter((one) => one.includes('not persistent'))).toEqual([]);
    const [key = ''] = await keysOf(sandbox);
    expect(key).not.toBe('');
    const state = await sandbox.read('.azure-deployment-state-v1.json');
    expect(state).not.toContain(key);
    const toArm = (await sandbox.requests()).filter(({ host }) => host === 'management.azure.com');
    expect(JSON.stringify(toArm)).not.toContain(key);
    expect(first.stdout + first.stderr).not.toContain(key);
    expect((await deployed(sandbox)).executed).toEqual([]);
    expect(await drift(sandbox)).toEqual([]);

    await renewKey(sandbox);
    expect((await drift(sandbox)).map(({ key: resource, path }) => `${resource} ${path}`)).toEqual([
      'secret:STORAGE-ACCOUNT-KEY value',
    ]);
    const again = await deployed(sandbox);
    expect(again.executed).toEqual(
      expect.arrayContaining(['store_secrets', 'deploy_infrastructure_services', 'verify_deployment']),
    );
    expect(await drift(sandbox)).toEqual([]);
    expect((await deployed(sandbox)).executed).toEqual([]);
    const cloud = JSON.parse(await sandbox.read(CLOUD)) as CloudState;
    const stored = Object.values(cloud.secrets).flatMap((vault) => vault['storage-account-key'] ?? []);
    expect(JSON.stringify(stored)).toContain((await keysOf(sandbox))[0]);
  });

  it('are mounted in another way where the file says so, and go by destroy', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox);
    const changed = await deployed(sandbox, config('share: broker, mount_options: nobrl'));
    expect(changed.executed).toContain('deploy_infrastructure_services');
    expect(changed.stdout).toContain('services.queue.volumes');
    const gone = await sandbox.run(['destroy', ...SIMULATE, '--output', 'json', '--confirm', 'default']);
    expect(gone.exitCode, gone.stderr).toBe(0);
    expect(planOf(gone).resources.filter(({ action }) => action !== 'delete')).toEqual([]);
  });

  it('are reached by NFS from the subnet of the environment alone, with what Azure says where it has no endpoint', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('app/config.yaml', byNfs(`/subscriptions/s/${SUBNET}`, ''));
    const subnet = `${await subscriptionOf(sandbox)}/${SUBNET}`;
    await makeNetwork(sandbox, subnet, []);
    await deployed(sandbox, byNfs(subnet, ''));
    const nfs = byNfs(subnet, 'nfs');
    await sandbox.write('app/config.yaml', nfs);
    const refused = await sandbox.deploy();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout).toContain('SubnetsHaveNoServiceEndpointsConfigured:Subnets apps of virtual network');

    await makeNetwork(sandbox, subnet, [{ service: 'Microsoft.Storage' }]);
    const made = await deployed(sandbox, nfs);
    expect(planOf(made).warnings).toContainEqual(
      expect.stringContaining('the subnet apps needs the service endpoint Microsoft.Storage'),
    );
    expect((await deployed(sandbox, nfs)).executed).toEqual([]);
    expect(await drift(sandbox)).toEqual([]);
    await sandbox.write('app/config.yaml', nfs.replace('protocol: nfs', 'protocol: smb'));
    const changed = await sandbox.deploy();
    expect(changed.exitCode).not.toBe(0);
    expect(changed.stdout + changed.stderr).toContain('Azure does not change properties.enabledProtocols: NFS → SMB');
  });

  it('are told of once where they are not there for what holds data', async () => {
    const sandbox = await createSandbox();
    await sandbox.write(
      'app/config.yaml',
      `
azure: { resource_group: broker-rg, location: westeurope, project_name: broker }
key_vault: { name: broker-vault-1 }
services:
  queue: { image: "rabbitmq:4", port: 5672, transport: tcp }
  vectors: { image: "qdrant/qdrant:v1.9.0", port: 6333, transport: tcp }
`,
    );
    const plan = await sandbox.run(['plan', ...SIMULATE]);
    expect(plan.exitCode, plan.stderr).toBe(0);
    expect(plan.stdout.split('not persistent')).toHaveLength(2);
    expect(plan.stdout).toContain('though not that of vectors; so does a managed service');
  });
});
