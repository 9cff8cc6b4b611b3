import { describe, expect, it } from 'vitest';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { userKey } from '../../../../src/domain/config/user-key.ts';
import { composedOf } from '../../../../src/domain/sections/composed-secrets.ts';
import { hasSection } from '../../../../src/domain/sections/sections.ts';

const SUBNET = '/subscriptions/s/resourceGroups/net-rg/providers/Microsoft.Network/virtualNetworks/net/subnets/apps';

const read = (storage: string, web = '', rest = '') =>
  parseConfig(`
azure: { resource_group: shop-rg, location: westeurope }
key_vault: { name: shop-vault-1 }
${storage}
services:
  web: { image: "nginx:1", port: 80, ${web} }
${rest}`);

function config(...given: Parameters<typeof read>): DeploymentConfig {
  const result = read(...given);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function problems(...given: Parameters<typeof read>): readonly string[] {
  const result = read(...given);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

const MOUNT = 'volumes: { data: { share: media } }, mounts: { /data: data }';

describe('storage of a configuration', () => {
  it('is an account with what lies in it, by its names', () => {
    const made = config(
      'storage: { account: shopfiles, sku: Standard_ZRS, containers: [uploads], queues: [orders], shares: { media: null, big: { quota: 6000 } } }',
    );
    expect(made.storage).toEqual({
      account: 'shopfiles',
      sku: 'Standard_ZRS',
      containers: ['uploads'],
      queues: ['orders'],
      shares: { media: { quotaInGb: 100, protocol: 'smb' }, big: { quotaInGb: 6000, protocol: 'smb' } },
    });
    expect(userKey('storage.shares.big.quotaInGb')).toBe('storage.shares.big.quota');
  });

  it('leaves a configuration that says nothing of it as it was before there was any', () => {
    const without = config('');
    expect(without).not.toHaveProperty('storage');
    expect(without.unasked).not.toHaveProperty('storage');
    expect(hasSection(without, 'storage')).toBe(false);
    expect(hasSection(config('storage: { account: shopfiles }'), 'storage')).toBe(true);
    expect(config('storage: false').unasked).toMatchObject({ storage: 'let_go' });
  });

  it('is stored and read again as it is, with the volumes that are its shares', () => {
    const made = config(
      `storage: { account: shopfiles, shares: { media: {} } }\nlocations: { storage: northeurope }\ncontainer_apps: { subnet: "${SUBNET}" }`,
      'volumes: { data: { share: media, read_only: true, mount_options: "uid=1" } }, mounts: { /data: data }',
    );
    expect(made.services.infrastructure[0]?.volumes).toEqual({
      data: { share: 'media', readOnly: true, mountOptions: 'uid=1' },
    });
    expect(made.containerApps.subnet).toBe(SUBNET);
    expect(made.locations.storage).toBe('northeurope');
    expect(storedConfigSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it.each([
    ['storage: {}', 'storage.account: is required: a globally unique name'],
    ['storage: { account: Shop-Files }', 'storage.account: found "Shop-Files"; allowed: 3 to 24 lower-case'],
    ['storage: { account: shopfiles, containers: [a--b] }', 'storage.containers.0: found the name "a--b"'],
    ['storage: { account: shopfiles, queues: [one, one] }', 'storage.queues.1: "one" is also queues.0'],
    ['storage: { account: shopfiles, shares: { X: {} } }', 'storage.shares.X: found the name "X"'],
    ['storage: { account: shopfiles, shares: { media: { quota: 0 } } }', 'storage.shares.media.quota: found 0'],
    [
      'storage: { account: shopfiles, sku: Premium_LRS, containers: [uploads] }',
      'storage.containers: an account with the sku Premium_LRS has file shares only',
    ],
    [
      'storage: { account: shopfiles, sku: Premium_LRS, shares: { media: { quota: 50 } } }',
      'storage.shares.media.quota: found 50; with the sku Premium_LRS at least 100 is required',
    ],
    [
      'storage: { account: shopfiles, shares: { media: { protocol: nfs } } }',
      'storage.shares.media.protocol: nfs needs the sku Premium_LRS or Premium_ZRS, found Standard_LRS',
    ],
    [
      'storage: { account: shopfiles, sku: Premium_LRS, shares: { media: { protocol: nfs } } }',
      'storage.shares.media.protocol: nfs is reached from a virtual network only',
    ],
    ['container_apps: { subnet: apps }', 'container_apps.subnet: found "apps"; expected an id such as /subscriptions/'],
  ])('is refused where Azure would refuse it: %s', (storage, problem) => {
    expect(problems(storage)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a share as a volume', () => {
  const ACCOUNT = 'storage: { account: shopfiles, shares: { media: {} } }';

  it('needs an account, and is one of its shares', () => {
    const result = read('', MOUNT);
    expect(result.ok && result.parsed.needs).toMatchObject([
      { section: 'storage', path: 'services.web.volumes.data.share', message: expect.stringContaining('"storage: {') },
    ]);
    expect(problems(ACCOUNT.replace('media', 'medium'), MOUNT)).toEqual([
      'services.web.volumes.data.share: there is no share "media"; did you mean medium?',
    ]);
  });

  it.each([
    [
      'volumes: { data: { share: media, secrets: { a: x } } }, mounts: { /data: data }',
      'volumes.data.secrets: and share',
    ],
    ['volumes: { data: { read_only: true } }, mounts: { /data: data }', 'volumes.data.read_only: has no meaning'],
    ['volumes: { data: { mount_options: nobrl } }, mounts: { /data: data }', 'volumes.data.mount_options: has no'],
  ])('says what it is and nothing else: %s', (web, problem) => {
    expect(problems(ACCOUNT, web, 'secrets: { x: "env:X" }')).toContainEqual(expect.stringContaining(problem));
  });

  it('is not for Qdrant, as a service or beside one, and for one replica of RabbitMQ', () => {
    const refused = 'Qdrant supports no file share (qdrant/qdrant#6272)';
    const place = 'services.db.volumes.data.share: ';
    const db = (image: string, more = '') =>
      `  db: { image: "${image}", port: 1, transport: tcp, ${MOUNT}, ${more} }\n`;
    expect(problems(ACCOUNT, '', db(`docker.io/qdrant/qdrant:v1.9@sha256:${'0'.repeat(64)}`))).toEqual([
      expect.stringContaining(place + refused),
    ]);
    const beside = `  db: { image: "nginx:1", port: 1, volumes: { data: { share: media } }, sidecars: [{ name: v, image: qdrant/qdrant, mounts: { /data: data } }] }\n`;
    expect(problems(ACCOUNT, '', beside)).toEqual([expect.stringContaining(place + refused)]);
    expect(problems(ACCOUNT, '', db('myqdrant:1'))).toEqual([]);
    expect(problems(ACCOUNT, '', db('rabbitmq:4-management'))).toEqual([]);
    expect(problems(ACCOUNT, '', db('rabbitmq:4', 'max_replicas: 2'))).toEqual([
      expect.stringContaining(
        'services.db.max_replicas: is 2, and all replicas of RabbitMQ would write the same files',
      ),
    ]);
  });

  it('is of jobs as well', () => {
    const jobs = `jobs: { nightly: { image: "busybox:1", ${MOUNT.replace('media', 'nothing')} } }`;
    expect(problems(ACCOUNT, '', jobs)).toEqual([
      expect.stringContaining('jobs.nightly.volumes.data.share: there is no'),
    ]);
  });
});

describe('the key of the account', () => {
  const kinds = (...given: Parameters<typeof read>) => composedOf(config(...given)).map(({ kind }) => kind);

  it('is asked for where a share is mounted by SMB, or a service names it, and nowhere else', () => {
    const account = 'storage: { account: shopfiles, shares: { media: {} } }';
    expect(kinds(account)).not.toContain('storageKey');
    expect(kinds(account, MOUNT)).toContain('storageKey');
    expect(kinds(account, 'env: { KEY: { secret: STORAGE-ACCOUNT-KEY } }')).toContain('storageKey');
    expect(kinds(account, 'env: { FILES: { secret: STORAGE-CONNECTION-STRING } }')).toContain('storage');
    const nfs = `storage: { account: shopfiles, sku: Premium_LRS, shares: { media: { protocol: nfs } } }\ncontainer_apps: { subnet: "${SUBNET}" }`;
    expect(kinds(nfs, MOUNT)).toEqual([]);
    expect(kinds(account, MOUNT, 'secrets: { storage_account_key: "env:KEY" }')).not.toContain('storageKey');
  });
});
