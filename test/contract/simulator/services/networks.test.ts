import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import type { Answer, SimulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { account, accountPath, NETWORK, PREMIUM_FILES, STORAGE, withStorage } from '../../../helpers/cloud/storage.ts';

const VERSION = '2024-05-01';
const APP = '2026-01-01';
const DNS = '2024-06-01';
const ENVIRONMENT = 'providers/Microsoft.App/managedEnvironments/cae-net';
const ZONE = 'providers/Microsoft.Network/privateDnsZones/privatelink.file.core.windows.net';
const location = 'westeurope';
const delegations = [{ name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }];

const outcome = ({ status, body: { error } }: Answer) => (error as JsonObject | undefined)?.code ?? status;

function network(subnets?: JsonObject[]): JsonObject {
  const addressSpace = { addressPrefixes: ['10.0.0.0/16'] };
  return { location, properties: { addressSpace, ...(subnets && { subnets }) } };
}

function part(name: string, addressPrefix: string, more: JsonObject = {}): JsonObject {
  return { name, properties: { addressPrefix, ...more } };
}

async function withNetwork(subnets: JsonObject[]): Promise<SimulatedClients> {
  const clients = await withStorage();
  await clients.create(NETWORK, network(subnets), VERSION);
  return clients;
}

async function names({ arm }: SimulatedClients): Promise<unknown> {
  const { body } = await arm('GET', NETWORK, undefined, VERSION);
  return (jsonAt(body, 'properties.subnets') as JsonObject[]).map(({ name }) => name);
}

function environment({ group }: SimulatedClients, name: string): JsonObject {
  const workloadProfiles = [{ name: 'Consumption', workloadProfileType: 'Consumption' }];
  const infrastructureSubnetId = `${group}/${NETWORK}/subnets/${name}`;
  return { location, properties: { workloadProfiles, vnetConfiguration: { infrastructureSubnetId } } };
}

describe('a virtual network', () => {
  it('has its subnets in its body and below it', async () => {
    const clients = await withNetwork([part('one', '10.0.0.0/24')]);
    await clients.create(`${NETWORK}/subnets/two`, { properties: { addressPrefix: '10.0.1.0/24' } }, VERSION);
    expect(await names(clients)).toEqual(['one', 'two']);
    expect((await clients.arm('GET', `${NETWORK}/subnets/one`, undefined, VERSION)).body).toMatchObject({
      properties: { addressPrefix: '10.0.0.0/24', provisioningState: 'Succeeded' },
    });
    // Without the member they stay; with it there are no others.
    await clients.create(NETWORK, network(), VERSION);
    expect(await names(clients)).toEqual(['one', 'two']);
    await clients.create(NETWORK, network([part('two', '10.0.1.0/24')]), VERSION);
    expect(await names(clients)).toEqual(['two']);
  });

  it('can be put back as it was answered', async () => {
    const clients = await withNetwork([part('one', '10.0.0.0/24', { delegations })]);
    const { body } = await clients.arm('GET', NETWORK, undefined, VERSION);
    expect(outcome(await clients.arm('PUT', NETWORK, body, VERSION))).toBe(200);
    expect((await clients.arm('GET', NETWORK, undefined, VERSION)).body.properties).toEqual(body.properties);
  });

  it.each([
    ['outside of it', '10.1.0.0/24', 'NetcfgSubnetRangeOutsideVnet'],
    ['over another', '10.0.0.128/25', 'NetcfgSubnetRangesOverlap'],
    ['too small', '10.0.2.0/30', 'InvalidCIDRNotation'],
    ['in the middle of a range', '10.0.2.1/24', 'InvalidCIDRNotation'],
  ])('has no subnet %s', async (_, addressPrefix, code) => {
    const { arm } = await withNetwork([part('one', '10.0.0.0/24')]);
    const below = await arm('PUT', `${NETWORK}/subnets/two`, { properties: { addressPrefix } }, VERSION);
    expect(outcome(below)).toBe(code);
    const within = await arm(
      'PUT',
      NETWORK,
      network([part('one', '10.0.0.0/24'), part('two', addressPrefix)]),
      VERSION,
    );
    expect(outcome(within)).toBe(code);
  });

  it('stays, with the subnet, while an environment is in it', async () => {
    const clients = await withNetwork([part('apps', '10.0.0.0/23', { delegations })]);
    await clients.create(ENVIRONMENT, environment(clients, 'apps'), APP);
    for (const path of [NETWORK, `${NETWORK}/subnets/apps`]) {
      const answer = await clients.arm('DELETE', path, undefined, VERSION);
      expect(outcome(answer)).toBe('InUseSubnetCannotBeDeleted');
    }
    expect(outcome(await clients.arm('PUT', NETWORK, network([]), VERSION))).toBe('InUseSubnetCannotBeDeleted');
    await clients.finish(await clients.arm('DELETE', ENVIRONMENT, undefined, APP));
    const answer = await clients.arm('DELETE', NETWORK, undefined, VERSION);
    expect(answer.status).toBe(202);
  });
});

describe('an environment in a network', () => {
  it.each([
    ['a subnet that is not there', 'none', 'ManagedEnvironmentInvalidNetworkConfiguration'],
    ['one that is too small', 'small', 'ManagedEnvironmentInvalidNetworkConfiguration'],
    ['one that is not delegated', 'plain', 'ManagedEnvironmentSubnetDelegationError'],
    ['one for it', 'apps', 201],
  ])('names %s', async (_, name, code) => {
    const clients = await withNetwork([
      part('small', '10.0.0.0/28', { delegations }),
      part('plain', '10.0.2.0/23'),
      part('apps', '10.0.4.0/23', { delegations }),
    ]);
    const answer = await clients.arm('PUT', ENVIRONMENT, environment(clients, name), APP);
    expect(outcome(answer)).toBe(code);
  });

  it('has its subnet for itself', async () => {
    const clients = await withNetwork([part('apps', '10.0.0.0/23', { delegations })]);
    await clients.create(ENVIRONMENT, environment(clients, 'apps'), APP);
    const other = await clients.arm('PUT', `${ENVIRONMENT}-2`, environment(clients, 'apps'), APP);
    expect(outcome(other)).toBe('ManagedEnvironmentInvalidNetworkConfiguration');
  });

  it.each<[string, (clients: SimulatedClients) => Promise<unknown>, JsonObject, boolean]>([
    ['by a rule for its subnet', withRule, { supportsHttpsTrafficOnly: false }, true],
    ['by a private endpoint', withEndpoint, { supportsHttpsTrafficOnly: false }, true],
    ['not while secure transfer is required', withRule, {}, false],
    ['not from everywhere', async () => undefined, { supportsHttpsTrafficOnly: false }, false],
    ['not where the service wants encryption', withEncryption, { supportsHttpsTrafficOnly: false }, false],
  ])('mounts a share over NFS %s', async (_, open, properties, mounts) => {
    const clients = await withNetwork([
      part('apps', '10.0.0.0/23', { delegations, serviceEndpoints: [{ service: 'Microsoft.Storage' }] }),
      part('endpoints', '10.0.2.0/24'),
    ]);
    await clients.create(ENVIRONMENT, environment(clients, 'apps'), APP);
    await clients.create(accountPath('files'), account({ ...PREMIUM_FILES, properties }), STORAGE);
    const share = `${accountPath('files')}/fileServices/default/shares/data`;
    await clients.create(share, { properties: { enabledProtocols: 'NFS', shareQuota: 100 } }, STORAGE);
    await open(clients);
    const nfsAzureFile = {
      server: 'files.file.core.windows.net',
      shareName: '/files/data',
      accessMode: 'ReadWrite',
    };
    await clients.create(`${ENVIRONMENT}/storages/data`, { properties: { nfsAzureFile } }, APP);
    expect(await health(clients)).toBe(mounts ? 'Healthy' : 'Unhealthy');
  });
});

async function withRule({ arm, group }: SimulatedClients): Promise<void> {
  const virtualNetworkRules = [{ id: `${group}/${NETWORK}/subnets/apps`, action: 'Allow' }];
  const networkAcls = { defaultAction: 'Deny', virtualNetworkRules };
  const answer = await arm('PATCH', accountPath('files'), { properties: { networkAcls } }, STORAGE);
  expect(answer.status, answer.text).toBe(200);
}

async function withEncryption(clients: SimulatedClients): Promise<void> {
  await withRule(clients);
  const protocolSettings = { nfs: { encryptionInTransit: { required: true } } };
  const path = `${accountPath('files')}/fileServices/default`;
  const answer = await clients.arm('PUT', path, { properties: { protocolSettings } }, STORAGE);
  expect(answer.status, answer.text).toBe(200);
}

function endpoint(group: string, target: string): JsonObject {
  const privateLinkServiceConnections = [
    { name: 'files', properties: { privateLinkServiceId: `${group}/${target}`, groupIds: ['file'] } },
  ];
  return {
    location,
    properties: { subnet: { id: `${group}/${NETWORK}/subnets/endpoints` }, privateLinkServiceConnections },
  };
}

async function withEndpoint({ arm, create, group }: SimulatedClients): Promise<void> {
  const path = 'providers/Microsoft.Network/privateEndpoints/pe-files';
  const lost = await arm('PUT', path, endpoint(group, accountPath('nobody')), VERSION);
  expect(outcome(lost)).toBe('InvalidResourceReference');
  await create(path, endpoint(group, accountPath('files')), VERSION);
}

/** Of an app from another registry that mounts the share. */
async function health(clients: SimulatedClients): Promise<unknown> {
  const path = 'providers/Microsoft.App/containerApps/reader';
  const containers = [
    {
      name: 'reader',
      image: 'docker.io/library/redis:7',
      resources: { cpu: 0.5, memory: '1Gi' },
      volumeMounts: [{ volumeName: 'data', mountPath: '/data' }],
    },
  ];
  const volumes = [{ name: 'data', storageType: 'NfsAzureFile', storageName: 'data' }];
  const template = { containers, volumes, scale: { minReplicas: 1 } };
  const environmentId = `${clients.group}/${ENVIRONMENT}`;
  await clients.create(path, { location, properties: { environmentId, template } }, APP);
  const { body } = await clients.arm('GET', `${path}/revisions`, undefined, APP);
  return jsonAt((body.value as JsonObject[])[0] ?? {}, 'properties.healthState');
}

describe('a private DNS zone', () => {
  it('is everywhere, is linked to networks, and stays while it is', async () => {
    const clients = await withNetwork([]);
    const { arm, create, group } = clients;
    expect(outcome(await arm('PUT', ZONE, { location }, DNS))).toBe('LocationNotAvailableForResourceType');
    await create(ZONE, { location: 'global' }, DNS);
    const link = `${ZONE}/virtualNetworkLinks/vnet`;
    const to = (id: string): JsonObject => ({
      location: 'global',
      properties: { virtualNetwork: { id }, registrationEnabled: false },
    });
    expect(outcome(await arm('PUT', link, to(`${group}/${NETWORK}-none`), DNS))).toBe('BadRequest');
    await create(link, to(`${group}/${NETWORK}`), DNS);
    expect((await arm('GET', ZONE, undefined, DNS)).body).toMatchObject({
      location: 'global',
      properties: { provisioningState: 'Succeeded', numberOfVirtualNetworkLinks: 1 },
    });
    expect(outcome(await arm('DELETE', ZONE, undefined, DNS))).toBe('CannotDeleteResource');
    await clients.finish(await arm('DELETE', link, undefined, DNS));
    expect((await arm('DELETE', ZONE, undefined, DNS)).status).toBe(202);
  });
});
