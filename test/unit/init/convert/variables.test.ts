import { describe, expect, it } from 'vitest';
import { converted } from '../../../helpers/compose/converted.ts';

const SERVERS = `
  api: {image: example/api, expose: ["4000", "9000"]}
  site: {image: example/site, ports: ["80:80"]}
  cache: {image: "redis:7"}
  my_db: {image: "mysql:8", container_name: db.local}
  worker: {image: example/worker}
`;

/** The variables of a service `web` beside others, with what is left of them. */
function variables(lines: readonly string[], given: Parameters<typeof converted>[1] = {}) {
  const list = lines.map((line) => `      - ${JSON.stringify(line)}\n`).join('');
  const { config, left } = converted(
    `services:\n  web:\n    image: example/web\n    environment:\n${list}${SERVERS}`,
    given,
  );
  return {
    env: config.services.web.env,
    secrets: config.secrets,
    left: left.filter((line) => line.includes('services.web.environment')),
    services: config.services,
  };
}

describe('variables of a service', () => {
  it('stay as they are written', () => {
    const text =
      'services:\n  web: {image: x/y, environment: {A: 1.10, B: 0755, C: yes, D: "", E: null, F: "a $$b"}}\n';
    const { config, left } = converted(text);
    expect(config.services.web.env).toEqual({ A: '1.10', B: '0755', C: 'yes', D: '', F: 'a $$b' });
    expect(left).toEqual([
      '2 services.web.environment.E: is set nowhere, so that Compose gives it to nobody; write a value, or ${E}',
    ]);
  });

  it.each([
    ['${TAG}', '${TAG:-from-file}'],
    ['${TAG:-other}', '${TAG:-from-file}'],
    ['${TAG:?message}', '${TAG:-from-file}'],
    ['${TAG:+there}', 'there'],
    ['${GIVEN}', '${GIVEN}'],
    ['${NONE}', '${NONE:-}'],
    ['${NONE:-d ${TAG}}', '${NONE:-d ${TAG:-from-file}}'],
    ['${NONE:?say it}', '${NONE:?say it}'],
    ['$$TAG $1 ${EMPTY:-e}', '$$TAG $$1 ${EMPTY:-e}'],
    ['${ODD}', 'a}b$$c'],
  ])('%s becomes %s', (written, expected) => {
    const beside = { '.env': "TAG=from-file\nEMPTY=\nODD='a}b$c'\n" };
    expect(variables([`A=${written}`], { beside, env: { GIVEN: 'x' } }).env).toEqual({ A: expected });
  });

  it('that are set nowhere are told', () => {
    expect(variables(['A=${NONE}']).left).toEqual([
      '5 services.web.environment.A: the variable NONE is set nowhere, and counts as empty, as for Compose',
    ]);
  });

  it.each([
    ['API=http://api:4000/v1?x=1', { service: 'api', format: '{address}/v1?x=1' }],
    ['API=http://api:4000', { service: 'api' }],
    ['SOCKET=ws://api:4000', { service: 'api', format: 'wss://{host}' }],
    ['METRICS=http://api:9000/metrics', 'http://api:9000/metrics'],
    ['SITE=http://site', { service: 'site' }],
    ['CACHE=redis://cache:6379/1', { service: 'cache', format: 'redis://{address}/1' }],
    ['CACHE_HOST=cache', { service: 'cache', format: '{host}' }],
    ['CACHE=cache:6379', { service: 'cache' }],
    ['JDBC=jdbc:mysql://my_db:3306/x', { service: 'my_db', format: 'jdbc:mysql://{address}/x' }],
    ['DB_HOST=db.local', { service: 'my_db', format: '{host}' }],
    ['DSN=app@tcp(my_db:3306)/x', { service: 'my_db', format: 'app@tcp({address})/x' }],
    ['BOTH=http://api:4000,http://site', '${{services.api.address}},${{services.site.address}}'],
    ['HOSTS=cache, my_db', '${{services.cache.host}}, ${{services.my_db.host}}'],
    ['API=${API_URL:-http://api:4000}/v1', { service: 'api', format: '{address}/v1' }],
    ['API=http://api:${API_PORT:-4000}/v1', { service: 'api', format: '{address}:${API_PORT:-4000}/v1' }],
    ['NAME=cache', 'cache'],
    ['IMAGE=cache:7', 'cache:7'],
    ['ELSE=http://api.example.com:4000', 'http://api.example.com:4000'],
  ])('%s names a service by its address', (line, expected) => {
    expect(Object.values(variables([line]).env)).toEqual([expected]);
  });

  it('which speak to a service by its name and port alone have it reached with tcp', () => {
    const { services, env } = variables(['API_HOST=api', 'API_PORT=4000']);
    expect(services.api).toEqual({ image: 'example/api', port: 4000, ports: [9000], transport: 'tcp' });
    expect(env).toEqual({ API_HOST: { service: 'api', format: '{host}' }, API_PORT: '4000' });
  });

  it('which name what everybody reaches by its port are told', () => {
    expect(variables(['SITE=tcp://site:80', 'SITE_HOST=worker']).left).toEqual([
      '5 services.web.environment.SITE: site speaks http: other services reach it by its name at port 80, or at its address with https',
      '6 services.web.environment.SITE_HOST: names a service that listens nowhere, as far as can be seen: give that one a "port"',
    ]);
  });

  it('with names that Azure does not take are renamed, or left', () => {
    const text =
      'services:\n  web: {image: x/y, environment: {"a:b": "1", "a b": "2", "1": "3", DRAFTGENIE_RUN_ID: "4"}}\n';
    const { config, left } = converted(text);
    expect(config.services.web.env).toEqual({ a__b: '1' });
    expect(left).toEqual([
      '2 services.web.environment.a:b: is called a__b, which .NET reads as the same name: Azure takes no other characters',
      ...['a b', '1', 'DRAFTGENIE_RUN_ID'].map(
        (name) =>
          `2 services.web.environment.${name}: is no name that Azure takes: letters, digits, . _ and -, and no digit first`,
      ),
    ]);
  });
});

describe('secrets among variables', () => {
  it('are never written, and are given from outside', () => {
    const { config, left } = converted(
      'services:\n  web: {image: x/y, environment: {STRIPE_API_KEY: sk_live_123, TOKEN: "${MY_TOKEN}", DSN: "https://user:hidden-word@x.io"}}\n',
      { beside: { '.env': 'MY_TOKEN=also-hidden\n' } },
    );
    expect(config.secrets).toEqual({ stripe_api_key: 'env:STRIPE_API_KEY', my_token: 'env:MY_TOKEN', dsn: 'env:DSN' });
    expect(config.services.web.env).toEqual({
      STRIPE_API_KEY: { secret: 'stripe_api_key' },
      TOKEN: { secret: 'my_token' },
      DSN: { secret: 'dsn' },
    });
    const told = JSON.stringify([config, left]);
    for (const hidden of ['sk_live_123', 'also-hidden', 'hidden-word']) expect(told).not.toContain(hidden);
    expect(left[2]).toBe(
      '2 services.web.environment.DSN: holds a secret: set the variable DSN where you deploy, to what it is there: https://user:***@x.io',
    );
  });

  it('of the same value are one, which is generated where a server makes its password of it', () => {
    const { config } = converted(`services:
  web: {image: x/y, environment: {DB_PASSWORD: same, OTHER_PASSWORD: another}}
  db: {image: "mysql:8", environment: {MYSQL_ROOT_PASSWORD: same}}
`);
    expect(config.secrets).toEqual({ db_password: '', other_password: 'env:OTHER_PASSWORD' });
    expect(config.services.db.env).toEqual({ MYSQL_ROOT_PASSWORD: { secret: 'db_password' } });
  });

  it('of one variable are one, whether a file of variables or a text gives them', () => {
    const { config, left } = converted(
      'services:\n  web: {image: x/y, env_file: .env}\n  db: {image: "mysql:8", environment: {MYSQL_PASSWORD: "${DB_PASSWORD}"}}\n',
      { beside: { '.env': 'DB_PASSWORD=same\n' } },
    );
    expect(config.services.web.env.DB_PASSWORD).toEqual({ secret: 'db_password' });
    expect(config.services.db.env.MYSQL_PASSWORD).toEqual({ secret: 'db_password' });
    expect(left.filter((line) => line.includes('PASSWORD'))).toHaveLength(1);
  });

  it('that services have in common within an address are one', () => {
    const address = '"postgresql+psycopg2://app:s3cret@elsewhere.example/app"';
    const { config, left } = converted(
      `services:\n  web: {image: x/y, environment: {CONN: ${address}}}\n  worker: {image: x/y, environment: {CONN: ${address}}}\n`,
    );
    expect(config.secrets).toEqual({ conn: 'env:CONN' });
    expect(left.join('\n')).toContain('services.web.environment.CONN, services.worker.environment.CONN');
  });

  it('that stand in an address, too, must be the same in both, and are given', () => {
    const { config } = converted(`services:
  web: {image: x/y, environment: {URL: "mysql://root:same@db:3306/x"}}
  db: {image: "mysql:8", environment: {MYSQL_ROOT_PASSWORD: same}}
`);
    expect(config.secrets).toEqual({ url: 'env:URL', mysql_root_password: 'env:MYSQL_ROOT_PASSWORD' });
  });

  it.each(['SECRET_KEY', 'JWT_SECRET', 'SESSION_SECRET', 'DJANGO_SECRET_KEY', 'NEXTAUTH_SECRET', 'SECRET_KEY_BASE'])(
    '%s is of the application alone, and generated',
    (name) => {
      const { config } = converted(`services:\n  web: {image: x/y, environment: {${name}: dev}}\n`);
      expect(Object.values(config.secrets)).toEqual(['']);
    },
  );

  it('are not what only has such a name: paths, nothing, the login of a file store', () => {
    const { config } = converted(`services:
  web: {image: x/y, environment: {DB_PASSWORD: /run/secrets/db, API_TOKEN: "", S3_ACCESS_KEY: admin}}
  store: {image: minio/minio, environment: {MINIO_ROOT_USER: admin, MINIO_ROOT_PASSWORD: admin}}
`);
    expect(config.services.web.env).toEqual({ DB_PASSWORD: '/run/secrets/db', API_TOKEN: '', S3_ACCESS_KEY: 'admin' });
  });

  it('have no name that means something else', () => {
    const { config } = converted(`services:
  web: {image: x/y, environment: {DATABASE_URL: "mysql://u:p@x.io/y", POSTGRES_PASSWORD: "\${POSTGRES_PASSWORD}"}}
`);
    expect(config.secrets).toEqual({
      web_database_url: 'env:DATABASE_URL',
      web_postgres_password: 'env:POSTGRES_PASSWORD',
    });
  });

  it('in a command come from a variable of the container', () => {
    const { config } = converted(
      'services:\n  cache: {image: "redis:7", command: "redis-server --requirepass ${PW_PASSWORD} --save \'\'"}\n',
    );
    expect(config.services.cache).toMatchObject({
      args: ['/bin/sh', '-c', `exec 'redis-server' '--requirepass' "$$PW_PASSWORD" '--save' ''`],
      env: { PW_PASSWORD: { secret: 'pw_password' } },
    });
  });
});
