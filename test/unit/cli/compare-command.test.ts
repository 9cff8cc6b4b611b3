import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const CONFIG = `interpolate: true
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
redis: {}
secrets: { api: hush-hush-hush, other: env:OTHER }
services:
  web:
    image: "web:\${TAG}"
    env: { LEVEL: info, KEY: { secret: other } }
    sidecars: [{ name: log, image: "log:1" }, { name: proxy, image: "proxy:1" }]
environments:
  qa: { azure: { resource_group: shop-qa }, services: { web: { port: !reset , min_replicas: 1 } } }
  wrong: { services: { web: { port: 99999 } } }
`;
const STAGING = `postgresql: {}
secrets: { api: hush-hush-other }
services:
  web:
    env: { LEVEL: debug }
    sidecars: [{ name: more, image: "more:1" }, { name: proxy, cpu: 0.5 }]
`;

async function compared(one: string, other: string, ...more: readonly string[]) {
  const folder = await tempDirectory();
  const path = join(folder, 'c.yaml');
  await writeFile(path, CONFIG);
  await writeFile(join(folder, 'c.staging.yaml'), STAGING);
  const args = ['plan', '--config', path, '--environment', one, '--against', other, '--var', 'TAG=1.2', ...more];
  const { exitCode, stdout, stderr } = await runInProcess(args);
  return { exitCode, stdout: stdout.replaceAll(`${folder}/`, ''), stderr: stderr.replaceAll(`${folder}/`, '') };
}

interface Side {
  readonly value: unknown;
  readonly from: string;
}

async function asJson(one: string, other: string) {
  const { stdout } = await compared(one, other, '--output', 'json');
  const { differences } = JSON.parse(stdout) as {
    differences: readonly { path: readonly string[]; environment: Side | null; against: Side | null }[];
  };
  return new Map(differences.map(({ path, ...sides }) => [path.join('.'), sides]));
}

describe('plan --against', () => {
  it('tells what differs field by field, from where on each side; no secret, and nothing that is the same', async () => {
    const { exitCode, stdout } = await compared('staging', 'default');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'services.web.env.LEVEL\n  staging  debug  # c.staging.yaml:5 (overlay)\n  default  info  # c.yaml:9\n',
    );
    expect(stdout).toContain(
      'redis.name\n  staging  shop-redis-staging  # default\n  default  shop-redis  # default\n',
    );
    expect(stdout).toContain('services.web.sidecars.proxy.cpu\n  staging  0.5  # c.staging.yaml:6 (overlay)\n');
    expect(stdout).toContain('secrets.api\n  staging  ***  # c.staging.yaml:2 (overlay)\n  default  ***  # c.yaml:5\n');
    expect(stdout).toMatch(/staging and default differ in \d+ values\.\n$/);
    expect(stdout).not.toContain('hush');
    expect(stdout).not.toContain('services.web.image\n');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('is JSON for programs, with nothing on the side that has none', async () => {
    const found = await asJson('staging', 'default');
    expect(found.get('services.web.sidecars.more.image')).toEqual({
      environment: { value: 'more:1', from: 'overlay', file: 'c.staging.yaml', line: 6, column: 37 },
      against: null,
    });
    expect(found.get('postgresql.server_name')).toEqual({
      environment: { value: 'shop-postgres-staging', from: 'default' },
      against: null,
    });
    expect([...found.keys()].filter((key) => /image$|^azure|^postgresql$/.test(key))).toEqual([
      'services.web.sidecars.more.image',
    ]);
  });

  it('knows a value that one side writes and the other has by default', async () => {
    expect([...(await asJson('qa', 'default')).keys()]).toEqual(['azure.resource_group', 'redis.name']);
    expect([...(await asJson('default', 'qa')).keys()]).toEqual(['azure.resource_group', 'redis.name']);
  });

  it('has nothing to tell of two that are the same, and exits by that where it is asked to', async () => {
    const same = await compared('qa', 'qa', '--detailed-exitcode');
    expect([same.exitCode, same.stdout]).toEqual([0, 'The configurations of qa and qa are the same.\n']);
    expect((await compared('qa', 'default', '--detailed-exitcode')).exitCode).toBe(2);
  });

  it('says of which environment it cannot read the configuration', async () => {
    const wrong = await compared('qa', 'wrong');
    expect([wrong.exitCode, wrong.stdout]).toEqual([64, '']);
    expect(wrong.stderr).toMatch(
      /^✗ The configuration of the environment wrong has a problem:\n {2}c\.yaml:13:37 environments\.wrong\.services\.web\.port: /,
    );
    expect((await compared('qa', 'stagin')).stderr).toContain('there are: default, qa, wrong');
  });

  it.each([['--remote', 'https://x.example'], ['--refresh'], ['--source', '.'], ['--force-step', 'create_databases']])(
    'takes nothing that says how to plan: %s',
    async (...more) => {
      const { exitCode, stderr } = await compared('qa', 'default', ...more);
      expect([exitCode, stderr]).toEqual([64, expect.stringContaining(`cannot be used with option '${more[0]}`)]);
    },
  );
});
