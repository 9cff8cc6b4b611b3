import { describe, expect, it } from 'vitest';
import { createVault } from '../../../src/azure/vault.ts';
import { type Answer, connectionOver, connectionReset, respondingTo, type SentRequest } from './recording-transport.ts';

const challenge: Answer = {
  status: 401,
  headers: {
    'www-authenticate':
      'Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"',
  },
};

/** Asks for a token first, as a vault does; then answers. */
function vaultAnswering(respond: (request: SentRequest, index: number) => Answer | Error) {
  const transport = respondingTo((request, index) =>
    request.headers.authorization ? respond(request, index) : challenge,
  );
  const kept: string[] = [];
  return {
    transport,
    kept,
    vault: createVault(connectionOver(transport), 'https://kv-demo.vault.azure.net', (secret) => kept.push(secret)),
  };
}

const ID = 'https://kv-demo.vault.azure.net/secrets/a/0123456789abcdef0123456789abcdef';

describe('a vault', () => {
  it('keeps the body of a write through its challenge and through a broken connection', async () => {
    let broken = false;
    const transport = respondingTo((request) => {
      if (!broken) {
        // The very first request, which the challenge policy sends without its body.
        broken = true;
        return connectionReset();
      }
      return request.headers.authorization ? { status: 200, body: { id: ID, value: 'v', attributes: {} } } : challenge;
    });
    const vault = createVault(connectionOver(transport), 'https://kv-demo.vault.azure.net', () => undefined);
    expect(await vault.set('a', 'v', { owner: 'o' })).toMatchObject({ id: ID, value: 'v' });
    expect(transport.requests.at(-1)?.body).toMatchObject({ value: 'v', tags: { owner: 'o' } });
  });

  it('has nothing for 404, and an error for 403', async () => {
    const missing = { status: 404, body: { error: { code: 'SecretNotFound', message: 'not found' } } };
    expect(await vaultAnswering(() => missing).vault.get('a')).toBeUndefined();
    const denied = {
      status: 403,
      body: {
        error: { code: 'Forbidden', message: 'Caller is not authorized', innererror: { code: 'ForbiddenByRbac' } },
      },
    };
    await expect(vaultAnswering(() => denied).vault.get('a')).rejects.toMatchObject({
      name: 'AzureError',
      statusCode: 403,
    });
  });

  it('lists its secrets page by page, with what is said of their newest versions', async () => {
    const next = 'https://kv-demo.vault.azure.net/secrets?api-version=7.6&$skiptoken=2';
    const listed = (name: string, attributes: object) => ({
      id: `https://kv-demo.vault.azure.net/secrets/${name}`,
      attributes,
    });
    const { vault, kept } = vaultAnswering(({ url }) =>
      url.includes('skiptoken')
        ? { status: 200, body: { value: [listed('b', { enabled: false, exp: 1_767_225_600 })], nextLink: null } }
        : { status: 200, body: { value: [listed('a', { enabled: true, updated: 1_767_225_600 })], nextLink: next } },
    );
    expect(await vault.list()).toEqual([
      { name: 'a', enabled: true, updated: '2026-01-01T00:00:00.000Z' },
      { name: 'b', enabled: false, expires: '2026-01-01T00:00:00.000Z' },
    ]);
    expect(kept).toEqual([]);
  });

  it.each<[string, Answer, object | undefined]>([
    ['blank', { status: 200, body: { id: ID, value: ' ', attributes: {} } }, { enabled: true, text: 'blank' }],
    ['empty', { status: 200, body: { id: ID, value: '', attributes: {} } }, { text: 'empty' }],
    [
      'ended by a newline',
      { status: 200, body: { id: ID, value: 'v\n', attributes: {} } },
      { text: 'ends in a newline' },
    ],
    [
      'bound to a time',
      { status: 200, body: { id: ID, value: 'v', attributes: { enabled: true, nbf: 1, exp: 2 } } },
      { notBefore: '1970-01-01T00:00:01.000Z', expires: '1970-01-01T00:00:02.000Z', text: 'plain' },
    ],
    [
      'disabled',
      { status: 403, body: { error: { code: 'Forbidden', message: 'no', innererror: { code: 'SecretDisabled' } } } },
      { enabled: false, text: 'not to be read' },
    ],
    ['gone', { status: 404, body: { error: { code: 'SecretNotFound', message: 'no' } } }, undefined],
  ])('tells whether a secret is %s, and not its value', async (_, answer, expected) => {
    const condition = await vaultAnswering(() => answer).vault.inspect('a', '0123456789abcdef0123456789abcdef');
    if (expected === undefined) expect(condition).toBeUndefined();
    else expect(condition).toMatchObject({ id: ID, ...expected });
    expect(Object.keys(condition ?? {})).not.toContain('value');
  });

  it('tells of every value it reads or writes, before it is sent', async () => {
    const { vault, kept } = vaultAnswering(() => ({ status: 200, body: { id: ID, value: 'read', attributes: {} } }));
    await vault.get('a');
    expect(kept).toEqual(['read']);
    const failing = vaultAnswering(() => ({ status: 403, body: {} }));
    await failing.vault.set('a', 'written').catch(() => undefined);
    expect(failing.kept).toContain('written');
  });

  it('does not repeat the value of a write in its error', async () => {
    const { vault } = vaultAnswering(() => ({ status: 403, body: { error: { code: 'Forbidden', message: 'no' } } }));
    const failure = await vault.set('a', 'hunter2hunter2').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'Forbidden' });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('hunter2');
  });
});
