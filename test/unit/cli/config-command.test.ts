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
    sidecars: [{ name: log, image: "log:1" }]
`;
const OVERLAY = 'services:\n  web:\n    env: { LEVEL: debug }\n    sidecars: [{ name: log, cpu: 0.5 }]\n';

async function shown(...more: readonly string[]) {
  const folder = await tempDirectory();
  const path = join(folder, 'c.yaml');
  await writeFile(path, CONFIG);
  await writeFile(join(folder, 'c.staging.yaml'), OVERLAY);
  const args = ['config', '--config', path, '--var', 'TAG=1.2', ...more];
  const { exitCode, stdout, stderr } = await runInProcess(args);
  const text = stdout.replaceAll(`${folder}/`, '');
  return { exitCode, stdout: text, lines: text.split('\n').map((line) => line.trim()), stderr };
}

describe('config', () => {
  it('prints what an environment gets, and where each value comes from; no secret', async () => {
    const { exitCode, stdout, lines } = await shown('--environment', 'staging');
    expect([exitCode, stdout.includes('hush')]).toEqual([0, false]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'resource_group: shop-rg # c.yaml:2',
        'image: web:1.2 # c.yaml:8, ${TAG}',
        'LEVEL: debug # c.staging.yaml:3 (overlay)',
        'secret: other # c.yaml:9',
        '- name: log # c.staging.yaml:4 (overlay)',
        'image: log:1 # c.yaml:10',
        'name: shop-redis-staging # default',
        'min_replicas: 1 # default',
        'api: "***" # c.yaml:5',
        'other: env:OTHER # c.yaml:5',
      ]),
    );
  });

  it('is JSON for programs', async () => {
    const { stdout } = await shown('--output', 'json');
    const { environment, values } = JSON.parse(stdout) as { environment: string; values: readonly object[] };
    expect(environment).toBe('default');
    expect(values).toEqual(
      expect.arrayContaining([
        {
          path: ['services', 'web', 'image'],
          value: 'web:1.2',
          from: 'file',
          file: 'c.yaml',
          line: 8,
          column: 12,
          variables: ['TAG'],
        },
        { path: ['redis', 'name'], value: 'shop-redis', from: 'default' },
        expect.objectContaining({ path: ['services', 'web', 'sidecars', 0, 'name'], value: 'log' }),
      ]),
    );
  });

  it('says which output of a state a value is, and shows none that is sensitive', async () => {
    const folder = await tempDirectory();
    const path = join(folder, 'c.yaml');
    const outputs = { port: { value: 8080 }, password: { value: 'hush-hush-hush', sensitive: true } };
    await writeFile(join(folder, 'o.json'), JSON.stringify(outputs));
    await writeFile(
      path,
      `${CONFIG.replace('hush-hush-hush', '"${{terraform.net.password}}"')}    port: "\${{terraform.net.port}}"\nterraform: { net: { outputs: o.json } }\n`,
    );
    const { stdout } = await runInProcess(['config', '--config', path, '--var', 'TAG=1']);
    expect(stdout).not.toContain('hush-hush');
    expect(stdout.split('\n').map((line) => line.trim().replace(`${folder}/`, ''))).toEqual(
      expect.arrayContaining(['port: 8080 # c.yaml:11, ${{terraform.net.port}}', 'api: "***" # c.yaml:5']),
    );
  });

  it.each(['TAG', '=x', '1A=x'])('takes no --var %s', async (given) => {
    const { exitCode, stderr } = await shown('--var', given);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('NAME=VALUE')]);
  });
});
