import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { writeNew } from '../../../../src/cli/init/new-file.ts';
import { runCli } from '../../../../src/cli/program.ts';
import type { Streams } from '../../../../src/cli/terminal.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { UserError } from '../../../../src/shared/errors.ts';
import { tempDirectory, writeTree } from '../../../helpers/temp.ts';

const WEB = { 'web/Dockerfile': 'FROM node\nEXPOSE 3000\nCOPY . .\n', 'web/index.js': '' };
const ORIGINAL = new URL('../../../fixtures/configs/draftgenie.template.yaml', import.meta.url);
const CONFIG = 'azure: {resource_group: a, location: eastus}\nkey_vault: {name: a-kv-1}\nservices: {}\n';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await tempDirectory(), 'shop');
  await mkdir(folder);
  await writeTree(folder, files);
  return folder;
}

async function run(args: readonly string[], interactive = false) {
  let [stdout, stderr] = ['', ''];
  const terminal: Streams = {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    stdin: interactive ? new PassThrough().end() : Readable.from([]),
    screen: new Writable({ write: (_chunk, _encoding, done) => done() }),
    interactive,
  };
  const exitCode = await runCli(args, terminal);
  return { exitCode, stdout, stderr };
}

describe('init --yes', () => {
  it('writes a configuration that can be read, and tells what to do next', async () => {
    const folder = await folderWith(WEB);
    const { exitCode, stdout, stderr } = await run(['init', folder, '--yes']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const file = join(folder, 'config.yaml');
    expect(stdout).toContain(`✓ ${file} is written: 1 service, from web/Dockerfile.`);
    expect(stdout).toContain('Everything came over.');
    expect(stdout).toContain(`draftgenie-deploy plan --config ${file} --simulate `);
    const text = await readFile(file, 'utf8');
    expect(parseConfig(text)).toMatchObject({ ok: true, parsed: { config: { azure: { projectName: 'shop' } } } });
    expect(await readdir(folder)).toEqual(['config.yaml', 'web']);
  });

  it('--dry-run prints it and writes nothing, also where there is one; what it tells goes to the standard error', async () => {
    const folder = await folderWith({ ...WEB, 'config.yaml': CONFIG });
    const { exitCode, stdout, stderr } = await run(['init', folder, '--yes', '--dry-run']);
    expect(exitCode).toBe(0);
    expect(parseConfig(stdout)).toMatchObject({ ok: true });
    expect(stderr).toContain('nothing is written');
    expect(await readFile(join(folder, 'config.yaml'), 'utf8')).toBe(CONFIG);
  });

  it('overwrites nothing, and names the ways out', async () => {
    const folder = await folderWith({ ...WEB, 'config.yaml': CONFIG, other: '' });
    const refused = await run(['init', folder, '--yes']);
    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toMatch(/config\.yaml is there already.*plan --config/);
    expect(refused.stderr).toMatch(/--output FILE.*--dry-run/);
    expect(await readFile(join(folder, 'config.yaml'), 'utf8')).toBe(CONFIG);
    expect((await run(['init', folder, '--yes', '--output', join(folder, 'other')])).exitCode).toBe(64);
    const elsewhere = join(folder, 'deploy', 'shop.yaml');
    expect((await run(['init', folder, '--yes', '--output', elsewhere])).exitCode).toBe(0);
    expect(parseConfig(await readFile(elsewhere, 'utf8'))).toMatchObject({ ok: true });
  });

  it('names the sources where they are not found from the file', async () => {
    const folder = await folderWith(WEB);
    const { stdout } = await run(['init', folder, '--yes', '--output', join(await tempDirectory(), 'c.yaml')]);
    expect(stdout).toContain(`--source ${folder} --simulate`);
  });

  it('with a configuration and nothing else says so', async () => {
    const folder = await folderWith({ 'config.yaml': CONFIG });
    const { exitCode, stdout } = await run(['init', folder, '--yes']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('is a configuration of draftgenie-deploy already')]);
  });

  it.each([
    [{}, 'Looked for: compose.yaml'],
    [{ 'README.md': '' }, 'Nothing to deploy was found'],
    [{ 'deploy/compose.yaml': 'services: {}' }, 'deploy/compose.yaml.'],
    [undefined, 'There is no folder'],
  ])('in a folder with %j says what it looked for', async (files, told) => {
    const folder = files ? await folderWith(files) : join(await tempDirectory(), 'gone');
    const { exitCode, stderr } = await run(['init', folder, '--yes']);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(told)]);
  });

  it.each([
    ['gone.yaml', 'there is no such file'],
    ['web', 'it is a folder'],
    ['README.md', 'is no Compose file, no Dockerfile and no configuration'],
  ])('--from %s is refused', async (file, told) => {
    const folder = await folderWith({ ...WEB, 'README.md': 'x: y' });
    const { exitCode, stderr } = await run(['init', folder, '--yes', '--from', join(folder, file)]);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(told)]);
  });

  it('--from a Compose file in a folder below is built from where it lies; without it that is told', async () => {
    const compose = 'services: { web: { build: ../web, ports: ["80:3000"] } }\n';
    const folder = await folderWith({ ...WEB, 'deploy/compose.yaml': compose });
    const file = join(folder, 'deploy/compose.yaml');
    const without = await run(['init', folder, '--yes', '--dry-run']);
    expect(without.stderr).toContain(`Not looked at: ${file}; --from takes it.`);
    const { exitCode, stdout } = await run(['init', folder, '--yes', '--dry-run', '--from', file]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/build: (?:\.\/)?web\n/);
    expect(stdout).toContain('project_name: shop');
  });

  it('--from a Dockerfile makes a service of it alone', async () => {
    const folder = await folderWith({ ...WEB, 'api/Dockerfile': 'FROM x\nEXPOSE 1\n' });
    const { stdout } = await run(['init', folder, '--yes', '--dry-run', '--from', join(folder, 'web/Dockerfile')]);
    expect(stdout).toContain('build: ./web');
    expect(stdout).not.toContain('api');
  });
});

describe('init of the original configuration', () => {
  it('is offered after Dockerfiles, and taken with --from: the same, with a heading', async () => {
    const original = (await readFile(ORIGINAL, 'utf8')).replace(
      'gemini_api_key: ""',
      'gemini_api_key: env:KEY_FOR_TEST',
    );
    const folder = await folderWith({ ...WEB, 'scripts/azure/config.yaml': original });
    const both = await run(['init', folder, '--yes', '--dry-run']);
    expect(both.stderr).toMatch(/Taken: web\/Dockerfile\. Also here: .*config\.yaml; --from FILE/);
    const { exitCode, stdout } = await run([
      'init',
      folder,
      '--yes',
      '--from',
      join(folder, 'scripts/azure/config.yaml'),
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('7 services, postgresql, redis, from');
    expect(stdout).toContain('export KEY_FOR_TEST=…');
    expect(stdout).toMatch(/may not be meant:\n.*mongodb\.connection_url: is empty/);
    const text = await readFile(join(folder, 'config.yaml'), 'utf8');
    expect(text).toContain('interpolate: true');
    expect(text).toContain('server_name: "draftgenie-postgres"');
  });
});

describe('init without --yes', () => {
  it('is refused where there is no terminal', async () => {
    const { exitCode, stderr } = await run(['init', await folderWith(WEB)]);
    expect([exitCode, stderr]).toEqual([64, expect.stringMatching(/no terminal[\s\S]*--yes/)]);
  });

  it('is interrupted, with nothing written, where the answers end', async () => {
    const folder = await folderWith({ 'scripts/azure/config.yaml': await readFile(ORIGINAL, 'utf8'), ...WEB });
    const { exitCode, stderr } = await run(['init', folder], true);
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining('Interrupted')]);
    expect(await readdir(folder)).toEqual(['scripts', 'web']);
  });
});

describe('a new file', () => {
  it('is written once, whole', async () => {
    const folder = await tempDirectory();
    const path = join(folder, 'a', 'c.yaml');
    expect(await writeNew(path, 'one')).toBe(true);
    expect(await writeNew(path, 'two')).toBe(false);
    expect([await readFile(path, 'utf8'), await readdir(join(folder, 'a'))]).toEqual(['one', ['c.yaml']]);
  });

  it('that cannot be written says why', async () => {
    const folder = await tempDirectory();
    await writeFile(join(folder, 'file'), '');
    const failure = await writeNew(join(folder, 'file', 'c.yaml'), 'x').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toMatchObject({ code: 'init_unwritable', message: expect.stringContaining('is no folder') });
  });
});

describe('a Compose file as configuration', () => {
  it.each(['plan', 'status', 'config'])('is told of init by %s', async (command) => {
    const folder = await folderWith({ 'my compose.yaml': 'services: { web: { image: nginx, ports: ["80:80"] } }\n' });
    const path = join(folder, 'my compose.yaml');
    const { exitCode, stderr } = await run([command, '--config', path]);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(`draftgenie-deploy init --from '${path}'`)]);
  });
});
