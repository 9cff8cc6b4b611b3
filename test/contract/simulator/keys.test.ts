import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { APP, CLASSIC_REDIS, EVERY_TYPE, everyType, JOB } from '../../helpers/cloud/every-type.ts';
import type { SimulatedClients } from '../../helpers/cloud/simulated-clients.ts';

const REGISTRY = EVERY_TYPE.registry ?? '';

async function passwords({ arm }: SimulatedClients): Promise<readonly unknown[]> {
  const { body } = await arm('POST', `${REGISTRY}/listCredentials`, undefined, '2025-11-01');
  return (body.passwords as JsonObject[] | undefined)?.map(({ value }) => value) ?? [jsonAt(body, 'error.code')];
}

describe('the admin user of a registry', () => {
  it('has two passwords while it is on, each renewed by itself', async () => {
    const clients = await everyType();
    expect(await passwords(clients)).toEqual(['UnAuthorizedForCredentialOperations']);
    await clients.arm('PATCH', REGISTRY, { properties: { adminUserEnabled: true } }, '2025-11-01');
    const [first, second] = await passwords(clients);
    expect(await passwords(clients)).toEqual([first, second]);
    expect(first).not.toBe(second);
    const renew = { name: 'password2' };
    const { body } = await clients.arm('POST', `${REGISTRY}/regenerateCredential`, renew, '2025-11-01');
    expect(body.username).toBe('crdemo');
    const [, renewed] = await passwords(clients);
    expect([(await passwords(clients))[0], renewed === second]).toEqual([first, false]);
  });

  it('signs in at the registry with one of them, and not when it is off', async () => {
    const clients = await everyType();
    await clients.arm('PATCH', REGISTRY, { properties: { adminUserEnabled: true } }, '2025-11-01');
    const [password] = await passwords(clients);
    const get = (path: string, user: string) =>
      clients.send('GET', `https://crdemo.azurecr.io${path}`, {
        headers: { authorization: `Basic ${Buffer.from(user).toString('base64')}` },
      });
    const tags = '/v2/app/tags/list';
    expect((await get(tags, `crdemo:${password}`)).body.tags).toEqual(['v1']);
    expect((await get(tags, 'crdemo:guessed')).status).toBe(401);
    const token = await get('/oauth2/token?service=crdemo.azurecr.io&scope=repository:app:pull', `crdemo:${password}`);
    const listed = await clients.send('GET', `https://crdemo.azurecr.io${tags}`, {
      token: String(token.body.access_token),
    });
    expect(listed.body.tags).toEqual(['v1']);
    await clients.arm('PATCH', REGISTRY, { properties: { adminUserEnabled: false } }, '2025-11-01');
    expect((await get(tags, `crdemo:${password}`)).status).toBe(401);
  });
});

describe('a cache of the older kind', () => {
  it('has its address, its ports and keys that can be renewed, put there by whoever', async () => {
    const { arm } = await everyType();
    const { body } = await arm('GET', CLASSIC_REDIS, undefined, '2024-11-01');
    expect(body.properties).toMatchObject({
      hostName: 'classic-demo.redis.cache.windows.net',
      sslPort: 6380,
      port: 6379,
    });
    const keys = async (action: string, sent?: JsonObject) =>
      (await arm('POST', `${CLASSIC_REDIS}/${action}`, sent, '2022-06-01')).body;
    const before = await keys('listKeys');
    expect(before).toEqual({ primaryKey: expect.stringMatching(/=$/), secondaryKey: expect.stringMatching(/=$/) });
    const after = await keys('regenerateKey', { keyType: 'Primary' });
    expect([after.secondaryKey, after.primaryKey === before.primaryKey]).toEqual([before.secondaryKey, false]);
    expect(await keys('listKeys')).toEqual(after);
  });
});

describe('an app', () => {
  it('that names its environment as before is the same as one that names it as today', async () => {
    const clients = await everyType();
    const { body } = await clients.arm('GET', APP, undefined, '2026-01-01');
    const { environmentId = null, managedEnvironmentId: _, ...properties } = body.properties as JsonObject;
    expect(environmentId).not.toBeNull();
    const put = async (naming: JsonObject, version: string) => {
      const answer = await clients.arm('PUT', APP, { ...body, properties: { ...properties, ...naming } }, version);
      await clients.finish(answer);
      return [answer.status, jsonAt(answer.body, 'error.code') ?? null];
    };
    expect(await put({ managedEnvironmentId: environmentId }, '2022-10-01')).toEqual([200, null]);
    const { properties: after } = (await clients.arm('GET', APP, undefined, '2026-01-01')).body;
    expect(after).toMatchObject({ environmentId, managedEnvironmentId: environmentId });
    expect(await put({ environmentId }, '2026-01-01')).toEqual([200, null]);
    const elsewhere = `${environmentId}-2`;
    expect(await put({ environmentId: elsewhere }, '2026-01-01')).toEqual([400, 'PropertyChangeNotAllowed']);
    expect(await put({ managedEnvironmentId: elsewhere }, '2022-10-01')).toEqual([400, 'PropertyChangeNotAllowed']);
  });
});

describe('an app and a job', () => {
  it('tell their secrets to who asks for them, and to nobody else', async () => {
    const clients = await everyType();
    for (const path of [APP, JOB]) {
      const secrets = [{ name: 'key', value: 'plain-value' }];
      const patched = await clients.arm('PATCH', path, { properties: { configuration: { secrets } } }, '2026-01-01');
      await clients.finish(patched);
      const listed = await clients.arm('POST', `${path}/listSecrets`, undefined, '2026-01-01');
      expect(listed.body.value).toEqual(secrets);
      expect((await clients.arm('GET', path, undefined, '2026-01-01')).text).not.toContain('plain-value');
    }
  });
});
