import { describe, expect, it } from 'vitest';
import { storeSecrets } from '../../../src/activities/store-secrets.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import type { ServiceConfig } from '../../../src/domain/config/model.ts';
import { dependenciesOf } from '../../../src/domain/fingerprint.ts';
import type { StepState } from '../../../src/domain/state.ts';
import { stepDefinition } from '../../../src/domain/steps.ts';
import { secretHmacs } from '../../../src/secrets/secret-hmacs.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';
import { type ContextOptions, runIdOf, stepContext, type TestContext } from '../../helpers/step-context.ts';

const KNOWN = {
  vaultUri: 'https://shop-kv.vault.azure.net/',
  postgresServerId:
    '/subscriptions/sub/resourceGroups/shop-rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/shop-postgres',
  postgresHost: 'shop-postgres.postgres.database.azure.com',
  postgresIncarnation: 'run-1',
  redisId: '/subscriptions/sub/resourceGroups/shop-rg/providers/Microsoft.Cache/redisEnterprise/shop-redis',
  redisKind: 'managed',
  redisHost: 'shop-redis.eastus.redis.azure.net',
  redisPort: '10000',
  redisIncarnation: 'run-1',
};

const rabbitmq: ServiceConfig = {
  key: 'rabbitmq',
  name: 'rabbitmq',
  kind: 'infrastructure',
  image: 'rabbitmq:3.13',
  port: 5672,
  cpu: 0.5,
  memory: '1Gi',
  minReplicas: 1,
  maxReplicas: 1,
  ingress: 'internal',
  transport: 'tcp',
  env: {
    RABBITMQ_DEFAULT_USER: { kind: 'plain', value: 'admin' },
    JWT: { kind: 'secret', name: 'JWT-SECRET' },
    RABBITMQ_DEFAULT_PASS: { kind: 'secret', name: 'RABBITMQ-PASSWORD' },
  },
  consumer: false,
};
const config = deploymentConfig({ services: { infrastructure: [rabbitmq], application: [] } });

function azure(): FakeAzure {
  const fake = fakeAzure();
  fake.answers['databases/default/listKeys'] = { primaryKey: 'redis+key=' };
  return fake;
}

const context = (fake: FakeAzure, overrides: ContextOptions = {}): Promise<TestContext> =>
  stepContext(fake.azure, { config, known: KNOWN, ...overrides });

const storedValue = (fake: FakeAzure, name: string): string => fake.secrets.get(name)?.value ?? '';

/** The step's record after it completed, as the next run reads it. */
async function complete(given: TestContext): Promise<StepState> {
  const result = await storeSecrets.run(given);
  if (result.kind !== 'completed') throw new Error(`it waits for ${result.on}`);
  return {
    status: 'completed',
    timestamp: '',
    dependency_hash: '',
    dependencies: {},
    outputs: { ...result.outputs },
    metadata: { ...result.metadata },
  };
}

describe('store_secrets', () => {
  it('has the address of each further database under its name', async () => {
    const fake = azure();
    const postgresql = { ...config.postgresql, databases: ['reports', 'audit_log'] };
    const { outputs } = await complete(await context(fake, { config: { ...config, postgresql } }));
    expect(Object.keys(outputs)).toEqual(
      expect.arrayContaining(['secret.DATABASE-URL-REPORTS', 'secret.DATABASE-URL-AUDIT-LOG']),
    );
    const first = storedValue(fake, 'DATABASE-URL');
    expect(storedValue(fake, 'DATABASE-URL-AUDIT-LOG')).toBe(first.replace('/shop?', '/audit_log?'));
  });

  it('makes a secret of any name once, for whatever reads it, and keeps it', async () => {
    const fake = azure();
    const service: ServiceConfig = {
      ...rabbitmq,
      volumes: { keys: { secrets: { 'pg.key': 'PG' } } },
      scale: { rules: { mails: { type: 'azure-queue', metadata: {}, secrets: { connection: 'QUEUE' } } } },
    };
    const generated = { source: 'generated' } as const;
    const asked = {
      ...config,
      services: { infrastructure: [service], application: [] },
      secrets: { ...config.secrets, PG: generated, QUEUE: generated, 'READ-BY-NOBODY': generated },
    };
    const { outputs } = await complete(await context(fake, { config: asked }));
    const before = ['PG', 'QUEUE', 'READ-BY-NOBODY'].map((name) => storedValue(fake, name));
    expect(new Set(before).size).toBe(3);
    expect(before.every((value) => value.length > 40)).toBe(true);
    const again = await complete(await context(fake, { config: asked, runId: runIdOf(1) }));
    expect(again.outputs).toEqual(outputs);
    expect(['PG', 'QUEUE', 'READ-BY-NOBODY'].map((name) => storedValue(fake, name))).toEqual(before);
  });

  it('has a head start without a cache: what is made up, and the password on the server, which the step finds done', async () => {
    const fake = azure();
    const withoutRedis = Object.fromEntries(Object.entries(KNOWN).filter(([name]) => !name.startsWith('redis')));
    const ahead = await context(fake, { known: withoutRedis });
    const early = await storeSecrets.headStart?.(ahead);
    if (early?.kind !== 'completed') throw new Error('it waits');
    expect(Object.keys(early.outputs)).toEqual(
      expect.arrayContaining(['secret.RABBITMQ-PASSWORD', 'secret.JWT-SECRET']),
    );
    expect(Object.keys(early.outputs).filter((name) => /HMAC|URL/i.test(name))).toEqual([]);
    expect(fake.writes).toMatchObject([{ method: 'PATCH' }]);
    const written = [...fake.vaultWrites];
    const { outputs } = await complete({ ...ahead, outputs: (await context(fake)).outputs });
    expect(outputs).toMatchObject(early.outputs);
    expect(fake.writes).toHaveLength(1);
    expect(fake.vaultWrites.slice(written.length).sort()).toEqual(['DATABASE-URL', 'RABBITMQ-URL', 'REDIS-URL']);
  });

  it('is due once something reads a secret that nobody read before', async () => {
    const fake = azure();
    const reading = { ...rabbitmq, volumes: { keys: { secrets: { 'jwt.key': 'JWT-SECRET' } } } };
    const { JWT: _, ...env } = rabbitmq.env;
    const quiet = { ...config, services: { infrastructure: [{ ...rabbitmq, env }], application: [] } };
    const step = await complete(await context(fake, { config: quiet }));
    const given = await context(fake, { config: quiet });
    const state = { ...given.state, steps: { store_secrets: step } };
    expect(await storeSecrets.troubles?.({ ...given, state })).toEqual([]);
    const services = { infrastructure: [{ ...reading, env }], application: [] };
    expect(await storeSecrets.troubles?.({ ...given, state, config: { ...quiet, services } })).toEqual([
      'the secret JWT-SECRET is not stored yet',
    ]);
  });

  it('renews only the addresses of further databases when these are others', () => {
    const postgresql = { ...config.postgresql, databases: ['reports'] };
    const due = { changed: ['config:postgresql.databases'], forced: false };
    expect(storeSecrets.renews?.(due, { ...config, postgresql })).toEqual([['secret', 'DATABASE-URL-REPORTS']]);
  });

  it('writes every secret, composes the connection strings, and sets the database password', async () => {
    const fake = azure();
    const { outputs } = await complete(await context(fake));
    const password = storedValue(fake, 'POSTGRES-PASSWORD');
    expect(Object.keys(outputs).sort()).toEqual(
      [
        'DATABASE-URL',
        'GEMINI-API-KEY',
        'JWT-SECRET',
        'POSTGRES-PASSWORD',
        'RABBITMQ-PASSWORD',
        'RABBITMQ-URL',
        'REDIS-URL',
      ].map((name) => `secret.${name}`),
    );
    expect(outputs['secret.GEMINI-API-KEY']).toBe(fake.secrets.get('GEMINI-API-KEY')?.id);
    expect(storedValue(fake, 'GEMINI-API-KEY')).toBe('given');
    expect(storedValue(fake, 'DATABASE-URL')).toBe(
      `postgresql://shopadmin:${password}@shop-postgres.postgres.database.azure.com:5432/shop?sslmode=require`,
    );
    expect(storedValue(fake, 'REDIS-URL')).toBe('rediss://:redis%2Bkey%3D@shop-redis.eastus.redis.azure.net:10000');
    expect(storedValue(fake, 'RABBITMQ-URL')).toBe(
      `amqp://admin:${storedValue(fake, 'RABBITMQ-PASSWORD')}@rabbitmq:5672`,
    );
    expect(fake.writes).toEqual([
      { method: 'PATCH', path: KNOWN.postgresServerId, body: { properties: { administratorLoginPassword: password } } },
    ]);
  });

  it('generates once, and writes nothing the second time', async () => {
    const fake = azure();
    const first = await complete(await context(fake));
    const [writes, vaultWrites] = [fake.writes.length, fake.vaultWrites.length];
    const second = await complete(await context(fake, { previous: first, runId: runIdOf(1) }));
    expect(second.outputs).toEqual(first.outputs);
    expect([fake.writes.length, fake.vaultWrites.length]).toEqual([writes, vaultWrites]);
  });

  it('writes only the given value that differs', async () => {
    const fake = azure();
    const previous = await complete(await context(fake));
    const before = fake.vaultWrites.length;
    await complete(
      await context(fake, { previous, secrets: { literal: () => 'rotated', environment: () => undefined } }),
    );
    expect(fake.vaultWrites.slice(before)).toEqual(['GEMINI-API-KEY']);
  });

  it('makes a deleted generated secret anew, with everything that follows from it', async () => {
    const fake = azure();
    const previous = await complete(await context(fake));
    const before = fake.vaultWrites.length;
    fake.secrets.delete('POSTGRES-PASSWORD');
    await complete(await context(fake, { previous, runId: runIdOf(1) }));
    expect(fake.vaultWrites.slice(before)).toEqual(['POSTGRES-PASSWORD', 'DATABASE-URL']);
    expect(fake.writes).toHaveLength(2);
  });

  it('puts a soft-deleted secret back instead of making a new one', async () => {
    const fake = azure();
    const previous = await complete(await context(fake));
    const before = fake.vaultWrites.length;
    const jwt = fake.secrets.get('JWT-SECRET');
    fake.secrets.delete('JWT-SECRET');
    if (jwt) fake.deletedSecrets.set('JWT-SECRET', jwt);
    const after = await complete(await context(fake, { previous, runId: runIdOf(1) }));
    expect(fake.vaultWrites.slice(before)).toEqual([]);
    expect(after.outputs).toEqual(previous.outputs);
  });

  it('sets the password again on a server that was made anew', async () => {
    const fake = azure();
    const previous = await complete(await context(fake));
    await complete(await context(fake, { previous, known: { ...KNOWN, postgresIncarnation: 'run-2' } }));
    expect(fake.writes).toHaveLength(2);
    expect(fake.writes[1]?.body).toEqual(fake.writes[0]?.body);
  });

  it('sets the password again when the step is forced: one that was changed by hand is not to be seen', async () => {
    const fake = azure();
    const previous = await complete(await context(fake));
    const forced = { previous, runId: runIdOf(1), reason: { text: 'forced', forced: true } };
    await complete(await context(fake, forced));
    expect(fake.writes.map(({ body }) => body)).toEqual([fake.writes[0]?.body, fake.writes[0]?.body]);
    expect(fake.vaultWrites.filter((name) => name === 'POSTGRES-PASSWORD')).toHaveLength(1);
  });

  it('sets the password once when its operation takes several calls and the process dies in between', async () => {
    const fake = azure();
    fake.polls = 2;
    const first = await context(fake);
    expect(await storeSecrets.run(first)).toMatchObject({
      kind: 'waiting',
      on: 'the password of the PostgreSQL server',
    });
    const reborn = await context(fake, { stores: first.stores });
    expect(await storeSecrets.run(reborn)).toMatchObject({ kind: 'waiting' });
    expect(await storeSecrets.run(reborn)).toMatchObject({ kind: 'completed' });
    expect(await storeSecrets.run(reborn)).toMatchObject({ kind: 'completed' });
    expect(fake.writes).toHaveLength(1);
  });

  it('waits while the server is busy', async () => {
    const fake = azure();
    fake.refuse = ({ method }) => {
      if (method === 'PATCH') throw new AzureError({ code: 'ServerIsBusy', message: 'busy', statusCode: 409 });
    };
    expect(await storeSecrets.run(await context(fake))).toMatchObject({ kind: 'waiting' });
  });

  it('hands on nothing but addresses: no value is in outputs, metadata, memory, messages or resources', async () => {
    const fake = azure();
    const given = await context(fake);
    const record = await complete(given);
    const kept = JSON.stringify([record, await given.remembered(), given.told, given.logged, given.recorded]);
    for (const { name, value } of fake.secrets.values()) expect(kept, name).not.toContain(value);
  });

  it('names every value that this process was not given', async () => {
    const fake = azure();
    const secrets = { ...config.secrets, OTHER: { source: 'environment', variable: 'OTHER_KEY' } } as const;
    const given = await context(fake, {
      config: { ...config, secrets },
      secrets: { literal: () => undefined, environment: () => '' },
    });
    await expect(storeSecrets.run(given)).rejects.toMatchObject({
      code: 'secret_missing',
      message: expect.stringMatching(
        /GEMINI-API-KEY \(secrets.gemini_api_key\).*OTHER \(environment variable OTHER_KEY\)/,
      ),
    });
    expect(fake.vaultWrites).toEqual([]);
  });

  it('demands that a keyvault: secret exists, and refers to it by its own name', async () => {
    const fake = azure();
    const secrets = { ...config.secrets, 'GEMINI-API-KEY': { source: 'vault', name: 'shared-key' } } as const;
    const given = { config: { ...config, secrets } };
    await expect(storeSecrets.run(await context(fake, given))).rejects.toMatchObject({ code: 'secret_not_in_vault' });
    await fake.azure.vault('').set('shared-key', 'theirs');
    const { outputs } = await complete(await context(fake, given));
    expect(outputs['secret.GEMINI-API-KEY']).toBe(fake.secrets.get('shared-key')?.id);
    expect(fake.secrets.has('GEMINI-API-KEY')).toBe(false);
  });

  it('leaves a connection string alone that the configuration gives', async () => {
    const fake = azure();
    const secrets = { ...config.secrets, 'REDIS-URL': { source: 'literal', path: 'secrets.redis_url' } } as const;
    await complete(await context(fake, { config: { ...config, secrets } }));
    expect(storedValue(fake, 'REDIS-URL')).toBe('given');
  });

  it('depends on what the connection strings are made of', () => {
    const { dependencies } = dependenciesOf({
      definition: stepDefinition('store_secrets'),
      desire: storeSecrets.desire,
      environment: 'default',
      config,
      outputs: () => undefined,
      facts: {},
    });
    expect(dependencies).toHaveProperty(['output:create_databases.postgresHost']);
    expect(dependencies).toHaveProperty(['output:create_databases.redisIncarnation']);
    expect(dependencies).toHaveProperty(['output:create_key_vault.vaultUri']);
  });
});

describe('secretHmacs', () => {
  const secrets = (value: string) => ({ literal: () => value, environment: () => undefined });

  it('is undefined before there is a key, and for a vault that is gone or closed to us', async () => {
    const fake = azure();
    expect(await secretHmacs(fake.azure.vault(''), config, secrets('a'))).toBeUndefined();
    for (const error of [
      new AzureError({ code: 'HostNotFound', message: 'no such host' }),
      new AzureError({ code: 'ForbiddenByRbac', message: 'no', statusCode: 403 }),
    ]) {
      fake.refuse = () => {
        throw error;
      };
      expect(await secretHmacs(fake.azure.vault(''), config, secrets('a'))).toBeUndefined();
    }
    // A vault that is out of reach for a moment has secrets all the same.
    for (const broken of [
      new AzureError({ code: 'InternalServerError', message: 'no', statusCode: 500 }),
      new AzureError({ code: 'ConnectionFailed', message: 'read ECONNRESET' }),
    ]) {
      fake.refuse = () => {
        throw broken;
      };
      await expect(secretHmacs(fake.azure.vault(''), config, secrets('a'))).rejects.toBe(broken);
    }
  });

  it('changes with the given value and shows nothing of it', async () => {
    const fake = azure();
    await complete(await context(fake));
    const hmacs = async (value: string) => await secretHmacs(fake.azure.vault(''), config, secrets(value));
    const first = await hmacs('a');
    expect(Object.keys(first ?? {})).toEqual(['GEMINI-API-KEY']);
    expect(await hmacs('a')).toEqual(first);
    expect(await hmacs('b')).not.toEqual(first);
  });

  it('sees that a secret was rotated in the vault by its keeper', async () => {
    const fake = azure();
    await complete(await context(fake));
    const shared = { secrets: { KEY: { source: 'vault', name: 'shared' } } } as const;
    await fake.azure.vault('').set('shared', 'one');
    const first = await secretHmacs(fake.azure.vault(''), shared, secrets(''));
    await fake.azure.vault('').set('shared', 'two');
    expect(await secretHmacs(fake.azure.vault(''), shared, secrets(''))).not.toEqual(first);
  });
});
