import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync, strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import { appKey } from '../../helpers/install/app-key.ts';
import { freePorts } from '../../helpers/pages/shell.ts';
import { otherNodes } from '../../helpers/product/other-nodes.ts';
import { tempDirectory, tempFolder } from '../../helpers/temp.ts';
import { eventually } from '../../helpers/wait.ts';

const run = promisify(execFile);
const SIMULATED = ['--simulate', '--simulator-profile', 'instant'];
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SMALL = `
azure: {resource_group: hello, location: westeurope}
key_vault: {name: hello-kv}
services: {hello: {image: "nginx:1.27", port: 80, ingress: external}}
`;

const APP = 'https://shop-deployer.azurewebsites.net';
const CLOUD = '.draftgenie-deploy/simulator/cloud.json';

/** What was sent to Azure that is no question. */
async function written(folder: string): Promise<readonly string[]> {
  const lines = (await readFile(join(folder, '.draftgenie-deploy/simulator/requests.ndjson'), 'utf8'))
    .trim()
    .split('\n');
  const requests = lines.map((line) => JSON.parse(line) as { readonly method: string; readonly path: string });
  return requests
    .filter(({ method, path }) => ['PUT', 'PATCH', 'DELETE'].includes(method) || path.startsWith('/api/publish'))
    .map(({ method, path }) => `${method} ${path}`);
}

/** As a user gets it: packed, and installed in an empty folder where no package can be fetched. */
describe('the package', () => {
  let folder = '';
  let remove: () => Promise<void>;

  /** With a home of its own, so that nothing of this machine is read. */
  const inFolder = (command: string, ...args: readonly string[]) =>
    run(command, [...args], { cwd: folder, env: { ...process.env, HOME: folder, npm_config_offline: 'true' } });

  beforeAll(async () => {
    ({ path: folder, remove } = await tempFolder());
    const sources = join(folder, 'sources');
    await mkdir(sources);
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { files: readonly string[] };
    for (const name of [
      'package.json',
      'README.md',
      'LICENSE',
      ...manifest.files.filter((one) => /^[^!]*\./.test(one)),
    ]) {
      await cp(join(ROOT, name), join(sources, name));
    }
    await run(process.execPath, ['scripts/build.ts', join(sources, 'dist')], { cwd: ROOT });
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: sources });
    await writeFile(join(folder, 'package.json'), '{"private": true}');
    const { version } = manifest as unknown as { version: string };
    await inFolder('npm', 'install', '--no-audit', '--no-fund', `./draftgenie-deploy-${version}.tgz`);
  });

  afterAll(() => remove());

  it('brings no other package, no source map, and the notices of what is in it', async () => {
    const { stdout } = await inFolder('npm', 'ls', '--all', '--parseable');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((path) => path.slice(folder.length)),
    ).toEqual(['', '/node_modules/draftgenie-deploy']);
    const files = (await inFolder('find', 'node_modules/draftgenie-deploy', '-type', 'f')).stdout.split('\n');
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
    const notices = await readFile(join(folder, 'node_modules/draftgenie-deploy/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    expect(notices).toMatch(/^durable-functions \d+\.\d+\.\d+ \(MIT\)$/m);
  });

  it('says what it is, and deploys to the simulator', async () => {
    await writeFile(join(folder, 'config.yaml'), SMALL);
    const product = (...args: readonly string[]) => inFolder('npx', '--no-install', 'draftgenie-deploy', ...args);
    expect((await product('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect((await product('--help')).stdout).toContain('Usage: draftgenie-deploy');
    expect((await product('--config', 'config.yaml', ...SIMULATED, '--auto-approve')).stdout).toContain('hello');
    expect((await product('status', '--config', 'config.yaml', ...SIMULATED)).stdout).toContain('succeeded');
  });

  it('installs the app, which deploys what curl sends it and what --remote does; again there is nothing to do, and nothing is left', async () => {
    const product = async (...args: readonly string[]): Promise<string> =>
      (await inFolder('npx', '--no-install', 'draftgenie-deploy', ...args)).stdout;
    const install = ['install', '--auto-approve', ...SIMULATED];
    const github = ['--github', 'shop/shop', '--subject', 'repo:shop/shop:environment:production'];
    await product(...install, '--name', 'shop-deployer', '--location', 'westeurope', ...github);
    const writes = await written(folder);
    expect(await product(...install)).toMatch(/, 0 failed/);
    expect(await written(folder)).toEqual(writes);

    await writeFile(join(folder, 'uploaded.yaml'), SMALL.replaceAll('hello', 'uploaded'));
    const [port = 0] = await freePorts(1);
    const bin = join(folder, 'node_modules/draftgenie-deploy/dist/cli.js');
    const simulator = spawn(process.execPath, [bin, 'simulator', '--port', String(port), ...SIMULATED.slice(1)], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(simulator.stdout, 'data');
      const address = `https://localhost:${port}`;
      const key = await appKey(address);
      const curl = async (path: string, ...args: readonly string[]) => {
        const to = ['--insecure', '--connect-to', `${APP.slice('https://'.length)}:443:localhost:${port}`];
        const words = ['--silent', '--show-error', '--fail-with-body', ...to, '--header', `x-functions-key: ${key}`];
        return JSON.parse((await inFolder('curl', ...words, ...args, `${APP}/api/${path}`)).stdout) as RunView;
      };
      const upload = ['--header', 'content-type: application/yaml', '--data-binary', '@uploaded.yaml'];
      const { runId } = await curl('environments/uploaded/deployments?autoApprove=true', ...upload);
      const ended = await eventually(async () => {
        const run = await curl(`deployments/${runId}`);
        return run.finishedAt === null ? undefined : run;
      });
      expect(ended).toMatchObject({ status: 'succeeded' });

      const env = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development', DRAFTGENIE_SIMULATOR: address, DRAFTGENIE_KEY: key };
      const remote = ['--config', 'uploaded.yaml', '--environment', 'uploaded', '--remote', APP, '--auto-approve'];
      const again = await run(process.execPath, [bin, ...remote], { cwd: folder, env: { ...process.env, ...env } });
      expect(again.stdout).toContain('0 executed');
    } finally {
      simulator.kill('SIGTERM');
      await once(simulator, 'close');
    }

    await product(
      'destroy',
      '--config',
      'deployer.yaml',
      '--environment',
      'deployer',
      '--confirm',
      'deployer',
      ...SIMULATED,
    );
    const { resources } = JSON.parse(await readFile(join(folder, CLOUD), 'utf8')) as CloudState;
    const ofOthers = ['hello', 'uploaded'].map((group) => `/resourcegroups/${group}`);
    const left = Object.keys(resources).filter((id) => !ofOthers.some((group) => id.includes(group)));
    expect(left).toEqual([]);
  });

  const node22 = otherNodes().find(({ major }) => major === 22);
  it.skipIf(node22 === undefined)('runs on Node 22, too (skipped where there is none: NODE_22 names it)', async () => {
    await mkdir(join(folder, 'on22'));
    await writeFile(join(folder, 'on22/compose.yaml'), 'services: {web: {image: "nginx:1.27", ports: ["80:80"]}}\n');
    const product = (...args: readonly string[]) =>
      inFolder(node22?.path ?? '', 'node_modules/draftgenie-deploy/dist/cli.js', ...args);
    expect((await product('--help')).stdout).toContain('Usage: draftgenie-deploy');
    expect((await product('init', 'on22', '--yes')).stdout).toContain('on22/config.yaml');
    await writeFile(join(folder, 'on22/small.yaml'), SMALL.replaceAll('hello', 'other'));
    const deployed = await product(
      '--config',
      'on22/small.yaml',
      '--environment',
      'on22',
      ...SIMULATED,
      '--auto-approve',
    );
    expect(deployed.stdout).toContain('succeeded');
  });
});

describe('the archive of the Functions app', () => {
  it('has at its root what the host looks for, and nothing of the command line', async () => {
    const folder = await tempDirectory();
    const file = join(folder, 'app.zip');
    await run(process.execPath, ['scripts/package.ts', file], { cwd: ROOT });
    const entries = unzipSync(await readFile(file));
    const names = Object.keys(entries);
    expect(names.filter((name) => !name.startsWith('main/'))).toEqual([
      'THIRD-PARTY-NOTICES.txt',
      'config-thread.js',
      'host.json',
      'main.js',
      'package.json',
      'page/icon.svg',
      'page/page.css',
      'page/page.html',
      'page/page.js',
    ]);
    expect(gzipSync(entries['page/page.js'] ?? new Uint8Array()).length).toBeLessThan(150 * 1024);
    expect(JSON.parse(strFromU8(entries['package.json'] ?? new Uint8Array()))).toMatchObject({
      main: 'main.js',
      type: 'module',
    });
    expect(names.filter((name) => name.endsWith('.map'))).toEqual([]);
  });
});
