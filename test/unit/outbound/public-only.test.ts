import type { LookupAddress, LookupOptions, lookup as lookupName } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { outboundFailure } from '../../../src/outbound/failure.ts';
import { createPublicFetch } from '../../../src/outbound/fetch.ts';
import { isPublic, publicOnly } from '../../../src/outbound/public-only.ts';
import { answerJson, scriptedServer } from '../../helpers/http/scripted-server.ts';

/** A resolver that answers these, one after the other, and counts. */
function resolver(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const resolve = ((host: string, _options: LookupOptions, callback: (error: null, found: LookupAddress[]) => void) => {
    const found = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(host);
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof lookupName;
  return { resolve, asked };
}

describe('an address', () => {
  it.each([
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['169.254.169.254', '168.63.129.16', '100.64.0.1', '100.127.255.255', '192.0.0.8', '198.18.0.1', '224.0.0.1'],
    ...['255.255.255.255', '::1', '::', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'fec0::1', 'ff02::1'],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:a9fe:a9fe',
      '64:ff9b::10.0.0.1',
      '64:ff9b::a00:1',
      '2002:7f00:1::',
    ],
    ...['2001:db8::1', '2001::1', '100::1', '::127.0.0.1'],
  ])('%s is not public', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each([
    ...['8.8.8.8', '140.82.121.4', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1', '192.167.1.1'],
    ...['2606:50c0:8000::153', '2a00:1450:4001:80e::2004', '::ffff:8.8.8.8', '64:ff9b::808:808'],
  ])('%s is public', (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

describe('a host that a configuration names', () => {
  it.each([
    'http://127.0.0.1:1/',
    'http://2130706433:1/',
    'http://0x7f.1:1/',
    'http://[::1]:1/',
    'http://[::ffff:169.254.169.254]/',
    'http://169.254.169.254/metadata/instance',
    'http://localhost:1/',
  ])('%s is refused, whether something listens there or not', async (address) => {
    const error = await createPublicFetch({})(address).catch((thrown: unknown) => thrown);
    expect(outboundFailure(error)).toMatchObject({ code: 'address_private' });
  });

  it('is not asked, nor connected to, when its name leads inside', async () => {
    const server = await scriptedServer(answerJson(200, {}));
    const { port } = new URL(server.url);
    const { resolve } = resolver(['127.0.0.1', '10.0.0.1']);
    const send = createPublicFetch({}, publicOnly('', resolve));
    const error = await send(`http://git.example.com:${port}/`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'address_private' });
    expect((error as Error).message).not.toMatch(/127\.|10\.0/);
    expect(server.requests).toEqual([]);
  });

  it('is asked where it is inside and whoever runs this allows it, by name, below a domain, or by its network', async () => {
    const server = await scriptedServer(answerJson(200, {}));
    const { port } = new URL(server.url);
    for (const allowed of ['git.example.com', '.example.com', '127.0.0.0/8']) {
      const { resolve } = resolver(['127.0.0.1']);
      const send = createPublicFetch({}, publicOnly(allowed, resolve));
      expect((await send(`http://git.example.com:${port}/`)).status).toBe(200);
    }
    expect((await createPublicFetch({ DRAFTGENIE_PRIVATE_GIT_HOSTS: '127.0.0.1' })(server.url)).status).toBe(200);
    const { resolve } = resolver(['127.0.0.1']);
    const other = createPublicFetch({}, publicOnly('git.example.com', resolve));
    await expect(other(`http://git.example.org:${port}/`)).rejects.toMatchObject({ code: 'address_private' });
  });

  it('is connected to at the address that was looked at: a name that changes its mind is looked up once', async () => {
    const server = await scriptedServer(answerJson(200, {}));
    const { port } = new URL(server.url);
    // What is asked for second would be refused by nobody any more.
    const { resolve, asked } = resolver(['127.0.0.1'], ['127.0.0.2']);
    const send = createPublicFetch({}, publicOnly('127.0.0.1', resolve));
    expect((await send(`http://git.example.com:${port}/`)).status).toBe(200);
    expect(asked).toEqual(['git.example.com']);
  });

  it('leads to nowhere inside by redirects', async () => {
    const inside = await scriptedServer(answerJson(200, {}));
    const insidePort = new URL(inside.url).port;
    for (const to of [`http://127.0.0.1:${insidePort}/`, `http://inside.example.com:${insidePort}/`]) {
      const outside = await scriptedServer((response) => response.writeHead(302, { location: to }).end());
      const { resolve } = resolver(['127.0.0.1']);
      const send = createPublicFetch({}, publicOnly('git.example.com', resolve));
      const address = `http://git.example.com:${new URL(outside.url).port}/`;
      await expect(send(address)).rejects.toMatchObject({ code: 'address_private' });
      expect(outside.requests).toHaveLength(1);
    }
    expect(inside.requests).toEqual([]);
  });
});
