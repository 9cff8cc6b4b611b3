import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import type { Answer } from '../../../helpers/cloud/simulated-clients.ts';
import { account, accountPath, PREMIUM_FILES, STORAGE, withStorage } from '../../../helpers/cloud/storage.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const outcome = ({ status, body }: Answer) => jsonAt(body, 'error.code') ?? status;
const ACCOUNT = accountPath('files');
const share = (name: string) => `${ACCOUNT}/fileServices/default/shares/${name}`;
const container = (name: string) => `${ACCOUNT}/blobServices/default/containers/${name}`;
const queue = (name: string) => `${ACCOUNT}/queueServices/default/queues/${name}`;

async function withAccount(changes: JsonObject = {}, options: Parameters<typeof withStorage>[0] = {}) {
  const clients = await withStorage(options);
  await clients.create(ACCOUNT, account(changes), STORAGE);
  return clients;
}

describe('containers, queues and shares', () => {
  it.each([
    ['containers', container, 201],
    ['queues', queue, 200],
    ['shares', share, 201],
  ])('%s are made, read, listed and gone', async (collection, path, made) => {
    const { arm } = await withAccount();
    expect((await arm('PUT', path('one'), {}, STORAGE)).status).toBe(made);
    expect((await arm('PUT', path('one'), {}, STORAGE)).status).toBe(200);
    expect((await arm('GET', path('one'), undefined, STORAGE)).body).toMatchObject({
      name: 'one',
      type: expect.stringMatching(new RegExp(`/${collection}$`)),
    });
    const list = async () =>
      ((await arm('GET', path('x').replace(/\/x$/, ''), undefined, STORAGE)).body.value as JsonObject[]).map(
        ({ name }) => name,
      );
    expect(await list()).toEqual(['one']);
    expect((await arm('DELETE', path('one'), undefined, STORAGE)).status).toBe(200);
    expect((await arm('DELETE', path('one'), undefined, STORAGE)).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  it.each(['ab', 'Upper', 'two--dashes', '-dash', 'under_score', 'x'.repeat(64)])('are not called %s', async (name) => {
    const { arm } = await withAccount();
    for (const path of [container, queue, share]) {
      expect(outcome(await arm('PUT', path(name), {}, STORAGE))).toBe('InvalidResourceName');
    }
  });

  it.each([
    ['containers', container, 'ContainerOperationFailure'],
    ['queues', queue, 'QueueBeingDeleted'],
    ['shares', share, 'ShareBeingDeleted'],
  ])('%s: a name can be had again half a minute after its deletion', async (_, path, code) => {
    const clock = manualClock();
    const { arm, create } = await withAccount({}, { profile: 'realistic', speed: 1, clock });
    await create(path('one'), {}, STORAGE);
    await arm('DELETE', path('one'), undefined, STORAGE);
    const refused = await arm('PUT', path('one'), {}, STORAGE);
    expect([refused.status, outcome(refused)]).toEqual([409, code]);
    clock.advance(31);
    expect((await arm('PUT', path('one'), {}, STORAGE)).status).toBeLessThan(300);
  });

  it.each<[string, JsonObject, (name: string) => string]>([
    ['containers', PREMIUM_FILES, container],
    ['queues', PREMIUM_FILES, queue],
    ['queues', { kind: 'BlockBlobStorage', sku: { name: 'Premium_LRS' } }, queue],
    ['shares', { sku: { name: 'Premium_LRS' } }, share],
  ])('%s are not in an account for something else', async (_, changes, path) => {
    const { arm } = await withAccount(changes);
    // Their service is not even there.
    expect(['ParentResourceNotFound', 'FeatureNotSupportedForAccount']).toContain(
      outcome(await arm('PUT', path('one'), {}, STORAGE)),
    );
  });

  it('services are there with the account, take settings and cannot be deleted', async () => {
    const { arm } = await withAccount();
    for (const service of ['blobServices', 'queueServices', 'fileServices']) {
      const path = `${ACCOUNT}/${service}/default`;
      expect((await arm('GET', path, undefined, STORAGE)).status).toBe(200);
      expect(outcome(await arm('PUT', path, { properties: {} }, STORAGE))).toBe(200);
      expect((await arm('DELETE', path, undefined, STORAGE)).status).toBe(405);
    }
    const { body } = await arm('GET', `${ACCOUNT}/fileServices/default`, undefined, STORAGE);
    expect(body.properties).toMatchObject({ shareDeleteRetentionPolicy: { enabled: true, days: 7 } });
  });
});

describe('a container', () => {
  it('is open to everybody only where the account says so', async () => {
    const clients = await withAccount();
    const open = { properties: { publicAccess: 'Blob' } };
    expect(outcome(await clients.arm('PUT', container('one'), open, STORAGE))).toBe('PublicAccessNotPermitted');
    await clients.arm('PATCH', ACCOUNT, { properties: { allowBlobPublicAccess: true } }, STORAGE);
    expect((await clients.arm('PUT', container('one'), open, STORAGE)).status).toBe(201);
  });
});

describe('a share', () => {
  it('that says nothing is as large as can be', async () => {
    const standard = await withAccount();
    expect(await standard.create(share('data'), {}, STORAGE)).toMatchObject({
      properties: { shareQuota: 5120, enabledProtocols: 'SMB', accessTier: 'TransactionOptimized' },
    });
    const premium = await withAccount(PREMIUM_FILES);
    expect(await premium.create(share('data'), {}, STORAGE)).toMatchObject({
      properties: { shareQuota: 102_400, accessTier: 'Premium' },
    });
  });

  it.each<[string, JsonObject, JsonObject, unknown]>([
    ['NFS on ordinary disks', {}, { enabledProtocols: 'NFS' }, 'FeatureNotSupportedForAccount'],
    ['NFS on solid-state disks', PREMIUM_FILES, { enabledProtocols: 'NFS', shareQuota: 100 }, 201],
    ['less than is provisioned', PREMIUM_FILES, { shareQuota: 99 }, 'InvalidHeaderValue'],
    ['more than an ordinary share has', {}, { shareQuota: 5121 }, 'InvalidHeaderValue'],
    ['more, with large shares', { properties: { largeFileSharesState: 'Enabled' } }, { shareQuota: 5121 }, 201],
    ['nothing at all', {}, { shareQuota: 0 }, 'InvalidHeaderValue'],
    ['a tier of others', PREMIUM_FILES, { accessTier: 'Hot' }, 'InvalidHeaderValue'],
    ['the root user of others', {}, { rootSquash: 'RootSquash' }, 'InvalidHeaderValue'],
    ['a tier of its own', {}, { accessTier: 'Cool' }, 201],
  ])('asked for %s', async (_, changes, properties, code) => {
    const { arm } = await withAccount(changes);
    expect(outcome(await arm('PUT', share('data'), { properties }, STORAGE))).toBe(code);
  });

  it('speaks what it was made with, grows and is otherwise what it was', async () => {
    const { arm, create } = await withAccount(PREMIUM_FILES);
    const nfs = { enabledProtocols: 'NFS', shareQuota: 100 };
    const made = await create(share('data'), { properties: nfs }, STORAGE);
    expect(made.properties).toMatchObject({ ...nfs, rootSquash: 'NoRootSquash' });
    const smb = await arm('PUT', share('data'), { properties: { ...nfs, enabledProtocols: 'SMB' } }, STORAGE);
    expect(outcome(smb)).toBe('InvalidHeaderValue');
    const patched = await arm('PATCH', share('data'), { properties: { shareQuota: 200 } }, STORAGE);
    expect(patched.body.properties).toMatchObject({ enabledProtocols: 'NFS', shareQuota: 200 });
    expect(outcome(await arm('PUT', share('data'), patched.body, STORAGE))).toBe(200);
  });
});
