import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import {
  domainTimeoutInSeconds,
  pointingType,
  validationOf,
} from '../../../../src/domain/config/service/domain-validation.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { withReleaseOf } from '../../../../src/domain/rollback/release.ts';

const ZONE = '/subscriptions/s/resourceGroups/names/providers/Microsoft.Network/dnsZones/example.org';

function read(service: string, rest = '') {
  return parseConfig(`
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
services:
  web: { dockerfile: Dockerfile, ${service} }
${rest}`);
}

function config(service: string, rest = '') {
  const result = read(service, rest);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function wrong(service: string, rest = ''): readonly string[] {
  const result = read(service, rest);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

const REACHED = 'port: 8080, ingress: external';

describe('names of a service', () => {
  it('are read in one case, without a period at their end, and are stored as they are read', () => {
    const read = config(`${REACHED}, domains: [WWW.Example.org., { name: example.org, zone: ${ZONE}/ }]`);
    expect(read.services.application[0]?.domains).toEqual([
      { name: 'www.example.org' },
      { name: 'example.org', zone: ZONE },
    ]);
    expect(storedConfigSchema.parse(JSON.parse(JSON.stringify(read)))).toEqual(read);
  });

  it('are waited for as long as the file says, else for four hours', () => {
    expect(domainTimeoutInSeconds(config(REACHED))).toBe(14_400);
    expect(domainTimeoutInSeconds(config(REACHED, 'advanced: { domain_timeout: 60 }'))).toBe(60);
  });

  it.each([
    ['port: 8080', /need ingress: external.*found internal/],
    ['port: 8080, ingress: none', /has no meaning with ingress: none/],
    ['command: ./work', /needs a port/],
    ['port: 5432, transport: tcp', /are for http; found transport: tcp/],
  ])('are refused for what nobody on the internet reaches by http: %s', (service, message) => {
    const [problem, ...others] = wrong(`${service}, domains: [www.example.org]`);
    expect(problem).toMatch(/^services\.web\.domains: /);
    expect(problem).toMatch(message);
    expect(others).toEqual([]);
  });

  it.each([
    ['"*.example.org"', /for one name/],
    ['localhost', /allowed: a name such as/],
    ['bücher.example.org', /xn--/],
    [`${'a'.repeat(40)}.${'b'.repeat(30)}.org`, /takes 64/],
    ['{ name: www.example.com, zone: ZONE }', /is not in the zone example\.org/],
    ['{ name: notexample.org, zone: ZONE }', /is not in the zone/],
    ['{ name: example.org, zone: ZONE, validation: cname }', /can have no CNAME/],
    [
      '{ name: www.example.org, zone: /subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/example.org }',
      /public DNS zone/,
    ],
  ])('have the form that a certificate takes, in their zone: %s', (domain, message) => {
    const [problem] = wrong(`${REACHED}, domains: [${domain.replace('ZONE', ZONE)}]`);
    expect(problem).toMatch(/^services\.web\.domains\.0: /);
    expect(problem).toMatch(message);
  });

  it('are given once, in all services', () => {
    const other = `  api: { dockerfile: Dockerfile, ${REACHED}, domains: [www.example.org] }`;
    expect(wrong(`${REACHED}, domains: [www.example.org]`, other)).toEqual([
      'services.api.domains.0: www.example.org: is given twice',
    ]);
  });

  it('are validated by CNAME below a zone, by HTTP at its root, and by a token where not everybody reaches the app', () => {
    const everybody = {};
    expect(validationOf(everybody, { name: 'www.example.org' })).toBe('cname');
    expect(validationOf(everybody, { name: 'example.org' })).toBe('http');
    expect(
      validationOf(everybody, { name: 'shop.example.co.uk', zone: ZONE.replace('example.org', 'shop.example.co.uk') }),
    ).toBe('http');
    expect(validationOf(everybody, { name: 'example.co.uk', validation: 'http' })).toBe('http');
    expect(validationOf({ ipRules: { allow: { office: '203.0.113.0/24' } } }, { name: 'www.example.org' })).toBe('txt');
    expect(validationOf({ clientCertificates: 'require' }, { name: 'example.org' })).toBe('txt');
    expect(pointingType({ name: 'example.org', validation: 'txt' })).toBe('A');
    expect(pointingType({ name: 'example.co.uk', validation: 'http' })).toBe('A');
  });

  it('stay with the app when a release is gone back to, unless nobody reached it then', () => {
    const now = config(`${REACHED}, domains: [www.example.org]`);
    const then = config(`${REACHED}, max_replicas: 3`);
    const back = withReleaseOf(now, then);
    expect(back.services.application[0]).toMatchObject({ maxReplicas: 3, domains: [{ name: 'www.example.org' }] });
    expect(back.written).toContain('services.web.domains');
    expect(withReleaseOf(then, now).services.application[0]?.domains).toBeUndefined();
    expect(withReleaseOf(then, now).written).not.toContain('services.web.domains');
    expect(withReleaseOf(now, config('port: 8080')).services.application[0]?.domains).toBeUndefined();
  });
});
