import { Resolver } from 'node:dns/promises';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { createSurroundings } from '../../../helpers/simulated-application.ts';

async function place() {
  const clients = await simulatedClients();
  const resolver = new Resolver({ tries: 1 });
  resolver.setServers([clients.simulator.dnsServer]);
  return { ...clients, resolver };
}

const code = (asked: Promise<unknown>) =>
  asked.then(() => 'answered').catch((error: NodeJS.ErrnoException) => error.code);

describe('the public DNS', () => {
  it("answers Node's own resolver with what was written, of every type", async () => {
    const { simulator, resolver } = await place();
    const long = 'x'.repeat(300);
    simulator.writeDns({
      records: [
        { name: 'www.example.org', type: 'CNAME', data: ['app.example.net'] },
        { name: 'app.example.net', type: 'A', data: ['20.1.2.3', '20.1.2.4'] },
        {
          name: 'Example.org.',
          type: 'CAA',
          ttl: 60,
          data: ['0 issue digicert.com', '128 iodef "mailto:a@example.org"'],
        },
        { name: 'asuid.www.example.org', type: 'TXT', data: ['ABC', long] },
        { name: 'example.org', type: 'NS', data: ['ns1.example.net'] },
      ],
    });
    expect(await resolver.resolveCname('www.example.org')).toEqual(['app.example.net']);
    expect((await resolver.resolve4('WWW.example.org')).toSorted()).toEqual(['20.1.2.3', '20.1.2.4']);
    expect((await resolver.resolveTxt('asuid.www.example.org')).map((parts) => parts.join(''))).toEqual(['ABC', long]);
    expect(await resolver.resolveCaa('example.org')).toMatchObject([
      { critical: 0, issue: 'digicert.com' },
      { critical: 128, iodef: 'mailto:a@example.org' },
    ]);
    expect(await resolver.resolveNs('example.org')).toEqual(['ns1.example.net']);
    expect(await resolver.resolve4('app.example.net', { ttl: true })).toContainEqual({ address: '20.1.2.3', ttl: 300 });
  });

  it('tells a name that is not there from one that has nothing of that type', async () => {
    const { simulator, resolver } = await place();
    simulator.writeDns({ records: [{ name: 'a.b.example.org', type: 'A', data: ['20.1.2.3'] }] });
    expect(await code(resolver.resolve4('c.example.org'))).toBe('ENOTFOUND');
    expect(await code(resolver.resolveTxt('a.b.example.org'))).toBe('ENODATA');
    expect(await code(resolver.resolve4('b.example.org'))).toBe('ENODATA');
    expect(await code(resolver.resolveMx('a.b.example.org'))).toBe('ENODATA');
    simulator.writeDns({ records: [{ name: 'a.b.example.org', type: 'A', data: [] }] });
    expect(await code(resolver.resolve4('a.b.example.org'))).toBe('ENOTFOUND');
  });

  it('answers by TCP what is too large for one packet', async () => {
    const { simulator, resolver } = await place();
    const texts = Array.from({ length: 40 }, (_, index) => `${index}-${'y'.repeat(200)}`);
    simulator.writeDns({ records: [{ name: 'many.example.org', type: 'TXT', data: texts }] });
    expect((await resolver.resolveTxt('many.example.org')).map((parts) => parts.join(''))).toEqual(texts);
  });

  it('follows a wildcard and aliases, and gives up on those that lead to each other', async () => {
    const { simulator, resolver } = await place();
    simulator.writeDns({
      records: [
        { name: '*.example.org', type: 'CNAME', data: ['target.example.net'] },
        { name: 'target.example.net', type: 'A', data: ['20.9.9.9'] },
        { name: 'one.example.com', type: 'CNAME', data: ['two.example.com'] },
        { name: 'two.example.com', type: 'CNAME', data: ['one.example.com'] },
      ],
    });
    expect(await resolver.resolve4('anything.example.org')).toEqual(['20.9.9.9']);
    expect(await code(resolver.resolve4('one.example.com'))).toBe('ESERVFAIL');
  });

  it('leads every name of an environment to its address', async () => {
    const { arm, resolver, ...clients } = await place();
    const { environment, domain } = await createSurroundings({ ...clients, arm });
    const { staticIp } = (await arm('GET', environment)).body.properties as { staticIp: string };
    expect(await resolver.resolve4(`api.${domain}`)).toEqual([staticIp]);
  });

  it('answers in JSON as public resolvers do', async () => {
    const { simulator, send } = await place();
    simulator.writeDns({ records: [{ name: 'www.example.org', type: 'CNAME', data: ['app.example.net'] }] });
    const google = await send('GET', 'https://dns.google/resolve?name=www.example.org&type=CNAME');
    expect(google.body).toMatchObject({
      Status: 0,
      Answer: [{ name: 'www.example.org.', type: 5, TTL: 300, data: 'app.example.net.' }],
    });
    const none = await send('GET', 'https://cloudflare-dns.com/dns-query?name=no.example.org&type=16');
    expect([none.body.Status, none.body.Answer]).toEqual([3, undefined]);
    expect((await send('GET', 'https://dns.google/dns-query?name=www.example.org')).status).toBe(404);
  });

  it('is written through the control endpoint, which refuses what is no record', async () => {
    const { simulator, send, resolver } = await place();
    const write = (body: Parameters<typeof send>[2]) =>
      send('POST', `https://localhost:${simulator.port}/_simulator/dns`, body);
    const records = [{ name: 'www.example.org', type: 'A', data: ['20.1.2.3'] }];
    expect((await write({ body: { records } })).status).toBe(200);
    expect(await resolver.resolve4('www.example.org')).toEqual(['20.1.2.3']);
    const wrongs: JsonObject[] = [
      { records: [{ name: 'www', type: 'A', data: [] }] },
      { records: [{ name: 'www.example.org', type: 'PTR', data: [] }] },
      { records: [{ name: 'www.example.org', type: 'A', data: ['::1'] }] },
      { records: [{ name: 'www.example.org', type: 'CNAME', data: ['a.example.org', 'b.example.org'] }] },
      { zones: [] },
    ];
    for (const wrong of wrongs) expect((await write({ body: wrong })).status).toBe(400);
  });
});
