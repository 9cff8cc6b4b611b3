import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/shared/json.ts';
import type { SecretStore } from '../../../src/simulator/key-vault/secret-store.ts';
import { answerSecrets, type SecretAction } from '../../../src/simulator/key-vault/secrets-api.ts';

const VERSIONED = /^https:\/\/kv-demo\.vault\.azure\.net\/secrets\/db-url\/[0-9a-f]{32}$/;

function vault(options: { purgeProtection?: boolean; may?: readonly SecretAction[] } = {}) {
  const store: SecretStore = {};
  const call = (method: string, path: string, body?: Json) => {
    const url = new URL(path, 'https://kv-demo.vault.azure.net');
    return answerSecrets(
      { method, path: url.pathname, query: url.searchParams, body },
      {
        uri: 'https://kv-demo.vault.azure.net',
        softDeleteRetentionInDays: 90,
        purgeProtection: options.purgeProtection ?? false,
        now: 1_700_000_000,
        authorize: ({ action }) => options.may?.includes(action) ?? true,
        denial: 'Caller: oid=1\r\nVault: kv-demo',
      },
      store,
    );
  };
  return { call, store };
}

describe('the secrets of a simulated vault', () => {
  it('are set, each time as a new version with an id of its own', () => {
    const { call } = vault();
    const first = call('PUT', '/secrets/db-url', { value: 'one', tags: { a: 'b' }, contentType: 'text/plain' });
    expect(first).toMatchObject({
      status: 200,
      body: { value: 'one', id: expect.stringMatching(VERSIONED), tags: { a: 'b' }, contentType: 'text/plain' },
    });
    const second = call('PUT', '/secrets/db-url', { value: 'two' });
    expect(call('GET', '/secrets/db-url').body).toMatchObject({ value: 'two', id: second.body?.id, tags: {} });
    const firstVersion = String(first.body?.id).split('/').at(-1);
    expect(call('GET', `/secrets/DB-URL/${firstVersion}`).body?.value).toBe('one');
    expect(call('GET', '/secrets/db-url/versions').body?.value).toHaveLength(2);
  });

  it('are listed by pages, without values and without versions', () => {
    const { call } = vault();
    for (let index = 0; index < 5; index++) call('PUT', `/secrets/s${index}`, { value: 'v' });
    const page = call('GET', '/secrets?maxresults=3').body;
    expect(page?.value).toHaveLength(3);
    expect(JSON.stringify(page)).not.toContain('"v"');
    expect(page?.value).toContainEqual(expect.objectContaining({ id: 'https://kv-demo.vault.azure.net/secrets/s0' }));
    const rest = call('GET', String(page?.nextLink)).body;
    expect(rest?.value).toHaveLength(2);
    expect(rest?.nextLink).toBeNull();
  });

  it('answer 404 SecretNotFound for a name or a version that is not there', () => {
    const { call } = vault();
    expect(call('GET', '/secrets/nothing')).toMatchObject({ status: 404, body: { error: { code: 'SecretNotFound' } } });
    call('PUT', '/secrets/a', { value: '1' });
    expect(call('GET', `/secrets/a/${'0'.repeat(32)}`).status).toBe(404);
    expect(call('DELETE', '/secrets/nothing').status).toBe(404);
  });

  it('cannot be read while disabled', () => {
    const { call } = vault();
    const { body } = call('PUT', '/secrets/a', { value: '1' });
    const version = String(body?.id).split('/').at(-1);
    expect(call('PATCH', `/secrets/a/${version}`, { attributes: { enabled: false }, tags: { x: 'y' } })).toMatchObject({
      status: 200,
      body: { attributes: { enabled: false }, tags: { x: 'y' } },
    });
    expect(call('GET', '/secrets/a')).toMatchObject({
      status: 403,
      body: { error: { innererror: { code: 'SecretDisabled' } } },
    });
  });

  it('keep their name while soft-deleted, and come back with it', () => {
    const { call } = vault();
    call('PUT', '/secrets/a', { value: '1' });
    expect(call('DELETE', '/secrets/a').body).toMatchObject({
      recoveryId: 'https://kv-demo.vault.azure.net/deletedsecrets/a',
      scheduledPurgeDate: 1_700_000_000 + 90 * 86_400,
    });
    expect(call('GET', '/secrets/a').status).toBe(404);
    expect(call('GET', '/deletedsecrets').body?.value).toHaveLength(1);
    expect(call('PUT', '/secrets/a', { value: '2' })).toMatchObject({
      status: 409,
      body: { error: { code: 'Conflict', innererror: { code: 'ObjectIsDeletedButRecoverable' } } },
    });
    expect(call('POST', '/deletedsecrets/a/recover').status).toBe(200);
    expect(call('GET', '/secrets/a').body?.value).toBe('1');
    expect(call('POST', '/deletedsecrets/a/recover').status).toBe(404);
  });

  it('can be purged unless the vault protects them', () => {
    const open = vault();
    open.call('PUT', '/secrets/a', { value: '1' });
    open.call('DELETE', '/secrets/a');
    expect(open.call('DELETE', '/deletedsecrets/a').status).toBe(204);
    expect(open.call('PUT', '/secrets/a', { value: '2' }).status).toBe(200);
    const guarded = vault({ purgeProtection: true });
    guarded.call('PUT', '/secrets/a', { value: '1' });
    guarded.call('DELETE', '/secrets/a');
    expect(guarded.call('DELETE', '/deletedsecrets/a').status).toBe(403);
  });

  it.each([
    ['PUT', '/secrets/a', { value: 'x' }],
    ['GET', '/secrets', undefined],
    ['DELETE', '/secrets/a', undefined],
    ['POST', '/deletedsecrets/a/recover', undefined],
  ])('refuse %s %s to a caller that may only read values', (method, path, body) => {
    expect(vault({ may: ['getSecret'] }).call(method, path, body)).toMatchObject({
      status: 403,
      body: { error: { code: 'Forbidden', innererror: { code: 'ForbiddenByRbac' } } },
    });
  });

  it.each([
    ['PUT', '/secrets/with_underscore', { value: 'x' }],
    ['PUT', '/secrets/a', { value: 5 }],
    ['PUT', '/secrets/a', {}],
    ['GET', '/keys/a', undefined],
    ['GET', '/secrets/a/b/c', undefined],
  ])('refuse what is no such call: %s %s', (method, path, body) => {
    const { call, store } = vault();
    expect(call(method, path, body)).toMatchObject({ status: 400, body: { error: { code: 'BadParameter' } } });
    expect(store).toEqual({});
  });
});
