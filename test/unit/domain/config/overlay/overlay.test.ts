import { describe, expect, it } from 'vitest';
import type { DeploymentConfig } from '../../../../../src/domain/config/model.ts';
import { type ParseOptions, parseConfig } from '../../../../../src/domain/config/parse.ts';

const BASE = `azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
postgresql: {}
redis: {}
monitoring: {}
services:
  web:
    image: "web:1"
    port: 80
    env: { LEVEL: info, URL: "http://a", DB: { secret: jwt_secret } }
    sidecars:
      - { name: log, image: "log:1" }
      - { name: proxy, image: "proxy:1" }
    depends_on: [cache]
  cache: { image: "redis:7", port: 6379, transport: tcp }
`;

function configOf(text: string, options: ParseOptions = {}): DeploymentConfig {
  const result = parseConfig(text, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function problems(text: string, options: ParseOptions = {}): readonly string[] {
  const result = parseConfig(text, options);
  if (result.ok) return [];
  return result.problems.map(
    ({ path, message, line, column, file }) => `${file ?? ''}:${line}:${column} ${path}: ${message}`,
  );
}

const STAGING = `environments:
  staging:
    key_vault: { name: shop-staging-kv }
    services:
      web:
        image: "web:2"
        port: !reset
        env: { LEVEL: debug, URL: !reset null, DB: { service: cache } }
        sidecars: [{ name: log, cpu: 0.5 }, { name: more, image: "more:1" }]
        depends_on: []
        health_path: null
`;

describe('an overlay', () => {
  const staging = configOf(BASE + STAGING, { environment: 'staging' });
  const web = staging.services.infrastructure[0];

  it('is laid over by key, and over lists of what has names by these; !reset takes away', () => {
    expect(web).toMatchObject({
      image: 'web:2',
      env: { LEVEL: { kind: 'plain', value: 'debug' }, DB: { kind: 'service', key: 'cache' } },
    });
    expect([web?.port, web?.env.URL, web?.dependsOn]).toEqual([undefined, undefined, undefined]);
    expect(web?.sidecars?.map(({ name, image, cpu }) => [name, image, cpu])).toEqual([
      ['log', 'log:1', 0.5],
      ['proxy', 'proxy:1', 0.25],
      ['more', 'more:1', 0.25],
    ]);
    expect(staging.services.infrastructure.map(({ key }) => key)).toEqual(['web', 'cache']);
  });

  it('says nothing of other environments', () => {
    expect(configOf(BASE + STAGING)).toEqual(configOf(BASE));
  });

  it('is the same in a file of its own', () => {
    const text = STAGING.split('\n').slice(2).join('\n').replaceAll(/^ {4}/gm, '');
    const separate = configOf(BASE, { environment: 'staging', overlay: { file: 'c.staging.yaml', text } });
    expect(separate).toEqual(staging);
  });

  it('gives defaulted names that must be free in all of Azure the environment’s; all others stay', () => {
    expect([staging.postgresql.serverName, staging.redis.name, staging.keyVault.name]).toEqual([
      'shop-postgres-staging',
      'shop-redis-staging',
      'shop-staging-kv',
    ]);
    expect([staging.monitoring.logWorkspace, staging.containerApps.environmentName, web?.name]).toEqual([
      'shop-logs',
      'shop-env',
      'web',
    ]);
    const text = `${BASE}environments: { qa: { postgresql: { server_name: mine } }, default: { redis: {} } }`;
    const qa = configOf(text, { environment: 'qa' });
    expect([qa.postgresql.serverName, qa.redis.name]).toEqual(['mine', 'shop-redis-qa']);
    expect(configOf(text).redis.name).toBe('shop-redis');
  });

  it('is of a known environment; default always is', () => {
    expect(problems(BASE + STAGING, { environment: 'stagin' })).toEqual([
      ':16:1 environments: has no environment stagin; there are: default, staging; did you mean staging?',
    ]);
    expect(problems(BASE + STAGING)).toEqual([]);
    expect(problems(BASE, { environment: 'anything' })).toEqual([]);
  });

  it('is wrong where it is written', () => {
    const overlay = 'services:\n  web:\n    port: 99999\n    sidecars:\n      - { name: proxy, cpu: 9 }\n';
    expect(problems(BASE, { environment: 'staging', overlay: { file: 'c.staging.yaml', text: overlay } })).toEqual([
      expect.stringMatching(/^c\.staging\.yaml:3:11 services\.web\.port: /),
      expect.stringMatching(/^c\.staging\.yaml:5:29 services\.web\.sidecars\.0\.cpu: /),
    ]);
    const inline = `${BASE}environments:\n  staging:\n    key_vault: { name: double--hyphen }\n`;
    expect(problems(inline, { environment: 'staging' })).toEqual([
      expect.stringMatching(/^:18:24 environments\.staging\.key_vault\.name: found "double--hyphen"/),
    ]);
  });

  it('takes what is needed away where it says so', () => {
    const text = `${BASE}environments:\n  staging:\n    azure: { location: !reset }\n`;
    expect(problems(text, { environment: 'staging' })[0]).toMatch(
      /^:18:31 environments\.staging\.azure\.location: is required/,
    );
  });

  it('has no key that nobody reads, in no environment', () => {
    const text = `${BASE}environments:\n  one:\n    servces: {}\n  two:\n    services: { web: { prt: !reset } }\n    environments: {}\n`;
    expect(problems(text)).toEqual(
      expect.arrayContaining([
        ':18:5 environments.one.servces: unknown key; did you mean services?',
        ':20:24 environments.two.services.web.prt: unknown key; did you mean port?',
        ':21:5 environments.two.environments: unknown key',
      ]),
    );
  });

  it.each([
    ['environments: [staging]\n', 'environments: expected the names of environments'],
    ['environments: { Bad_Name: {} }\n', 'environments.Bad_Name: is no name of an environment'],
    ['environments: { staging: 3 }\n', 'environments.staging: expected what differs there'],
    ['redis2: &r !reset\n', '!reset takes a key of an overlay away; here there is nothing below'],
    ['environments: { staging: { release: { steps: [!reset 3] } } }\n', 'here a list is replaced as a whole'],
  ])('is refused: %s', (lines, message) => {
    expect(problems(BASE + lines).join('\n')).toContain(message);
  });

  it('stands in one place', () => {
    const overlay = { file: 'c.staging.yaml', text: 'tags: { a: b }' };
    expect(problems(BASE + STAGING, { environment: 'staging', overlay })).toEqual([
      ':17:3 environments.staging: stands here and in c.staging.yaml; keep one of them',
    ]);
    expect(problems(BASE, { environment: 'staging', overlay: { file: 'c.staging.yaml', text: 'a: [' } })[0]).toMatch(
      /^c\.staging\.yaml:\d+:\d+ : not valid YAML/,
    );
  });
});
