import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { listedApiVersions } from '../../../../src/simulator/schemas.ts';
import { registered } from '../../../helpers/cloud/registered.ts';
import type { SimulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { account, accountPath, NETWORK, PREMIUM_FILES, STORAGE } from '../../../helpers/cloud/storage.ts';

const location = 'westeurope';
const ACCOUNT = accountPath('files');
const FAST = accountPath('fastfiles');
const BUS = 'providers/Microsoft.ServiceBus/namespaces/sb-demo';
const OPEN_AI = 'providers/Microsoft.CognitiveServices/accounts/oai-demo';
const SEARCH = 'providers/Microsoft.Search/searchServices/srch-demo';
const ZONE = 'providers/Microsoft.Network/privateDnsZones/privatelink.file.core.windows.net';
const ENVIRONMENT = 'providers/Microsoft.App/managedEnvironments/cae-demo';
const STORAGE_OF_ENVIRONMENT = `${ENVIRONMENT}/storages/data`;

/** Path, body and version of one resource of each type, in the order in which they are made. */
function everyOther(group: string): readonly (readonly [string, JsonObject, string])[] {
  const subnets = [{ name: 'one', properties: { addressPrefix: '10.0.0.0/24' } }];
  const connection = { privateLinkServiceId: `${group}/${ACCOUNT}`, groupIds: ['file'] };
  const nfsAzureFile = {
    server: 'fastfiles.file.core.windows.net',
    shareName: '/fastfiles/nfs',
    accessMode: 'ReadOnly',
  };
  const model = { format: 'OpenAI', name: 'gpt-4o', version: '2024-08-06' };
  return [
    [ACCOUNT, account(), STORAGE],
    [`${ACCOUNT}/blobServices/default`, { properties: {} }, STORAGE],
    [`${ACCOUNT}/blobServices/default/containers/one`, {}, STORAGE],
    [`${ACCOUNT}/queueServices/default`, { properties: {} }, STORAGE],
    [`${ACCOUNT}/queueServices/default/queues/one`, {}, STORAGE],
    [`${ACCOUNT}/fileServices/default`, { properties: {} }, STORAGE],
    [`${ACCOUNT}/fileServices/default/shares/one`, {}, STORAGE],
    [FAST, account(PREMIUM_FILES), STORAGE],
    [`${FAST}/fileServices/default/shares/nfs`, { properties: { enabledProtocols: 'NFS' } }, STORAGE],
    [BUS, { location, sku: { name: 'Standard' } }, '2024-01-01'],
    [`${BUS}/AuthorizationRules/send`, { properties: { rights: ['Send'] } }, '2024-01-01'],
    [`${BUS}/queues/work`, {}, '2024-01-01'],
    [`${BUS}/queues/work/authorizationRules/send`, { properties: { rights: ['Send'] } }, '2024-01-01'],
    [`${BUS}/topics/news`, {}, '2024-01-01'],
    [`${BUS}/topics/news/authorizationRules/send`, { properties: { rights: ['Send'] } }, '2024-01-01'],
    [`${BUS}/topics/news/subscriptions/all`, {}, '2024-01-01'],
    [OPEN_AI, { location, kind: 'OpenAI', sku: { name: 'S0' }, properties: {} }, '2025-06-01'],
    [`${OPEN_AI}/deployments/chat`, { sku: { name: 'Standard' }, properties: { model } }, '2025-06-01'],
    [SEARCH, { location, sku: { name: 'basic' }, properties: {} }, '2025-05-01'],
    [NETWORK, { location, properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets } }, '2024-05-01'],
    [`${NETWORK}/subnets/two`, { properties: { addressPrefix: '10.0.1.0/24' } }, '2024-05-01'],
    [
      'providers/Microsoft.Network/privateEndpoints/pe-files',
      {
        location,
        properties: {
          subnet: { id: `${group}/${NETWORK}/subnets/one` },
          privateLinkServiceConnections: [{ name: 'files', properties: connection }],
        },
      },
      '2024-05-01',
    ],
    [ZONE, { location: 'global' }, '2024-06-01'],
    [
      `${ZONE}/virtualNetworkLinks/vnet`,
      { location: 'global', properties: { virtualNetwork: { id: `${group}/${NETWORK}` } } },
      '2024-06-01',
    ],
    [ENVIRONMENT, { location, properties: {} }, '2026-01-01'],
    [STORAGE_OF_ENVIRONMENT, { properties: { nfsAzureFile } }, '2026-01-01'],
    [
      `${ENVIRONMENT}/daprComponents/cron`,
      { properties: { componentType: 'bindings.cron', version: 'v1' } },
      '2026-01-01',
    ],
  ];
}

async function withEveryOther(): Promise<SimulatedClients> {
  const clients = await registered([
    'Microsoft.Storage',
    'Microsoft.ServiceBus',
    'Microsoft.CognitiveServices',
    'Microsoft.Search',
    'Microsoft.Network',
  ]);
  for (const [path, body, version] of everyOther(clients.group)) await clients.create(path, body, version);
  return clients;
}

function typeAt(path: string): string {
  const [namespace, ...segments] = path.replace('providers/', '').split('/');
  return [namespace, ...segments.filter((_, index) => index % 2 === 0)].join('/');
}

/** Stable ones of the last four years. A storage over NFS is younger. */
function versionsOf(path: string): readonly string[] {
  const all = listedApiVersions(typeAt(path));
  const stable = all.filter((one) => /^\d{4}-\d\d-\d\d$/.test(one) && one >= '2022-11-01');
  const known = path === STORAGE_OF_ENVIRONMENT ? stable.filter((one) => one >= '2025-01-01') : stable;
  return known.length > 0 ? known : all.slice(0, 1);
}

/** What a write changes by itself. */
function settled(body: JsonObject): JsonObject {
  const moving = new Set(['systemData', 'etag', 'updatedAt', 'lastModifiedTime']);
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (moving.has(key) ? undefined : value))) as JsonObject;
}

describe('what GET answered, put back', () => {
  it('is taken and changes nothing, of every other type in every stable version of the last four years', async () => {
    const clients = await withEveryOther();
    for (const [path] of everyOther(clients.group)) {
      for (const version of versionsOf(path)) {
        const before = (await clients.arm('GET', path, undefined, version)).body;
        const answer = await clients.arm('PUT', path, before, version);
        expect([path, version, answer.status, answer.text]).toEqual([path, version, 200, answer.text]);
        await clients.finish(answer);
        const after = (await clients.arm('GET', path, undefined, version)).body;
        expect([path, version, settled(after)]).toEqual([path, version, settled(before)]);
      }
    }
  });

  it('with a tag changes that and nothing else', async () => {
    const clients = await withEveryOther();
    const tagged = [ACCOUNT, FAST, BUS, OPEN_AI, SEARCH, NETWORK, ZONE];
    for (const path of tagged) {
      const version = versionsOf(path)[0] ?? '';
      const before = (await clients.arm('GET', path, undefined, version)).body;
      const tags = { edited: 'yes' };
      await clients.finish(await clients.arm('PUT', path, { ...before, tags }, version));
      const after = (await clients.arm('GET', path, undefined, version)).body;
      expect([path, settled(after)]).toEqual([path, settled({ ...before, tags })]);
    }
  });

  it('goes with its group, in whatever order it needs', async () => {
    const clients = await withEveryOther();
    const answer = await clients.arm('DELETE', clients.group, undefined, '2025-04-01');
    expect(answer.status).toBe(202);
    await clients.finish(answer);
    const left = await clients.arm('GET', clients.group, undefined, '2025-04-01');
    expect([left.status, jsonAt(left.body, 'error.code')]).toEqual([404, 'ResourceGroupNotFound']);
  });
});
