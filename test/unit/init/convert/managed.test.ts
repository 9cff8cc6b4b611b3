import { describe, expect, it } from 'vitest';
import { converted } from '../../../helpers/compose/converted.ts';

const POSTGRES =
  '  db: {image: "postgres:16-alpine", environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: hidden, POSTGRES_DB: store}}\n';

function web(environment: string, others: string, managed?: ReadonlySet<string>) {
  const made = converted(
    `services:\n  web: {image: x/y, environment: {${environment}}}\n${others}`,
    managed ? { managed } : {},
  );
  return { ...made, env: made.config.services.web.env };
}

describe('PostgreSQL', () => {
  it('has a managed server in its place, whose address is known', () => {
    const { config, env, left, choices } = web('URL: "postgres://shop:hidden@db:5432/store"', POSTGRES);
    expect(config).toMatchObject({ postgresql: { database_name: 'store', admin_user: 'shop', version: '16' } });
    expect(Object.keys(config.services)).toEqual(['web']);
    expect(env).toEqual({ URL: { secret: 'DATABASE-URL' } });
    expect(left).toEqual([
      '3 services.db: a server of Azure Database for PostgreSQL takes its place, with what it says of itself (POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB); its data is not taken along',
    ]);
    expect(choices.map(({ service, section }) => [service, section])).toEqual([['db', 'postgresql']]);
  });

  it.each([
    [
      'H_HOST: db, H_USER: shop, H_PASSWORD: hidden, H_DB: store, H_PORT: "5432"',
      {
        H_HOST: '${{postgresql.host}}',
        H_USER: '${{postgresql.user}}',
        H_PASSWORD: { secret: 'POSTGRES-PASSWORD' },
        H_DB: '${{postgresql.database}}',
        H_PORT: '5432',
      },
    ],
    [
      'JDBC: "jdbc:postgresql://db:5432/store", P_PASSWORD: hidden',
      {
        JDBC: 'jdbc:postgresql://${{postgresql.host}}:5432/store?sslmode=require',
        P_PASSWORD: { secret: 'POSTGRES-PASSWORD' },
      },
    ],
    [
      'A: "postgresql://shop:hidden@db/store", B: "postgresql://shop:hidden@db/other"',
      { A: { secret: 'DATABASE-URL' }, B: { secret: 'DATABASE-URL-OTHER' } },
    ],
  ])('is named by %s', (environment, expected) => {
    expect(web(environment, POSTGRES).env).toEqual(expected);
  });

  it.each([
    ['nothing names it', ''],
    ['its address has a driver', 'URL: "postgresql+asyncpg://shop:hidden@db/store"'],
    ['who names it does not say who he is', 'DB_HOST: db'],
    ['it is named beside another host', 'URL: "postgres://shop:hidden@db,web/store"'],
  ])('stays a container where %s', (_, environment) => {
    const { config, choices } = web(environment, POSTGRES);
    expect(config.services.db).toMatchObject({ image: 'postgres:16-alpine', port: 5432, transport: 'tcp' });
    expect(choices).toHaveLength(1);
  });

  it('is what is chosen', () => {
    expect(web('URL: "postgres://shop:hidden@db/store"', POSTGRES, new Set()).config.services.db).toBeDefined();
    const { config, env, left } = web('URL: "postgresql+asyncpg://shop:hidden@db/store"', POSTGRES, new Set(['db']));
    expect([config.postgresql, env]).toMatchObject([{ database_name: 'store' }, { URL: { secret: 'url' } }]);
    expect(left).toContain(
      '2 services.web.environment.URL: names db, which is a managed service now: give its address, or what is said here of it',
    );
  });

  it('brings its extensions', () => {
    const { config } = web(
      'U: "postgres://u:p@db/u"',
      '  db: {image: "pgvector/pgvector:pg16", environment: {POSTGRES_USER: u, POSTGRES_PASSWORD: p}}\n',
    );
    expect(config.postgresql).toEqual({ database_name: 'u', admin_user: 'u', extensions: ['vector'] });
  });
});

describe('Redis', () => {
  it.each([
    ['redis://cache:6379', true],
    ['redis://cache/0', true],
    ['redis://:pw@cache:6379/0', true],
    ['redis://cache:6379/1', false],
    ['cache:6379', false],
  ])('at %s is managed: %s', (url, isManaged) => {
    const { config, env } = web(`URL: "${url}"`, '  cache: {image: "redis:7"}\n');
    expect('redis' in config).toBe(isManaged);
    if (isManaged) expect(env).toEqual({ URL: { secret: 'REDIS-URL' } });
    else expect(config.services.cache).toMatchObject({ port: 6379, transport: 'tcp' });
  });
});

describe('MongoDB', () => {
  const MONGO = '  db: {image: "mongo:7"}\n';

  it('stays a container, unless somebody has a cluster', () => {
    expect(web('URL: "mongodb://db:27017/shop"', MONGO).config.services.db).toBeDefined();
    const { config, env } = web('URL: "mongodb://db:27017/shop"', MONGO, new Set(['db']));
    expect(config).toMatchObject({ mongodb: { connection_url: 'env:MONGODB_URL' } });
    expect(env).toEqual({ URL: { secret: 'MONGODB-URL' } });
  });
});

describe('RabbitMQ', () => {
  it('stays a container, whose address with its password the deployment puts together', () => {
    const { config, env } = web('URL: "amqp://guest:guest@broker:5672/"', '  broker: {image: "rabbitmq:4"}\n');
    expect(env).toEqual({ URL: { secret: 'RABBITMQ-URL' } });
    expect(config.services.rabbitmq).toMatchObject({
      name: 'broker',
      env: { RABBITMQ_DEFAULT_PASS: { secret: 'rabbitmq_password' } },
    });
  });

  it('has the address that is given, where it is another', () => {
    const { config, env } = web('URL: "amqp://u:p@broker:5672/shop"', '  broker: {image: "rabbitmq:4"}\n');
    expect(env).toEqual({ URL: { secret: 'url' } });
    expect(config.services.broker).toMatchObject({ port: 5672, transport: 'tcp' });
  });
});
