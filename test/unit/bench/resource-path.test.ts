import { expect, it } from 'vitest';
import type { AzureOperation } from '../../../bench/runs/operations.ts';
import { chainText, resourcePathOf } from '../../../bench/runs/resource-path.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import type { CloudState, StoredResource } from '../../../src/simulator/store.ts';

const GROUP = '/subscriptions/s/resourcegroups/g/providers';
const SERVER = `${GROUP}/microsoft.dbforpostgresql/flexibleservers/pg`;
const REDIS = `${GROUP}/microsoft.cache/redisenterprise/redis`;
const VAULT = `${GROUP}/microsoft.keyvault/vaults/kv`;
const REGISTRY = `${GROUP}/microsoft.containerregistry/registries/acr`;
const QUEUE = `${GROUP}/microsoft.app/containerapps/queue`;
const SHOP = `${GROUP}/microsoft.app/containerapps/shop`;
const MIGRATION = `${GROUP}/microsoft.app/jobs/shop-migrate`;
const IMAGE = 'acr.azurecr.io/shop@sha256:0a';

const CLOUD = cloudOf({
  [SERVER]: { outputs: { fullyQualifiedDomainName: 'pg.postgres.database.azure.com' } },
  [REDIS]: { outputs: { hostName: 'redis.eastus.redis.azure.net' } },
  [VAULT]: { outputs: { vaultUri: 'https://kv.vault.azure.net/' } },
  [REGISTRY]: { outputs: { loginServer: 'acr.azurecr.io' } },
  [QUEUE]: { body: { secret: 'https://kv.vault.azure.net/secrets/QUEUE/1', image: 'rabbitmq:3' } },
  [SHOP]: { body: { secret: 'https://kv.vault.azure.net/secrets/DATABASE/1', image: IMAGE } },
  [MIGRATION]: { body: { secret: 'https://kv.vault.azure.net/secrets/DATABASE/1', image: IMAGE } },
});

it('follows a secret to the server that its value names, and on to what belongs to that', () => {
  const path = resourcePathOf(
    [
      operation(SERVER, 0, 10),
      operation(`${SERVER}/databases/db`, 10, 2),
      operation(VAULT, 0, 4),
      operation(SHOP, 20, 3),
      operation(SHOP, 23, 1, 'start'),
    ],
    CLOUD,
  );
  expect(chainText(path)).toBe('write of pg 10.00 s, write of db 2.00 s, write of shop 3.00 s, start of shop 1.00 s');
  expect(path.seconds).toBe(16);
});

it('does not have an app wait for what it does not name, although the run made it wait', () => {
  const path = resourcePathOf([operation(REDIS, 0, 40), operation(VAULT, 0, 4), operation(QUEUE, 50, 3)], CLOUD);
  expect(path.seconds).toBe(40);
  expect(resourcePathOf([operation(VAULT, 0, 4), operation(QUEUE, 50, 3)], CLOUD).seconds).toBe(7);
});

it('lets an app wait for the build of its image and for the migration with it, and for no other build', () => {
  const builds = [
    { ...operation(REGISTRY, 0, 7, 'build'), digest: 'sha256:0a' },
    { ...operation(REGISTRY, 0, 30, 'build'), digest: 'sha256:0b' },
  ];
  const path = resourcePathOf(
    [...builds, operation(MIGRATION, 40, 2), operation(MIGRATION, 42, 5, 'execution'), operation(SHOP, 50, 20)],
    CLOUD,
  );
  expect(path.seconds).toBe(7 + 2 + 5 + 20);
});

it('takes what went side by side in the run for no need', () => {
  expect(resourcePathOf([operation(SERVER, 0, 10), operation(`${SERVER}/databases/db`, 5, 7)], CLOUD).seconds).toBe(10);
});

function operation(resourceId: string, startedAt: number, seconds: number, kind: AzureOperation['kind'] = 'write') {
  return { kind, resourceId, startedAt: new Date(startedAt * 1000).toISOString(), seconds };
}

type Described = Partial<Pick<StoredResource, 'body'>> & { readonly outputs?: JsonObject };

function cloudOf(described: Readonly<Record<string, Described>>): CloudState {
  const resources = Object.entries(described).map(([id, { body = {}, outputs = {} }]) => {
    const type = id.split('/').slice(6, 8).join('/');
    return [id, { id, type, body, extra: { outputs } }] as const;
  });
  const secret = (name: string, value: string) => ({ name, versions: [{ version: '1', value }] });
  const secrets = {
    [VAULT]: {
      queue: secret('QUEUE', 'made up'),
      database: secret('DATABASE', 'postgresql://shop@pg.postgres.database.azure.com:5432/db'),
    },
  };
  return { tenantId: 'tenant', resources: Object.fromEntries(resources), secrets } as unknown as CloudState;
}
