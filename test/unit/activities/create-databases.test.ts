import { describe, expect, it } from 'vitest';
import { createDatabases } from '../../../src/activities/create-databases.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { classicRedis } from '../../../src/resources/redis-classic.ts';
import { jsonAt } from '../../../src/shared/json.ts';
import { COMPUTED } from '../../helpers/computed.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { desireInput } from '../../helpers/desire-input.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';
import { runIdOf, stepContext, type TestContext } from '../../helpers/step-context.ts';

function azure(): FakeAzure {
  const fake = fakeAzure();
  Object.assign(fake.computed, COMPUTED);
  return fake;
}

const kinds = (fake: FakeAzure): string[] => fake.writes.map(({ path }) => path.split('/').slice(-2).join('/'));

describe('create_databases', () => {
  it('makes both databases side by side and the children of the server one at a time', async () => {
    const fake = azure();
    fake.polls = 1;
    const context = await stepContext(fake.azure);
    const started: number[] = [];
    let result = await createDatabases.run(context);
    for (started.push(fake.writes.length); result.kind === 'waiting'; started.push(fake.writes.length)) {
      result = await createDatabases.run(context);
    }
    expect(kinds(fake)).toEqual([
      'flexibleServers/shop-postgres',
      'redisEnterprise/shop-redis',
      'configurations/ssl_min_protocol_version',
      'databases/default',
      'databases/shop',
      'firewallRules/allow-azure-services',
    ]);
    expect(started.slice(0, 4)).toEqual([2, 4, 5, 6]);
  });

  it('creates the server with a random password, never sends it again and keeps it nowhere', async () => {
    const fake = azure();
    const context = await stepContext(fake.azure);
    await createDatabases.run(context);
    const [created] = fake.writes;
    const password = String(jsonAt(created?.body ?? {}, 'properties.administratorLoginPassword'));
    expect(password.length).toBeGreaterThan(40);
    expect(JSON.stringify([context.told, await context.remembered(), context.recorded])).not.toContain(password);

    const config = deploymentConfig({ written: ['postgresql.sku'] });
    const bigger = { ...config, postgresql: { ...config.postgresql, sku: 'Standard_B2s' } };
    await createDatabases.run(await stepContext(fake.azure, { config: bigger, runId: runIdOf(1) }));
    const update = fake.writes.find(({ method }) => method === 'PATCH');
    expect(update).toMatchObject({ method: 'PATCH', body: { sku: { name: 'Standard_B2s' } } });
    expect(JSON.stringify(update)).not.toMatch(/administratorLogin|location/);
  });

  it('has a head start that is all of it where there is no server', async () => {
    const fake = azure();
    const { config } = await stepContext(fake.azure);
    const context = await stepContext(fake.azure, { config: { ...config, unasked: { postgresql: 'let_go' } } });
    fake.refuse = ({ method, path }) => {
      if (method !== 'PUT' || !path.endsWith('redisEnterprise/shop-redis/databases/default')) return;
      throw new AzureError({ code: 'ServerIsBusy', message: 'busy', statusCode: 409, retryAfterInSeconds: 1 });
    };
    expect(await createDatabases.headStart?.(context)).toMatchObject({ kind: 'waiting' });
    fake.refuse = () => undefined;
    expect(await createDatabases.headStart?.(context)).toEqual({ kind: 'completed', outputs: {} });
  });

  it('has a head start that ends with the server, while Redis still waits; the step goes on from there', async () => {
    const fake = azure();
    const context = await stepContext(fake.azure);
    fake.refuse = ({ method, path }) => {
      if (method !== 'PUT' || !path.endsWith('redisEnterprise/shop-redis/databases/default')) return;
      throw new AzureError({ code: 'ServerIsBusy', message: 'busy', statusCode: 409, retryAfterInSeconds: 1 });
    };
    const early = await createDatabases.headStart?.(context);
    expect(early).toMatchObject({
      kind: 'completed',
      outputs: { postgresHost: expect.stringContaining('shop-postgres') },
    });
    expect(early).not.toHaveProperty('outputs.redisHost');
    const before = fake.writes.length;
    fake.refuse = () => undefined;
    expect(await createDatabases.run(context)).toMatchObject({
      kind: 'completed',
      outputs: { postgresHost: expect.anything(), redisHost: expect.anything() },
    });
    expect(kinds(fake).slice(before)).toEqual(['databases/default']);
  });

  it('leaves a disk that grew as it is', async () => {
    const fake = azure();
    await createDatabases.run(await stepContext(fake.azure));
    const id = [...fake.resources.keys()].find((key) => key.endsWith('/shop-postgres')) ?? '';
    const live = fake.resources.get(id);
    if (live)
      fake.resources.set(id, {
        ...live,
        properties: { ...(live.properties as object), storage: { storageSizeGB: 64, autoGrow: 'Enabled' } },
      });
    const before = fake.writes.length;
    await createDatabases.run(await stepContext(fake.azure, { runId: runIdOf(1) }));
    expect(fake.writes).toHaveLength(before);
  });

  it('waits when the server takes no child yet, while Redis goes on', async () => {
    const fake = azure();
    fake.refuse = ({ method, path }) => {
      if (method !== 'PUT' || !path.includes('configurations')) return;
      throw new AzureError({ code: 'ServerIsBusy', message: 'busy', statusCode: 409, retryAfterInSeconds: 1 });
    };
    const context = await stepContext(fake.azure);
    expect(await createDatabases.run(context)).toMatchObject({ kind: 'waiting', retryAfterInSeconds: 1 });
    expect(kinds(fake)).toContain('databases/default');
    fake.refuse = () => undefined;
    expect(await createDatabases.run(context)).toMatchObject({ kind: 'completed' });
  });

  it('records an operation of Redis before it throws what PostgreSQL was refused', async () => {
    const fake = azure();
    fake.polls = 2;
    fake.refuse = ({ method, path }) => {
      if (method !== 'PUT' || !path.includes('flexibleServers')) return;
      throw new AzureError({ code: 'LocationIsOfferRestricted', message: 'no', statusCode: 400 });
    };
    const context = await stepContext(fake.azure);
    await expect(createDatabases.run(context)).rejects.toMatchObject({ code: 'LocationIsOfferRestricted' });
    expect(await context.remembered()).toHaveProperty('operation:redis');
  });
});

describe('further databases and extensions', () => {
  const config = (choices: Partial<DeploymentConfig['postgresql']>): DeploymentConfig => {
    const base = deploymentConfig({ written: ['postgresql.databases', 'postgresql.extensions'] });
    return { ...base, postgresql: { ...base.postgresql, ...choices } };
  };
  const SERVER = '/shop-postgres';

  /** A server that has its parameters, as Azure makes them. */
  async function withServer(parameters: Readonly<Record<string, string>>): Promise<FakeAzure> {
    const fake = azure();
    await createDatabases.run(await stepContext(fake.azure, { runId: runIdOf(9) }));
    const id = [...fake.resources.values()].find((one) => one.id.endsWith(SERVER))?.id ?? '';
    for (const [name, value] of Object.entries(parameters)) {
      const parameter = `${id}/configurations/${name}`;
      fake.resources.set(parameter.toLowerCase(), { id: parameter, properties: { value } });
    }
    fake.writes.length = 0;
    return fake;
  }

  const written = (fake: FakeAzure): string[] =>
    fake.writes.map(({ path, body }) =>
      `${path.split('/').at(-1)} ${jsonAt(body ?? {}, 'properties.value') ?? ''}`.trim(),
    );

  it('are made beside the one that connection strings name', async () => {
    const fake = await withServer({});
    await createDatabases.run(await stepContext(fake.azure, { config: config({ databases: ['reports', 'audit'] }) }));
    expect(kinds(fake)).toEqual(['databases/reports', 'databases/audit']);
  });

  it('join the extensions that others have allowed, and start nothing anew without a library to load', async () => {
    const fake = await withServer({ 'azure.extensions': 'CITEXT' });
    await createDatabases.run(await stepContext(fake.azure, { config: config({ extensions: ['vector'] }) }));
    expect(written(fake)).toEqual(['azure.extensions CITEXT,vector']);
    expect(fake.posts.filter(({ path }) => path.endsWith('/restart'))).toEqual([]);
  });

  it('restart the server once for a library, and not for what others change later', async () => {
    const fake = await withServer({ 'azure.extensions': '', shared_preload_libraries: 'pg_cron' });
    fake.computed['Microsoft.DBforPostgreSQL/flexibleServers/configurations'] = {
      properties: { isConfigPendingRestart: true },
    };
    const asked = { config: config({ extensions: ['pgaudit', 'pg_cron'] }) };
    const context = await stepContext(fake.azure, asked);
    const result = await createDatabases.run(context);
    await createDatabases.run(context);
    expect(written(fake)).toEqual(['azure.extensions pgaudit,pg_cron', 'shared_preload_libraries pg_cron,pgaudit']);
    const restarts = (): number => fake.posts.filter(({ path }) => path.endsWith(`${SERVER}/restart`)).length;
    expect(restarts()).toBe(1);
    expect(context.told.join('\n')).toContain('restarting PostgreSQL server shop-postgres');
    const metadata = result.kind === 'completed' ? { ...result.metadata } : {};
    expect(metadata).toEqual({ loadedLibraries: 'pgaudit,pg_cron' });

    const previous = {
      status: 'completed',
      timestamp: '',
      dependency_hash: '',
      dependencies: {},
      outputs: {},
      metadata,
    } as const;
    await createDatabases.run(await stepContext(fake.azure, { ...asked, previous, runId: runIdOf(2) }));
    expect(restarts()).toBe(1);
  });
});

describe('Redis', () => {
  const redisOf = async (context: TestContext): Promise<Record<string, string>> => {
    const result = await createDatabases.run(context);
    return result.kind === 'completed' ? { ...result.outputs } : {};
  };
  const kind = (redisKind: 'auto' | 'classic' | 'managed') => {
    const config = deploymentConfig();
    return { ...config, redis: { ...config.redis, kind: redisKind } };
  };

  it('becomes Azure Managed Redis, and the user is told once', async () => {
    const context = await stepContext(azure().azure);
    expect(await redisOf(context)).toMatchObject({
      redisKind: 'managed',
      redisHost: 'shop-redis.eastus.redis.azure.net',
      redisPort: '10000',
    });
    await redisOf(context);
    expect(context.told.filter((line) => line.includes('becomes'))).toEqual([
      'Redis Basic c0 becomes Azure Managed Redis Balanced_B0 (one node, NoCluster): the classic kind is retiring',
    ]);
  });

  it('stays classic where a classic cache of ours exists', async () => {
    const fake = azure();
    const { id, body } = classicRedis(desireInput());
    fake.resources.set(id.toLowerCase(), {
      ...body,
      id,
      properties: { ...(body.properties as object), hostName: 'shop-redis.redis.cache.windows.net', sslPort: 6380 },
    });
    expect(await redisOf(await stepContext(fake.azure))).toMatchObject({ redisKind: 'classic', redisPort: '6380' });
    expect(kinds(fake)).not.toContain('redisEnterprise/shop-redis');
  });

  it.each(['classic', 'managed'] as const)('is %s when the configuration says so', async (wanted) => {
    const fake = azure();
    expect(await redisOf(await stepContext(fake.azure, { config: kind(wanted) }))).toMatchObject({ redisKind: wanted });
  });
});
