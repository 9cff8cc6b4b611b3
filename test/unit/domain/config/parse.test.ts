import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { configJsonSchema } from '../../../../src/domain/config/json-schema.ts';
import type { ParsedConfig } from '../../../../src/domain/config/model.ts';
import { configError, parseConfig } from '../../../../src/domain/config/parse.ts';
import { configValue, leaves } from '../../../../src/domain/config/paths.ts';
import { STEPS } from '../../../../src/domain/steps.ts';

const EXAMPLE = readFileSync(new URL('../../../../examples/draftgenie/config.yaml', import.meta.url), 'utf8');

type Tree = Record<string, Record<string, unknown>>;

/** The example with one thing changed. */
function edited(change: (config: Tree & { services: Record<string, Record<string, unknown>> }) => void): string {
  const config = parse(EXAMPLE) as Tree & { services: Record<string, Record<string, unknown>> };
  change(config);
  return stringify(config);
}

function parsed(text: string): ParsedConfig {
  const result = parseConfig(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed;
}

function problems(text: string): readonly string[] {
  const result = parseConfig(text);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('a good configuration', () => {
  it('gets every default, and no secret value', () => {
    const { config, literals } = parsed(EXAMPLE);
    expect(config.services.infrastructure.map(({ key }) => key)).toEqual(['rabbitmq', 'qdrant']);
    expect(config.services.application).toHaveLength(5);
    expect(config.secrets).toMatchObject({
      'GEMINI-API-KEY': { source: 'environment', variable: 'GEMINI_API_KEY' },
      'JWT-SECRET': { source: 'generated' },
    });
    expect(literals.size).toBe(0);
    expect(configValue(config, 'services.application.draft_service.env.QDRANT_URL')).toEqual({
      kind: 'service',
      key: 'qdrant',
      format: 'http://{address}',
    });
    expect(configValue(config, 'services.application.speaker_service.migration.command')).toEqual([
      'npx',
      'prisma',
      'migrate',
      'deploy',
    ]);
  });

  it('merges variables over the defaults and switches them off', () => {
    const text = edited(({ services }) => {
      services.draft_service = {
        ...services.draft_service,
        env: { LOG_LEVEL: 'debug', QDRANT_URL: null, EXTRA: { secret: 'jwt_secret' }, N: 3 },
        health_path: false,
        migration: false,
      };
    });
    const service = parsed(text).config.services.application.find(({ key }) => key === 'draft_service');
    expect(service?.env).toMatchObject({
      LOG_LEVEL: { value: 'debug' },
      EXTRA: { kind: 'secret', name: 'JWT-SECRET' },
      N: { value: '3' },
    });
    expect(service?.env.QDRANT_URL).toBeUndefined();
    expect([service?.healthPath, service?.migration]).toEqual([undefined, undefined]);
  });

  it('gives MONGODB_URL only when there is one', () => {
    const withMongo = edited((config) => {
      config.mongodb = { connection_url: 'env:MONGO' };
    });
    expect(Object.keys(parsed(withMongo).config.services.application[2]?.env ?? {})).toContain('MONGODB_URL');
    expect(Object.keys(parsed(EXAMPLE).config.services.application[2]?.env ?? {})).not.toContain('MONGODB_URL');
  });

  it('generates a secret of any name that is there with an empty text, and none that has to be given', () => {
    const { config } = parsed(
      edited(
        ({ secrets }) =>
          void Object.assign(secrets ?? {}, { pg: '', later: null, mongodb_url: '', database_url: '', redis_url: '' }),
      ),
    );
    expect(config.secrets).toHaveProperty('PG', { source: 'generated' });
    for (const name of ['LATER', 'MONGODB-URL', 'DATABASE-URL', 'REDIS-URL'])
      expect(config.secrets).not.toHaveProperty([name]);
    const taken = parseConfig(
      edited(({ secrets }) => void Object.assign(secrets ?? {}, { draftgenie_deploy_hmac_key: '' })),
    );
    expect(taken.ok ? [] : taken.problems).toMatchObject([{ message: expect.stringContaining('this program keeps') }]);
  });

  it('keeps literals aside and warns about them by path', () => {
    const { literals, warnings, config } = parsed(
      edited(({ secrets }) => void Object.assign(secrets ?? {}, { gemini_api_key: 'hush-hush-1' })),
    );
    expect([...literals]).toEqual([['secrets.gemini_api_key', 'hush-hush-1']]);
    expect(warnings.map(({ path }) => path)).toContain('secrets.gemini_api_key');
    expect(JSON.stringify([config, warnings])).not.toContain('hush-hush-1');
  });

  it('has a digest that comments and the order of keys do not change', () => {
    const { digest } = parsed(EXAMPLE);
    const reversed = stringify(Object.fromEntries(Object.entries(parse(EXAMPLE) as object).reverse()));
    expect(parsed(`# comment\n${EXAMPLE}`).digest).toBe(digest);
    expect(parsed(reversed).digest).toBe(digest);
  });

  it('holds every key that a step depends on', () => {
    const { config } = parsed(EXAMPLE);
    const optional = ['azure.subscriptionId', 'jobs', 'storage', 'locations.storage', 'postgresql.databases'];
    const missing = STEPS.flatMap(({ configKeys }) => configKeys).filter(
      (key) => !optional.includes(key) && leaves(config, key).length === 0,
    );
    expect(missing).toEqual([]);
  });
});

describe('the configuration template of the original script', () => {
  const template = readFileSync(new URL('../../../fixtures/configs/draftgenie.template.yaml', import.meta.url), 'utf8');

  it('lacks one thing, and says where and how to give it', () => {
    const result = parseConfig(template);
    expect(result.ok ? [] : result.problems).toMatchObject([
      { path: 'secrets.gemini_api_key', line: expect.any(Number), message: expect.stringContaining('env:NAME') },
    ]);
  });

  it('works unchanged once it is filled in', () => {
    const { config } = parsed(template.replace('gemini_api_key: ""', 'gemini_api_key: "env:KEY"'));
    expect(config.advanced.stateFile).toBe('.azure-deployment-state.json');
    expect(config.tags).toEqual({ Environment: 'production', Project: 'DraftGenie', ManagedBy: 'deployment-script' });
  });
});

describe('a bad configuration', () => {
  it('is told all at once, each with its place', () => {
    const text = edited((config) => {
      config.container_registry = { name: 'no-hyphens' };
      config.key_vault = { name: 'double--hyphen' };
      config.postgresql = { ...config.postgresql, admin_user: 'admin', storage_size: 33, sku: 'Standard_D2s_v3' };
    });
    const result = parseConfig(text);
    if (result.ok) throw new Error('it was accepted');
    expect(result.problems.map(({ path }) => path)).toEqual([
      'container_registry.name',
      'key_vault.name',
      'postgresql.admin_user',
      'postgresql.tier',
      'postgresql.storage_size',
    ]);
    const lines = text.split('\n');
    for (const { path, line = 0 } of result.problems)
      expect(lines[line - 1]).toContain(path.split('.').at(-1) === 'tier' ? 'tier' : (path.split('.').at(-1) ?? ''));
    expect(configError('c.yaml', result.problems).message).toMatch(/c\.yaml:\d+:\d+ container_registry\.name: /);
  });

  it('reads how releases are made, with defaults', () => {
    expect(parsed(EXAMPLE).config.release).toEqual({
      strategy: 'switch',
      steps: [10, 50, 100],
      bakeTimeInSeconds: 60,
      healthTimeoutInSeconds: 300,
      onFailure: 'rollback',
      smokeImage: 'docker.io/curlimages/curl:8.10.1',
      keep: 3,
    });
    const text = edited((config) => {
      config.release = { strategy: 'canary', steps: [5, 100], bake_time: 30, on_failure: 'keep', keep: 1 };
      Object.assign(config.services.api_gateway ?? {}, { smoke: [{ path: '/ready' }, { path: '/x', status: 401 }] });
    });
    const { release, services } = parsed(text).config;
    expect(release).toMatchObject({ strategy: 'canary', steps: [5, 100], onFailure: 'keep', keep: 1 });
    expect(services.application[0]?.smoke).toEqual([
      { path: '/ready', method: 'GET' },
      { path: '/x', method: 'GET', status: 401 },
    ]);
  });

  it.each<[string, (config: Tree & { services: Record<string, Record<string, unknown>> }) => void, string]>([
    [
      'steps of a canary that do not end with 100',
      (config) => Object.assign(config, { release: { steps: [10, 50] } }),
      'release.steps: found [10,50]; allowed: rising percentages that end with 100',
    ],
    [
      'a smoke request without a path',
      ({ services }) => void Object.assign(services.api_gateway ?? {}, { smoke: [{ path: 'x' }] }),
      'services.api_gateway.smoke.0.path: found "x"; allowed: a path that begins with /',
    ],
    [
      'smoke requests to a queue',
      ({ services }) => void Object.assign(services.rabbitmq ?? {}, { smoke: [{ path: '/' }] }),
      'services.rabbitmq.smoke: only an application service that answers http can be asked',
    ],
    [
      'a service that is not there',
      ({ services }) => void Object.assign(services.draft_service ?? {}, { env: { X: { service: 'drft_service' } } }),
      'services.draft_service.env.X: there is no service "drft_service"; did you mean draft_service?',
    ],
    [
      'a secret that is not there',
      ({ services }) => void Object.assign(services.draft_service ?? {}, { env: { X: { secret: 'jwt_secrt' } } }),
      'services.draft_service.env.X: there is no secret JWT-SECRT; did you mean JWT-SECRET?',
    ],
    [
      'external tcp',
      ({ services }) => void Object.assign(services.rabbitmq ?? {}, { ingress: 'external' }),
      'services.rabbitmq.ingress: external tcp',
    ],
    [
      'memory that does not fit',
      ({ services }) => void Object.assign(services.qdrant ?? {}, { memory: '3Gi' }),
      'services.qdrant.memory: found "3Gi"; with 0.5 cpu it must be "1Gi"',
    ],
    [
      'replicas the wrong way round',
      ({ services }) => void Object.assign(services.qdrant ?? {}, { min_replicas: 3 }),
      'services.qdrant.min_replicas: 3 is more than max_replicas (1)',
    ],
    [
      'one name twice',
      ({ services }) => void Object.assign(services.qdrant ?? {}, { name: 'rabbitmq' }),
      'services.qdrant.name: "rabbitmq" is also the name of services.rabbitmq',
    ],
    [
      'no image at all',
      ({ services }) => void Object.assign(services.qdrant ?? {}, { image: '' }),
      'services.qdrant: needs an image',
    ],
    [
      'a storage account that leads to another host',
      (config) => void Object.assign(config, { advanced: { state_blob_account: 'evil.example/x' } }),
      'advanced.state_blob_account: found "evil.example/x"; allowed: 3 to 24 lower-case letters and digits',
    ],
    [
      'a container that leads to another one',
      (config) => void Object.assign(config, { advanced: { state_blob_container: '../other' } }),
      'advanced.state_blob_container: found "../other"; allowed',
    ],
    [
      'a blob that leads to another container',
      (config) => void Object.assign(config, { advanced: { state_blob_name: 'a/../../other/state.json' } }),
      'advanced.state_blob_name: found "a/../../other/state.json"; allowed',
    ],
    [
      'a subscription that leads elsewhere',
      (config) => void Object.assign(config.azure ?? {}, { subscription_id: '../providers' }),
      'azure.subscription_id: found "../providers"; allowed: the id of a subscription, a GUID',
    ],
    [
      'a vault that leads to another host',
      (config) => void Object.assign(config.key_vault ?? {}, { name: 'evil.example/x' }),
      'key_vault.name: found "evil.example/x"; allowed',
    ],
    [
      'a registry that leads to another host',
      (config) => void Object.assign(config.container_registry ?? {}, { name: 'evil.example/x' }),
      'container_registry.name: found "evil.example/x"; allowed',
    ],
    [
      'a registry of others that is no host',
      (config) => void Object.assign(config, { docker: { registry: 'https://user:word@evil.example' } }),
      'docker.registry: found "https://***@evil.example"; allowed: a host such as registry.example.com',
    ],
    [
      'a state that is not saved',
      (config) => void Object.assign(config, { advanced: { save_state: false } }),
      'advanced.save_state: false is not supported',
    ],
    [
      'a port out of range',
      ({ services }) => void Object.assign(services.qdrant ?? {}, { port: 70000 }),
      'services.qdrant.port: found 70000; at most 65535 is allowed',
    ],
    [
      'a word that is not among the allowed',
      ({ services }) => void Object.assign(services.qdrant ?? {}, { ingress: 'public' }),
      'services.qdrant.ingress: found "public"; allowed: external, internal, none',
    ],
    [
      'a size of another kind',
      (config) => void Object.assign(config.redis ?? {}, { vm_size: 'p1' }),
      'redis.vm_size: found "p1"; allowed for Basic: c0 to c6',
    ],
    [
      'a tag that Azure refuses',
      (config) => void Object.assign(config.tags ?? {}, { 'a/b': 'x' }),
      'tags.a/b: allowed in a tag name',
    ],
  ])('is refused for %s', (_what, change, expected) => {
    expect(problems(edited(change)).join('\n')).toContain(expected);
  });

  it.each([
    ['nothing', ''],
    ['a list', '- a'],
    ['no YAML', 'a: [b'],
    ['one key twice', 'azure: {}\nazure: {}'],
    ['two documents', 'a: 1\n---\nb: 2'],
    ['deep nesting', '['.repeat(50_000)],
    ['deep lists', `${'- '.repeat(50_000)}a`],
    ['too much text', `a: ${'x'.repeat(2_000_000)}`],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
    ],
  ])('is refused for %s', (_what, text) => {
    expect(problems(text).length).toBeGreaterThan(0);
  });

  it('takes a public repository as the source, and never repeats credentials in its address', () => {
    const withSource = (source: string): string =>
      edited((config) => {
        config.docker = { ...config.docker, source };
      });
    const address = 'https://example.com/org/repo.git#main';
    expect(parsed(withSource(address)).config.docker.source).toBe(address);
    const [told = ''] = problems(withSource('https://user:hush-hush@example.com/org/repo.git'));
    expect(told).toContain('docker.source');
    expect(told).toContain('must not hold credentials');
    expect(told).not.toContain('hush-hush');
  });

  it('never shows what may be a secret', () => {
    const text = edited((config) => {
      config.secrets = { gemini_api_key: { oops: 'hush-hush-2' } };
      config.postgresql = { ...config.postgresql, admin_password: 12345678 };
      Object.assign(config.services.draft_service ?? {}, { env: { X: { wrong: 'hush-hush-3' } } });
    });
    const told = problems(text).join('\n');
    expect(told).toContain('secrets.gemini_api_key');
    for (const secret of ['hush-hush-2', '12345678', 'hush-hush-3']) expect(told).not.toContain(secret);
  });

  it('cannot reach the prototype of anything', () => {
    parseConfig('__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('never crashes the parser, and every problem lies within the text', () => {
    const yaml = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .array(
          fc.constantFrom(
            'a: ',
            '- ',
            '{',
            '}',
            '[',
            ']',
            '"',
            "'",
            '&x ',
            '*x',
            '|',
            '\n',
            '  ',
            '#',
            '?',
            ':',
            '!!str ',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(yaml, (text) => {
        const result = parseConfig(text);
        const lines = text.split('\n').length;
        for (const { line = 1 } of result.ok ? [] : result.problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it('the published JSON schema is up to date (npm run schema writes it)', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../../../config.schema.json', import.meta.url), 'utf8'),
  );
  expect(published).toEqual(configJsonSchema());
});
