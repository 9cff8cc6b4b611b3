import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import type { Answer, SimulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { account, accountPath, NETWORK, STORAGE, withStorage } from '../../../helpers/cloud/storage.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const outcome = ({ status, body }: Answer) => jsonAt(body, 'error.code') ?? status;
const ACCOUNT = accountPath('files');

async function put({ arm }: SimulatedClients, body: JsonObject, version = STORAGE): Promise<Answer> {
  return await arm('PUT', ACCOUNT, body, version);
}

async function keys({ arm }: SimulatedClients, action = 'listKeys', sent?: JsonObject): Promise<JsonObject[]> {
  const { body } = await arm('POST', `${ACCOUNT}/${action}`, sent, STORAGE);
  return (body.keys as JsonObject[] | undefined) ?? [];
}

describe('a new storage account', () => {
  it('is accepted without a body, and is looked at by Location alone until it is there', async () => {
    const clock = manualClock();
    const clients = await withStorage({ profile: 'realistic', speed: 1, clock });
    const answer = await put(clients, account());
    expect([answer.status, answer.text, answer.headers['azure-asyncoperation']]).toEqual([202, '', undefined]);
    expect(answer.headers.location).toMatch(
      /\/Microsoft\.Storage\/locations\/westeurope\/asyncoperations\/.+monitor=true/,
    );
    expect((await clients.arm('GET', ACCOUNT, undefined, STORAGE)).body).toMatchObject({
      properties: { provisioningState: 'Creating' },
    });
    expect(outcome(await clients.arm('POST', `${ACCOUNT}/listKeys`, undefined, STORAGE))).toBe(
      'StorageAccountIsNotProvisioned',
    );
    const share = `${ACCOUNT}/fileServices/default/shares/data`;
    expect(outcome(await clients.arm('PUT', share, {}, STORAGE))).toBe('StorageAccountIsNotProvisioned');
    const made = await clients.finish(answer);
    expect(made).toMatchObject({ name: 'files', properties: { provisioningState: 'Succeeded' } });
    const again = await put(clients, account());
    expect([again.status, again.headers.location, again.body.name]).toEqual([200, undefined, 'files']);
  });

  it('has what Azure fills in', async () => {
    const clients = await withStorage();
    const body = await clients.create(ACCOUNT, account(), STORAGE);
    expect(body).toMatchObject({
      sku: { name: 'Standard_LRS', tier: 'Standard' },
      properties: {
        accessTier: 'Hot',
        allowBlobPublicAccess: false,
        minimumTlsVersion: 'TLS1_0',
        supportsHttpsTrafficOnly: true,
        networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow', ipRules: [], virtualNetworkRules: [] },
        encryption: { keySource: 'Microsoft.Storage', services: { blob: { enabled: true } } },
        primaryEndpoints: {
          blob: 'https://files.blob.core.windows.net/',
          queue: 'https://files.queue.core.windows.net/',
          file: 'https://files.file.core.windows.net/',
        },
        keyCreationTime: { key1: expect.stringMatching(/Z$/) },
      },
    });
  });

  it.each<[string, JsonObject, unknown]>([
    ['zones for page blobs', { sku: { name: 'Premium_ZRS' } }, 'InvalidValuesForRequestParameters'],
    ['files on a disk of another kind', { kind: 'FileStorage' }, 'InvalidValuesForRequestParameters'],
    ['a kind that is retired', { kind: 'Storage' }, 'AccountKindNotSupported'],
    ['a tag with a name of 129 characters', { tags: { ['t'.repeat(129)]: 'x' } }, 'InvalidTagNameLength'],
    [
      'directories of page blobs',
      { sku: { name: 'Premium_LRS' }, properties: { isHnsEnabled: true } },
      'InvalidRequestPropertyValue',
    ],
    ['NFS 3 without directories', { properties: { isNfsV3Enabled: true } }, 'InvalidRequestPropertyValue'],
    ['a tier that is not its own', { properties: { accessTier: 'Premium' } }, 'AccountPropertyIsInvalid'],
    ['a sku that never was', { sku: { name: 'Standard_XRS' } }, 'InvalidRequestContent'],
    ['a member that never was', { properties: { enableHttpsTrafficOnly: true } }, 'InvalidRequestContent'],
    [
      'a private address',
      { properties: acls({ ipRules: [{ value: '10.1.2.3' }] }) },
      'InvalidValuesForRequestParameters',
    ],
    [
      'a range of two',
      { properties: acls({ ipRules: [{ value: '203.0.113.8/31' }] }) },
      'InvalidValuesForRequestParameters',
    ],
    [
      'a subnet by its name',
      { properties: acls({ virtualNetworkRules: [{ id: 'apps' }] }) },
      'InvalidValuesForRequestParameters',
    ],
  ])('is not made with %s', async (_, changes, code) => {
    expect(outcome(await put(await withStorage(), account(changes)))).toBe(code);
  });

  it('fails after it was accepted where a subnet lacks the service endpoint, and leaves nothing', async () => {
    const clients = await withStorage();
    const virtualNetworkRules = [{ id: `${clients.group}/${NETWORK}/subnets/apps` }];
    const answer = await put(clients, account({ properties: acls({ virtualNetworkRules }) }));
    expect(answer.status).toBe(202);
    const end = await clients.finish(answer);
    expect(end).toMatchObject({ status: 'Failed', error: { code: 'NetworkAclsValidationFailure' } });
    expect((await clients.arm('GET', ACCOUNT, undefined, STORAGE)).status).toBe(404);
    // An account that is there is refused at once.
    await clients.create(ACCOUNT, account(), STORAGE);
    const change = await put(clients, account({ properties: acls({ virtualNetworkRules }) }));
    expect(outcome(change)).toBe('NetworkAclsValidationFailure');
  });

  it('has a name that is nobody else’s, as everybody can ask', async () => {
    const clients = await withStorage();
    await clients.create(ACCOUNT, account(), STORAGE);
    const ask = async (name: string) => {
      const path = `/subscriptions/${clients.simulator.subscriptionId}/providers/Microsoft.Storage/checkNameAvailability`;
      return (await clients.arm('POST', path, { name, type: 'Microsoft.Storage/storageAccounts' }, STORAGE)).body;
    };
    expect(await ask('files2')).toEqual({ nameAvailable: true });
    expect(await ask('files')).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' });
    expect(await ask('Files-2')).toMatchObject({ nameAvailable: false, reason: 'AccountNameInvalid' });
  });
});

function acls(rules: JsonObject): JsonObject {
  return { networkAcls: { defaultAction: 'Deny', ...rules } };
}

describe('a storage account that is there', () => {
  it.each<[string, JsonObject, unknown]>([
    ['another kind', { kind: 'BlockBlobStorage', sku: { name: 'Premium_LRS' } }, 'InvalidValuesForRequestParameters'],
    ['other disks', { sku: { name: 'Premium_LRS' } }, 'StorageAccountTypeConversionNotAllowed'],
    ['zones', { sku: { name: 'Standard_ZRS' } }, 'StorageAccountTypeConversionNotAllowed'],
    ['directories', { properties: { isHnsEnabled: true } }, 'AccountPropertyCannotBeUpdated'],
    ['another region for its copy', { sku: { name: 'Standard_GRS' } }, 200],
    ['newer encryption', { properties: { minimumTlsVersion: 'TLS1_2' } }, 200],
  ])('asked for %s', async (_, changes, code) => {
    const clients = await withStorage();
    await clients.create(ACCOUNT, account(), STORAGE);
    expect(outcome(await put(clients, account(changes)))).toBe(code);
  });

  it('is changed by a PATCH at once', async () => {
    const clients = await withStorage();
    await clients.create(ACCOUNT, account(), STORAGE);
    const sent = { properties: { allowSharedKeyAccess: false } };
    const answer = await clients.arm('PATCH', ACCOUNT, sent, STORAGE);
    expect([answer.status, answer.body]).toMatchObject([200, sent]);
  });

  it('has two keys of 512 bits, each renewed by itself', async () => {
    const clients = await withStorage();
    await clients.create(ACCOUNT, account(), STORAGE);
    const [first, second] = await keys(clients);
    expect(first).toMatchObject({ keyName: 'key1', permissions: 'FULL', value: expect.stringMatching(/^.{86}==$/) });
    const renewed = await keys(clients, 'regenerateKey', { keyName: 'key1' });
    expect(renewed.map(({ value }) => value)).toEqual([expect.not.stringMatching(String(first?.value)), second?.value]);
    expect(await keys(clients)).toEqual(renewed);
    expect(outcome(await clients.arm('POST', `${ACCOUNT}/regenerateKey`, { keyName: 'key3' }, STORAGE))).toBe(
      'InvalidValuesForRequestParameters',
    );
  });
});
