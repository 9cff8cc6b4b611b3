import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { databaseDumps, dumpAddress } from '../../../../src/domain/removal/dump.ts';
import { DUMP_TARGET } from '../../../../src/domain/removal/dump-target.ts';
import { type DumpOrder, dumpScript, uploadScript } from '../../../../src/resources/app/dump.ts';
import { dumpJob } from '../../../../src/resources/job.ts';
import { jsonAt } from '../../../../src/shared/json.ts';
import { desireInput } from '../../../helpers/desire-input.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

const run = promisify(execFile);

const SERVER = {
  id: '/subscriptions/sub/resourceGroups/shop-rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/shop-pg',
  host: 'shop-pg.postgres.database.azure.com',
  version: '17',
  user: 'shopadmin',
  databases: ['orders', "it's"],
};
const ORDER: DumpOrder = {
  server: SERVER,
  dumps: databaseDumps('default', SERVER, '2026-11-30T01:02:03.004Z'),
  target: { account: 'backups', container: 'db', cloud: 'AzureCloud', clientId: 'client' },
  mark: 'default-01ABC',
};

/** Runs a script in a folder of its own with these tools, which write down how they were called. */
async function execute(script: string, tools: Readonly<Record<string, string>>, folder: string) {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  await mkdir(join(folder, 'dump'), { recursive: true });
  for (const [name, body] of Object.entries({ sleep: 'exit 0', ...tools })) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${folder}/calls'\n${body}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const here = script.replaceAll('/dump/', `${folder}/dump/`);
  const env = { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, FOLDER: folder };
  const ended = await run('/bin/sh', ['-c', here], { env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  return { ...ended, calls: await readFile(join(folder, 'calls'), 'utf8').catch(() => '') };
}

const DUMPS = 'for one; do case "$one" in --file=*) printf archive > "${one#--file=}";; esac; done';
const dumpWith = (folder: string, pgDump: string, pgRestore = 'exit 0') =>
  execute(dumpScript(ORDER.dumps), { pg_dump: pgDump, pg_restore: pgRestore }, folder);
const uploadWith = (folder: string, az: string) => execute(uploadScript(ORDER.dumps, ORDER.target), { az }, folder);
const SHOWS = (bytes: number) => `case "$*" in *'blob show'*) echo ${bytes};; esac`;

describe('the job that dumps', () => {
  it('shares a folder between the tool of the database and the upload, and has the password from the vault', () => {
    const secret = 'https://kv.vault.azure.net/secrets/POSTGRES-PASSWORD/v1';
    const identity = '/subscriptions/sub/resourceGroups/shop-rg/providers/x/shop-id';
    const input = desireInput({ environmentId: '/env', identityId: identity, 'secret.POSTGRES-PASSWORD': secret });
    const { id, key, body } = dumpJob(input, ORDER);
    expect(key).toBe('dump:shop-pg');
    expect(id).toMatch(/\/jobs\/dump-shop-pg-[0-9a-f]{8}$/);
    expect(body).toMatchObject({
      properties: {
        environmentId: '/env',
        configuration: {
          replicaRetryLimit: 0,
          secrets: [{ name: 'postgres-password', keyVaultUrl: secret, identity }],
          identitySettings: [{ identity, lifecycle: 'Main' }],
        },
        template: {
          volumes: [{ name: 'dump', storageType: 'EmptyDir' }],
          initContainers: [
            { image: 'docker.io/library/postgres:17', volumeMounts: [{ volumeName: 'dump', mountPath: '/dump' }] },
          ],
          containers: [
            { image: 'mcr.microsoft.com/azure-cli', volumeMounts: [{ volumeName: 'dump', mountPath: '/dump' }] },
          ],
        },
      },
    });
    const env = jsonAt(body, 'properties.template.initContainers') as unknown as { env: object[] }[];
    expect(env[0]?.env).toEqual(
      expect.arrayContaining([
        { name: 'PGSSLMODE', value: 'require' },
        { name: 'PGPASSWORD', secretRef: 'postgres-password' },
      ]),
    );
  });

  it('has a name that a job may have, whatever the server is called, and one for each server', () => {
    const input = desireInput({
      environmentId: '/env',
      identityId: '/id',
      'secret.POSTGRES-PASSWORD': 'https://kv/s/v',
    });
    const named = (name: string): string => {
      const id = SERVER.id.replace('shop-pg', name);
      return (
        dumpJob(input, { ...ORDER, server: { ...SERVER, id } })
          .id.split('/')
          .at(-1) ?? ''
      );
    };
    const long = named(`a-server--with-a-${'long-'.repeat(8)}name`);
    expect(long).toMatch(/^(?=.{2,32}$)[a-z](?:-?[a-z0-9])*$/);
    expect(named(`a-server--with-a-${'long-'.repeat(8)}other`)).not.toBe(long);
  });

  it('dumps each database into a file, and reads its contents back', async () => {
    const folder = await tempDirectory();
    const { code, calls } = await dumpWith(folder, DUMPS);
    expect(code).toBe(0);
    expect(calls.replaceAll(folder, '').trim().split('\n')).toEqual([
      'pg_dump --format=custom --no-password --file=/dump/0.dump --dbname=orders',
      'pg_restore --list /dump/0.dump',
      "pg_dump --format=custom --no-password --file=/dump/1.dump --dbname=it's",
      'pg_restore --list /dump/1.dump',
    ]);
  });

  it.each([
    ['the tool fails', "echo 'pg_dump: error: no' >&2; exit 1", 'exit 0', 'pg_dump: error: no'],
    ['the archive cannot be read back', DUMPS, "echo 'pg_restore: error: odd' >&2; exit 1", 'pg_restore: error: odd'],
  ])('uploads nothing when %s, and its log says why', async (_, pgDump, pgRestore, words) => {
    const folder = await tempDirectory();
    expect(await dumpWith(folder, pgDump, pgRestore)).toMatchObject({ code: 0 });
    const { code, stdout, calls } = await uploadWith(folder, 'exit 0');
    expect(code).toBe(1);
    expect(stdout).toContain(words);
    expect(stdout).toContain('the databases were not dumped');
    expect(calls).not.toContain('az ');
  });

  it('uploads every file under its name, as the identity, and compares the sizes', async () => {
    const folder = await tempDirectory();
    await dumpWith(folder, DUMPS);
    const { code, stdout, calls } = await uploadWith(folder, SHOWS('archive'.length));
    expect(code, stdout).toBe(0);
    expect(calls).toContain('az login --identity --client-id client');
    expect(calls).toContain(
      '--auth-mode login --account-name backups --container-name db --name default/shop-pg/orders/',
    );
    expect(calls.match(/blob upload/g)).toHaveLength(2);
    expect(stdout).toContain('orders/2026-11-30T01-02-03.004Z.dump has 7 bytes');
  });

  it.each([
    ['the blob has another size', SHOWS(3), 'has 3 bytes, not 7'],
    ['the blob cannot be looked at', `case "$*" in *'blob show'*) exit 1;; esac`, ''],
    ['the upload is refused for good', `case "$*" in *'blob upload'*) exit 1;; esac`, ''],
    ['nobody signs in', `case "$*" in login*) exit 1;; esac`, ''],
  ])('fails when %s', async (_, az, words) => {
    const folder = await tempDirectory();
    await dumpWith(folder, DUMPS);
    const { code, stdout } = await uploadWith(folder, az);
    expect(code).toBe(1);
    expect(stdout).toContain(words);
  });

  it('tries again while the role that it was granted does not work yet', async () => {
    const folder = await tempDirectory();
    await dumpWith(folder, DUMPS);
    const once = `case "$*" in *'blob upload'*) [ -e "$FOLDER/tried" ] || { touch "$FOLDER/tried"; exit 1; };; esac\n${SHOWS(7)}`;
    const { code, calls } = await uploadWith(folder, once);
    expect(code).toBe(0);
    expect(calls.match(/blob upload/g)).toHaveLength(3);
  });
});

describe('where a dump goes', () => {
  it('is a blob of its own for each database and run', () => {
    const [first] = ORDER.dumps;
    expect(first && dumpAddress({ address: 'https://backups.blob.core.windows.net/db' }, first)).toBe(
      'https://backups.blob.core.windows.net/db/default/shop-pg/orders/2026-11-30T01-02-03.004Z.dump',
    );
  });

  it.each([
    ['backups/dbs', true],
    ['backups/my-db-1', true],
    ['backups', false],
    ['Backups/db', false],
    ['backups/d', false],
    ['backups/my--db', false],
    ['backups/db/more', false],
    ['back-ups/dbs', false],
  ])('is asked for as ACCOUNT/CONTAINER: %s', (text, isOne) => {
    expect(DUMP_TARGET.test(text)).toBe(isOne);
  });
});
