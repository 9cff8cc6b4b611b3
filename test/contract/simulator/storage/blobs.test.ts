import { BlobServiceClient, type RestError, StorageSharedKeyCredential } from '@azure/storage-blob';
import { describe, expect, it } from 'vitest';
import { storageTransport } from '../../../../src/outbound/storage-transport.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';
import type { SimulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { account, accountPath, STORAGE, withStorage } from '../../../helpers/cloud/storage.ts';

const URL = 'https://files.blob.core.windows.net';

async function keyOf({ arm }: SimulatedClients): Promise<string> {
  const { body } = await arm('POST', `${accountPath('files')}/listKeys`, undefined, STORAGE);
  return String((body.keys as JsonObject[])[0]?.value);
}

function withKey({ transport }: SimulatedClients, key: string): BlobServiceClient {
  return new BlobServiceClient(URL, new StorageSharedKeyCredential('files', key), {
    httpClient: storageTransport(transport),
    retryOptions: { maxTries: 1 },
  });
}

async function withAccount(properties: JsonObject = {}): Promise<SimulatedClients> {
  const clients = await withStorage();
  await clients.create(accountPath('files'), account({ properties }), STORAGE);
  return clients;
}

const codeOf = (request: Promise<unknown>) =>
  request.then(
    () => undefined,
    (error: RestError) => error.code ?? error.statusCode,
  );

describe('blobs of a storage account', () => {
  it('are written whole, in blocks and by appending, and read in parts', async () => {
    const clients = await withAccount();
    const container = withKey(clients, await keyOf(clients)).getContainerClient('data');
    await container.create();
    const blob = container.getBlockBlobClient('folder/a b&c.txt');
    await blob.upload('hello', 5, { metadata: { tries: '1' } });
    expect((await blob.downloadToBuffer(1, 3)).toString()).toBe('ell');
    expect((await blob.getProperties()).metadata).toEqual({ tries: '1' });
    const large = container.getBlockBlobClient('large');
    const ids = ['one', 'two'].map((id) => Buffer.from(id).toString('base64'));
    for (const id of ids) await large.stageBlock(id, id, id.length);
    expect(await codeOf(large.getProperties())).toBe(404);
    await large.commitBlockList(ids.toReversed());
    expect((await large.downloadToBuffer()).toString()).toBe(ids.toReversed().join(''));
    const log = container.getAppendBlobClient('log');
    await log.createIfNotExists();
    await log.appendBlock('ab', 2);
    const conditions = { appendPosition: 1 };
    expect(await codeOf(log.appendBlock('c', 1, { conditions }))).toBe('AppendPositionConditionNotMet');
    const names: string[] = [];
    for await (const { name } of container.listBlobsByHierarchy('/')) names.push(name);
    expect(names).toEqual(['folder/', 'large', 'log']);
    const pages = [];
    for await (const page of container.listBlobsFlat().byPage({ maxPageSize: 2 }))
      pages.push(page.segment.blobItems.length);
    expect(pages).toEqual([2, 1]);
  });

  it('keep conditions and leases', async () => {
    const clients = await withAccount();
    const container = withKey(clients, await keyOf(clients)).getContainerClient('data');
    await container.create();
    const blob = container.getBlockBlobClient('state');
    const { etag = '' } = await blob.upload('1', 1);
    expect(await codeOf(blob.upload('2', 1, { conditions: { ifNoneMatch: '*' } }))).toBe('BlobAlreadyExists');
    await blob.upload('2', 1, { conditions: { ifMatch: etag } });
    expect(await codeOf(blob.upload('3', 1, { conditions: { ifMatch: etag } }))).toBe('ConditionNotMet');
    const lease = blob.getBlobLeaseClient();
    await lease.acquireLease(15);
    expect(await codeOf(blob.getBlobLeaseClient().acquireLease(15))).toBe('LeaseAlreadyPresent');
    expect(await codeOf(blob.setMetadata({}))).toBe('LeaseIdMissing');
    await blob.setMetadata({ done: 'true' }, { conditions: { leaseId: lease.leaseId } });
    await lease.releaseLease();
    await blob.delete();
    expect(await codeOf(blob.getProperties())).toBe(404);
  });

  it('are nobody’s by a wrong key, by any where keys are off, by being owner, or with a token for others', async () => {
    const clients = await withAccount();
    const other = Buffer.alloc(64, 1).toString('base64');
    expect(await codeOf(withKey(clients, other).getContainerClient('data').create())).toBe('AuthenticationFailed');
    const key = await keyOf(clients);
    await withKey(clients, key).getContainerClient('data').create();
    const asked = async (scope: string) => {
      const { token } = await clients.credential.getToken(scope);
      return (await clients.send('GET', `${URL}/data?restype=container&comp=list`, { token })).headers[
        'x-ms-error-code'
      ];
    };
    expect(await asked('https://storage.azure.com/.default')).toBe('AuthorizationPermissionMismatch');
    expect(await asked('https://vault.azure.net/.default')).toBe('InvalidAuthenticationInfo');
    const subscription = `/subscriptions/${clients.simulator.subscriptionId}`;
    clients.simulator.behave({ deployerRoles: { [subscription]: ['Owner', 'Storage Blob Data Reader'] } });
    expect(await asked('https://storage.azure.com/.default')).toBeUndefined();
    await clients.arm('PATCH', accountPath('files'), { properties: { allowSharedKeyAccess: false } }, STORAGE);
    expect(await codeOf(withKey(clients, key).getContainerClient('data').getProperties())).toBe(
      'KeyBasedAuthenticationNotPermitted',
    );
  });
});
