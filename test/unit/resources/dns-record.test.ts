import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import type { DesireInput } from '../../../src/domain/desired.ts';
import { claimOf, requireUntaken } from '../../../src/engine/ownership/claims.ts';
import { dnsRecords } from '../../../src/resources/dns-record.ts';
import { managedCertificates } from '../../../src/resources/managed-certificate.ts';
import { desireInput } from '../../helpers/desire-input.ts';

const ZONE = '/subscriptions/s/resourceGroups/names/providers/Microsoft.Network/dnsZones/example.org';
const ID = 'F'.repeat(64);

function input(domains: string, known: Readonly<Record<string, string>> = {}): DesireInput {
  const result = parseConfig(`
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
services:
  web: { dockerfile: Dockerfile, port: 8080, ingress: external, domains: ${domains} }
`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const outputs = {
    environmentId: '/env',
    defaultDomain: 'happy.io',
    staticIp: '203.0.113.7',
    domainVerificationId: ID,
  };
  return { ...desireInput({ ...outputs, ...known }), config: result.parsed.config };
}

function record(key: string, known?: Readonly<Record<string, string>>) {
  const all = dnsRecords(
    input(`[{ name: example.org, zone: ${ZONE} }, { name: www.example.org, zone: ${ZONE} }]`, known),
  );
  const found = all.find((one) => one.key === key);
  if (!found) throw new Error(`there is no ${key} among ${all.map((one) => one.key).join()}`);
  return found;
}

describe('records in a zone of Azure DNS', () => {
  it('are named below their zone, and say whose they are', () => {
    const all = dnsRecords(
      input(`[{ name: example.org, zone: ${ZONE} }, { name: www.example.org, zone: ${ZONE} }, a.example.net]`),
    );
    expect(all.map(({ id, body }) => [id.slice(ZONE.length), body])).toEqual([
      ['/A/@', properties({ ARecords: [{ ipv4Address: '203.0.113.7' }] })],
      ['/TXT/asuid', properties({ TXTRecords: [{ value: [ID] }] })],
      ['/CNAME/www', properties({ CNAMERecord: { cname: 'web.happy.io' } })],
      ['/TXT/asuid.www', properties({ TXTRecords: [{ value: [ID] }] })],
    ]);
  });

  it("are nobody's to overwrite: what does the same stays, and anything else is refused", () => {
    const alias = record('dns:cname:www.example.org');
    const live = (more: object) => ({ id: alias.id, properties: { TTL: 60, ...more } });
    expect(claimOf(alias, live({ metadata: properties({}).properties.metadata }), 'default')).toBe('ours');
    expect(claimOf(alias, live({ CNAMERecord: { cname: 'Web.happy.io.' } }), 'default')).toBe('suffices');
    expect(claimOf(alias, live({ CNAMERecord: { cname: 'other.example.com' } }), 'default')).toBe('taken');
    const theirs = { ...properties({}).properties.metadata, 'draftgenie-environment': 'test' };
    expect(claimOf(alias, live({ metadata: theirs, CNAMERecord: { cname: 'other.io' } }), 'default')).toBe('taken');
    expect(() => requireUntaken(alias, live({ CNAMERecord: { cname: 'other.example.com' } }), 'default')).toThrow(
      /it says other\.example\.com/,
    );
  });

  it('suffice with more texts than one, and not with more addresses than one', () => {
    const text = record('dns:txt:asuid.www.example.org');
    const texts = (...values: string[]) => ({
      properties: { TXTRecords: values.map((value) => ({ value: [value] })) },
    });
    expect(claimOf(text, texts('v=spf1 -all', ID), 'default')).toBe('suffices');
    expect(claimOf(text, texts('v=spf1 -all'), 'default')).toBe('taken');
    const address = record('dns:a:example.org');
    const addresses = { properties: { ARecords: [{ ipv4Address: '203.0.113.7' }, { ipv4Address: '203.0.113.8' }] } };
    expect(claimOf(address, addresses, 'default')).toBe('taken');
  });

  it('whose content is not known yet: the proof of the subscription may be there before its environment, an alias may not', () => {
    const symbol = '${create_container_apps_env.domainVerificationId}';
    const text = record('dns:txt:asuid.www.example.org', { domainVerificationId: symbol });
    expect(claimOf(text, { properties: { TXTRecords: [{ value: [ID] }] } }, 'default')).toBe('suffices');
    expect(claimOf(text, { properties: { TXTRecords: [{ value: ['v=spf1 -all'] }] } }, 'default')).toBe('taken');
    const alias = record('dns:cname:www.example.org', { defaultDomain: '${create_container_apps_env.defaultDomain}' });
    expect(claimOf(alias, { properties: { CNAMERecord: { cname: 'web.happy.io' } } }, 'default')).toBe('taken');
  });
});

describe('managed certificates', () => {
  it('have an id of their own for each name, which is known before they are made', () => {
    const all = managedCertificates(
      input('[www.example.org, www-example.org, { name: x.example.org, validation: txt }]'),
    );
    const ids = all.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^\/env\/managedCertificates\/mc-[a-z0-9-]{1,50}$/);
    expect(all.map(({ body }) => body.properties)).toEqual([
      { subjectName: 'www.example.org', domainControlValidation: 'CNAME' },
      { subjectName: 'www-example.org', domainControlValidation: 'HTTP' },
      { subjectName: 'x.example.org', domainControlValidation: 'TXT' },
    ]);
  });
});

function properties(content: object) {
  const metadata = { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'default' };
  return { properties: { TTL: 300, metadata, ...content } };
}
