import { Resolver } from 'node:dns/promises';
import type { HttpMethods } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { type Answer, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';

const VERSION = '2018-05-01';
const ZONE = 'providers/Microsoft.Network/dnsZones/example.org';
const text = (value: string): JsonObject => ({ properties: { TTL: 60, TXTRecords: [{ value: [value] }] } });
const address = (ip: string): JsonObject => ({ properties: { TTL: 60, ARecords: [{ ipv4Address: ip }] } });
const alias = (cname: string): JsonObject => ({ properties: { TTL: 60, CNAMERecord: { cname } } });

async function zone() {
  const clients = await simulatedClients();
  const { simulator, group, send, credential } = clients;
  await clients.arm('POST', `/subscriptions/${simulator.subscriptionId}/providers/Microsoft.Network/register`);
  const ask = async (method: HttpMethods, path: string, body?: JsonObject, headers: Record<string, string> = {}) => {
    const { token } = await credential.getToken('https://management.azure.com/.default');
    const url = `https://management.azure.com${group}/${path}?api-version=${VERSION}`;
    return await send(method, url, { token, headers, ...(body && { body }) });
  };
  const resolver = new Resolver({ tries: 1 });
  resolver.setServers([simulator.dnsServer]);
  const made = await ask('PUT', ZONE, { location: 'global' });
  expect(made.status).toBe(201);
  return { ...clients, ask, resolver, made };
}

/** Errors of the service stand at the top of the body, without `error`. */
const said = ({ status, body }: Answer) => [status, body.code, body.message];

describe('a zone of Azure DNS', () => {
  it('has name servers, their records and its start of authority from the beginning', async () => {
    const { made, ask, resolver } = await zone();
    expect(made.body).toMatchObject({
      location: 'global',
      etag: expect.stringMatching(/^[0-9a-f-]{36}$/),
      properties: { numberOfRecordSets: 2, maxNumberOfRecordSets: 10_000, zoneType: 'Public' },
    });
    const { nameServers } = made.body.properties as { nameServers: string[] };
    expect(nameServers).toHaveLength(4);
    expect(await resolver.resolveNs('example.org')).toEqual(nameServers.map((one) => one.slice(0, -1)));
    expect((await resolver.resolveSoa('example.org')).hostmaster).toBe('azuredns-hostmaster.microsoft.com');
    const { value } = (await ask('GET', `${ZONE}/recordsets`)).body as { value: JsonObject[] };
    expect(value.map(({ type }) => type)).toEqual(['Microsoft.Network/dnsZones/NS', 'Microsoft.Network/dnsZones/SOA']);
  });

  it('is in no region and has a name with two labels at least', async () => {
    const { ask } = await zone();
    const elsewhere = await ask('PUT', 'providers/Microsoft.Network/dnsZones/a.org', { location: 'westeurope' });
    expect([elsewhere.status, (elsewhere.body.error as JsonObject).code]).toEqual([
      400,
      'LocationNotAvailableForResourceType',
    ]);
    expect((await ask('PUT', 'providers/Microsoft.Network/dnsZones/org', { location: 'global' })).status).toBe(400);
  });

  it('is asked by the world for what is in it, until it is gone or nobody has delegated it', async () => {
    const { ask, resolver, simulator, finish } = await zone();
    simulator.writeDns({ records: [{ name: 'www.example.org', type: 'A', data: ['20.1.1.1'] }] });
    const set = await ask('PUT', `${ZONE}/A/www`, address('20.2.2.2'));
    expect([set.status, set.body]).toMatchObject([
      201,
      { name: 'www', properties: { fqdn: 'www.example.org.', TTL: 60, provisioningState: 'Succeeded' } },
    ]);
    expect(await resolver.resolve4('www.example.org')).toEqual(['20.2.2.2']);
    simulator.writeDns({ undelegated: ['example.org'] });
    expect(await resolver.resolve4('www.example.org')).toEqual(['20.1.1.1']);
    simulator.writeDns({ undelegated: [] });
    expect((await ask('PUT', `${ZONE}/A/www`, address('20.3.3.3'))).status).toBe(200);
    expect(await resolver.resolve4('www.example.org')).toEqual(['20.3.3.3']);
    const gone = await ask('DELETE', ZONE);
    expect(gone.status).toBe(202);
    await finish(gone);
    expect((await ask('GET', `${ZONE}/A/www`)).status).toBe(404);
    expect(await resolver.resolve4('www.example.org')).toEqual(['20.1.1.1']);
  });

  it('takes texts, aliases and CAA records, by members in any case', async () => {
    const { ask, resolver } = await zone();
    await ask('PUT', `${ZONE}/TXT/asuid.www`, { properties: { TTL: 60, txtRecords: [{ value: ['ABC', 'DEF'] }] } });
    expect((await ask('PUT', `${ZONE}/TXT/asuid.www`, text('ABCDEF'))).status).toBe(200);
    await ask('PUT', `${ZONE}/CNAME/www`, alias('app.example.net.'));
    const caa = { properties: { TTL: 60, caaRecords: [{ flags: 0, tag: 'issue', value: 'digicert.com' }] } };
    expect((await ask('PUT', `${ZONE}/CAA/@`, caa)).status).toBe(201);
    expect(await resolver.resolveTxt('asuid.www.example.org')).toEqual([['ABCDEF']]);
    expect(await resolver.resolveCname('www.example.org')).toEqual(['app.example.net']);
    expect(await resolver.resolveCaa('example.org')).toMatchObject([{ issue: 'digicert.com' }]);
    const { value } = (await ask('GET', `${ZONE}/TXT`)).body as { value: JsonObject[] };
    expect(value.map(({ name }) => name)).toEqual(['asuid.www']);
    expect((await ask('DELETE', `${ZONE}/TXT/asuid.www`)).status).toBe(200);
    expect((await ask('DELETE', `${ZONE}/TXT/asuid.www`)).status).toBe(204);
  });

  // https://github.com/rcl-letsencrypt-auto-ssl/Lets-Encrypt-Auto/issues/26, https://github.com/kubernetes-sigs/external-dns/issues/5358
  it('has an alias under a name of its own only, and none at the apex', async () => {
    const { ask } = await zone();
    const words =
      'The CNAME record could not be created because another record with the same name already exists in this zone.';
    expect(said(await ask('PUT', `${ZONE}/CNAME/@`, alias('a.example.net')))).toEqual([409, 'Conflict', words]);
    await ask('PUT', `${ZONE}/A/www`, address('20.2.2.2'));
    expect(said(await ask('PUT', `${ZONE}/CNAME/www`, alias('a.example.net')))).toEqual([409, 'Conflict', words]);
    await ask('PUT', `${ZONE}/CNAME/api`, alias('a.example.net'));
    expect(said(await ask('PUT', `${ZONE}/TXT/api`, text('x')))[0]).toBe(409);
    expect((await ask('PUT', `${ZONE}/CNAME/api`, alias('b.example.net'))).status).toBe(200);
  });

  // https://github.com/kubernetes-sigs/external-dns/issues/4855 (the alias)
  it.each([
    ['an alias that is no name', 'CNAME/a', alias('"no"')],
    ['an alias without a name', 'CNAME/a', { properties: { TTL: 60 } }],
    ['an address that is none', 'A/a', address('1.2.3')],
    ['a text that is too long', 'TXT/a', text('x'.repeat(256))],
    ['no time to live', 'TXT/a', { properties: { TXTRecords: [{ value: ['x'] }] } }],
    ['a time to live of 0', 'TXT/a', { properties: { TTL: 0, TXTRecords: [{ value: ['x'] }] } }],
    ['records of another type', 'A/a', text('x')],
    ['a tag that is none', 'CAA/a', { properties: { TTL: 60, caaRecords: [{ flags: 0, tag: 'sue', value: 'x' }] } }],
    ['a name that is none', 'A/a..b', address('20.1.1.1')],
    [
      'the same record twice',
      'A/a',
      { properties: { TTL: 60, ARecords: [{ ipv4Address: '20.1.1.1' }, { ipv4Address: '20.1.1.1' }] } },
    ],
  ])('refuses %s', async (_, path, body) => {
    const { ask } = await zone();
    const answer = await ask('PUT', `${ZONE}/${path}`, body as JsonObject);
    expect([answer.status, answer.body.code]).toEqual([400, 'BadRequest']);
  });

  // https://github.com/Azure/azure-powershell/blob/main/src/Dns/Dns.Test/ScenarioTests/RecordsTests.ps1
  it('keeps to conditions on what is there, and to the records that every zone has', async () => {
    const { ask } = await zone();
    const { body } = await ask('PUT', `${ZONE}/TXT/a`, text('x'), { 'If-None-Match': '*' });
    expect(said(await ask('PUT', `${ZONE}/TXT/a`, text('y'), { 'If-None-Match': '*' }))).toEqual([
      412,
      'PreconditionFailed',
      "The condition '*' in the If-None-Match header was not satisfied. The current was 'n/a'.",
    ]);
    const mismatch = `The condition 'gibberish' in the If-Match header was not satisfied. The current was '${String(body.etag)}'.`;
    const refused = [412, 'PreconditionFailed', mismatch];
    expect(said(await ask('PUT', `${ZONE}/TXT/a`, text('y'), { 'If-Match': 'gibberish' }))).toEqual(refused);
    expect(said(await ask('DELETE', `${ZONE}/TXT/a`, undefined, { 'If-Match': 'gibberish' }))).toEqual(refused);
    const next = await ask('PUT', `${ZONE}/TXT/a`, text('y'), { 'If-Match': String(body.etag) });
    expect([next.status, next.body.etag === body.etag]).toEqual([200, false]);
    expect((await ask('DELETE', `${ZONE}/TXT/a`, undefined, { 'If-Match': String(next.body.etag) })).status).toBe(200);
    for (const type of ['SOA', 'NS'])
      expect(said(await ask('DELETE', `${ZONE}/${type}/@`))).toEqual([
        400,
        'BadRequest',
        `Records of type '${type}' cannot be deleted.`,
      ]);
  });

  it('is in the list of its group, its record sets are not', async () => {
    const { ask, arm, group } = await zone();
    await ask('PUT', `${ZONE}/TXT/a`, text('x'));
    const { value } = (await arm('GET', `${group}/resources`, undefined, '2025-04-01')).body as { value: JsonObject[] };
    expect(value.map(({ type, location }) => [type, location])).toEqual([['Microsoft.Network/dnsZones', 'global']]);
  });
});
