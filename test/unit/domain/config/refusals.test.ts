import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/domain/config/parse.ts';

/** A small application with one thing changed. */
function read(changes: { readonly [section: string]: string } = {}): ReturnType<typeof parseConfig> {
  const sections: Readonly<Record<string, string>> = {
    azure: '{ resource_group: shop-rg, location: westeurope, project_name: shop }',
    container_registry: '{ name: shopregistry }',
    key_vault: '{ name: shop-vault-1 }',
    services: '{ web: { image: "redis:7", port: 8080 } }',
    ...changes,
  };
  return parseConfig(
    Object.entries(sections)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n'),
  );
}

function problems(changes: { readonly [section: string]: string }): readonly string[] {
  const result = read(changes);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

const web = (lines: string) => ({ services: `{ web: { image: "redis:7", port: 8080, ${lines} } }` });
const rule = (text: string) => web(`max_replicas: 2, scale: { rules: { queue: ${text} } }`);

describe('what Azure refuses is refused in the file: images', () => {
  it.each([
    ...['redis', 'redis:7-alpine', 'library/redis', 'ghcr.io/owner/name:1.2', 'localhost:5000/a', 'a.example:443/b/c'],
    ...['x.azurecr.io/shop/web_1__2--3:V1', `redis@sha256:${'a'.repeat(64)}`, `redis:7@sha256:${'a'.repeat(64)}`],
  ])('%s is the name of one', (image) => {
    expect(problems({ services: `{ web: { image: "${image}", port: 1 } }` })).toEqual([]);
  });

  it.each([
    ...['Redis', 'redis 7', 'redis:', ':7', 'https://ghcr.io/a/b', 'ghcr.io/Owner/name', 'a:b:c', 'redis@sha256:12'],
    ...['redis:-1', `redis:${'a'.repeat(129)}`, 'a'.repeat(256), '-a', 'a/', '/a', 'a//b'],
  ])('%s is the name of none', (image) => {
    expect(problems({ services: `{ web: { image: "${image}", port: 1 } }` })).toEqual([
      expect.stringMatching(/^services\.web\.image: found .*; expected the name of an image/s),
    ]);
  });

  it('those beside a service, that of smoke requests and the host of a registry are looked at, too', () => {
    expect(
      problems({
        ...web('init: [{ name: a, image: "A" }], sidecars: [{ name: b, image: "ok" }, { name: c, image: "C:1" }]'),
        release: '{ smoke_image: "curl:$1" }',
        docker: '{ registry: "https://ghcr.io" }',
      }).map((one) => one.replace(/;.*/, '')),
    ).toEqual([
      'docker.registry: found "https://ghcr.io"',
      'services.web.sidecars.1.image: found "C:1"',
      'services.web.init.0.image: found "A"',
      'release.smoke_image: found "curl:$1"',
    ]);
  });
});

describe('what Azure refuses is refused in the file: names', () => {
  it.each([
    ['container_registry', 'LoginShop1', 'login'],
    ['container_registry', 'office365', 'office365'],
    ['key_vault', 'my-Microsoft-kv', 'microsoft'],
    ['key_vault', 'Exchange', 'exchange'],
    ['postgresql', 'windows-pg', 'windows'],
    ['redis', 'Xbox', 'xbox'],
    ['storage', 'windowsfiles', 'windows'],
  ])('a reserved word in %s %s', (section, name, word) => {
    const key = { postgresql: 'server_name', storage: 'account' }[section] ?? 'name';
    expect(problems({ [section]: `{ ${key}: ${name} }` })).toEqual([
      `${section}.${key}: found "${name}"; Azure reserves the word ${word}`,
    ]);
  });

  it('a reserved word that is only a part of a name, or follows, is none', () => {
    expect(problems({ container_registry: '{ name: shoplogin }', key_vault: '{ name: office-vault }' })).toEqual([]);
  });

  it('a subscription that is no id', () => {
    const azure = (id: string) => ({ azure: `{ resource_group: rg, location: westeurope, subscription_id: "${id}" }` });
    expect(problems(azure('My subscription'))).toEqual([
      'azure.subscription_id: found "My subscription"; allowed: the id of a subscription, a GUID',
    ]);
    expect(problems(azure('0AAAAAAA-0000-0000-0000-000000000000'))).toEqual([]);
    expect(problems(azure(''))).toEqual([]);
  });

  it('a variable that the deployment sets itself', () => {
    expect(problems(web('env: { DRAFTGENIE_RUN_ID: a, DRAFTGENIE_SECRETS_VERSION: b }'))).toEqual([
      'services.web.env.DRAFTGENIE_RUN_ID: is set by the deployment itself',
      'services.web.env.DRAFTGENIE_SECRETS_VERSION: is set by the deployment itself',
    ]);
  });

  it('jobs of two services that have one name when they are cut', () => {
    const one = (end: string) =>
      `{ image: redis, port: 1, name: a-very-long-name-of-a-ser-${end}, migration: { command: ls } }`;
    expect(problems({ services: `{ a: ${one('one')}, b: ${one('two')} }` })).toEqual([
      'services.b.name: the migration would be a job of the name "a-very-long-name-of-a-se-migrate", which is also the name of the migration of services.a',
    ]);
    expect(
      problems({ services: '{ web: { image: redis, migration: { command: ls } }, web-migrate: { image: redis } }' }),
    ).toEqual([
      'services.web.name: the migration would be a job of the name "web-migrate", which is also the name of services.web-migrate',
    ]);
    expect(problems({ services: '{ web: { image: redis }, web-migrate: { image: redis } }' })).toEqual([]);
  });

  it('two services whose names are one after their keys were made names', () => {
    expect(problems({ services: '{ a_b: { image: redis }, a-b: { image: redis } }' })).toEqual([
      'services.a-b.name: "a-b" is also the name of services.a_b',
    ]);
  });

  it('groups in any script are none of them', () => {
    expect(problems({ azure: '{ resource_group: "группа-ü.1", location: westeurope }' })).toEqual([]);
    expect(problems({ azure: '{ resource_group: "группа.", location: westeurope }' })).toHaveLength(1);
  });

  it('tags that begin as Azure’s own do are warned about', () => {
    const result = read({ tags: '{ Azure-team: a, team-azure: b }' });
    expect(result.ok && result.parsed.warnings).toMatchObject([{ path: 'tags.Azure-team', line: 5 }]);
  });

  it('tags whose names are too long, for a storage account sooner', () => {
    const tags = (length: number) => ({ tags: `{ ${'t'.repeat(length)}: a }` });
    const storage = '{ account: shopfiles1 }';
    expect(problems(tags(512))).toEqual([]);
    expect(problems(tags(513))).toEqual([expect.stringContaining('at most 512 characters')]);
    expect(problems({ ...tags(128), storage })).toEqual([]);
    expect(problems({ ...tags(129), storage })).toEqual([expect.stringContaining('at most 128 characters')]);
  });

  it('tags with control characters', () => {
    expect(problems({ tags: '{ "a\\tb": x }' })).toEqual([expect.stringContaining('or control characters')]);
  });

  it.each(['_key', 'key_', '-key'])('a secret %s where an app reads it, and nowhere else', (key) => {
    const secrets = `{ ${key}: "env:A" }`;
    expect(problems({ secrets })).toEqual([]);
    expect(problems({ secrets, ...web(`env: { A: { secret: ${key} } }`) })).toEqual([
      expect.stringMatching(/^services\.web\.env\.A: the secret -?KEY-? begins or ends with - or _/),
    ]);
  });
});

describe('what Azure refuses is refused in the file: secrets', () => {
  it.each([
    ['Short-1', 'has 7 characters; the database takes 8 to 128'],
    [`Aa1${'x'.repeat(126)}`, 'has 129 characters; the database takes 8 to 128'],
    ['onlylowercase1', 'must have three of these: upper-case letters, lower-case letters, digits, other characters'],
    ['Strong-kEEp-1', 'must not have 3 characters in a row of the login'],
  ])('the password %s of the database', (password, why) => {
    expect(problems({ postgresql: `{ admin_user: keeper, admin_password: "${password}" }` })).toEqual([
      `postgresql.admin_password: ${why}`,
    ]);
    expect(problems({ postgresql: '{ admin_user: keeper }', secrets: `{ postgres_password: "${password}" }` })).toEqual(
      [`secrets.postgres_password: ${why}`],
    );
  });

  it('not a password that it takes, or one from elsewhere', () => {
    for (const password of ['Strong-1234', 'Aa1_Aa1_', 'env:A', 'keyvault:a', ''])
      expect(problems({ postgresql: `{ admin_user: keeper, admin_password: "${password}" }` })).toEqual([]);
  });

  it('values that are too large for the vault', () => {
    expect(problems({ secrets: `{ a: "${'ü'.repeat(12_801)}", b: "${'x'.repeat(25_600)}" }` })).toEqual([
      'secrets.a: has 25602 bytes; a secret of the vault has at most 25600',
    ]);
  });
});

describe('what Azure refuses is refused in the file: addresses', () => {
  it('of private networks for a vault', () => {
    const rules = (...all: readonly string[]) => ({
      key_vault: `{ name: shop-vault-1, network_rules: { ip_rules: [${all.join(', ')}] } }`,
    });
    expect(
      problems(rules('10.1.2.3', '172.31.255.255', '192.168.0.0/24', '172.32.0.1', '11.0.0.1', '8.8.8.8')),
    ).toEqual([
      'key_vault.network_rules.ip_rules.0: 10.1.2.3 is of a private network; only public addresses are allowed',
      'key_vault.network_rules.ip_rules.1: 172.31.255.255 is of a private network; only public addresses are allowed',
      'key_vault.network_rules.ip_rules.2: 192.168.0.0/24 is of a private network; only public addresses are allowed',
    ]);
  });
});

describe('what KEDA cannot work with is refused in the file', () => {
  const at = 'services.web.scale.rules.queue.metadata';
  it.each([
    ['{ type: rabbitmq }', [`${at}: rabbitmq needs queueName`]],
    [
      '{ type: rabbitmq, metadata: { queuename: a } }',
      [`${at}: rabbitmq needs queueName; is queuename meant to be it?`],
    ],
    ['{ type: rabbitmq, metadata: { queueName: a, value: 5 } }', [`${at}: with value rabbitmq needs mode`]],
    ['{ type: azure-servicebus }', [`${at}: azure-servicebus needs queueName or topicName`]],
    [
      '{ type: azure-servicebus, metadata: { topicName: a }, identity: true }',
      [
        `${at}: with topicName azure-servicebus needs subscriptionName`,
        `${at}: with identity azure-servicebus needs namespace`,
      ],
    ],
    [
      '{ type: azure-queue, metadata: { queueName: a }, identity: true }',
      [`${at}: with identity azure-queue needs accountName`],
    ],
    ['{ type: kafka, metadata: { bootstrapServersFromEnv: A } }', [`${at}: kafka needs consumerGroup`]],
    ['{ type: postgresql, metadata: { query: "SELECT 1" } }', [`${at}: postgresql needs targetQueryValue`]],
    ['{ type: prometheus, metadata: { serverAddress: a, query: b } }', [`${at}: prometheus needs threshold`]],
    ['{ type: redis, metadata: { listName: a }, secrets: { address: my_url } }', []],
    ['{ type: redis, metadata: { listName: a } }', [`${at}: redis needs address or addresses or host or hosts`]],
    ['{ type: rabbitmq, metadata: { queueName: a, mode: QueueLength, value: 5 }, secrets: { host: my_url } }', []],
    ['{ type: temporal }', []],
    [
      '{ type: temporal, secrets: { "": my_url } }',
      ['services.web.scale.rules.queue.secrets: has a parameter without a name'],
    ],
  ])('%s', (text, expected) => {
    expect(problems({ ...rule(text), secrets: '{ my_url: "env:A" }' })).toEqual(expected);
  });
});
