import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { follow } from '../../helpers/cli/follow.ts';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { echoHosting } from '../../helpers/cloud/function-app.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const GUIDE = readFileSync(new URL('../../../docs/azure-functions.md', import.meta.url), 'utf8');
const SIMULATED = ['--simulate', '--simulator-profile', 'instant', '--output', 'plain'];
const INSTALL = ['install', '--auto-approve', ...SIMULATED];
const ARCHIVE = '.draftgenie-deploy/deployer/package/draftgenie-deploy-functions.zip';

/** Command lines of the page that a shell runs, in their order. */
const COMMANDS = [...GUIDE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
  block.trimEnd().split('\n'),
);

async function stateOf(sandbox: Sandbox): Promise<{ readonly resources: Record<string, { readonly id: string }> }> {
  return JSON.parse(await sandbox.read('.azure-deployment-state-v1.deployer.json'));
}

async function run(sandbox: Sandbox, args: readonly string[], exitCode = 0): Promise<string> {
  const result = await sandbox.run(args);
  const text = result.stdout + result.stderr;
  expect([result.exitCode, text]).toEqual([exitCode, expect.any(String)]);
  return text;
}

/** What was written to Azure since, without questions that are asked by POST. */
async function writesAfter(sandbox: Sandbox, count: number): Promise<readonly string[]> {
  const since = (await sandbox.requests()).slice(count);
  return since
    .filter(({ method, host }) => ['PUT', 'PATCH', 'DELETE'].includes(method) || host.includes('.scm.'))
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.slice(path.lastIndexOf('/') + 1)}`);
}

it('the guide’s commands install the app, change nothing the second time, and leave nothing', async () => {
  const sandbox = await createSandbox();
  expect(COMMANDS.length).toBeGreaterThan(4);
  const before: number[] = [];
  for (const command of COMMANDS) {
    const [program, ...args] = command.split(' ');
    expect(program).toBe('draftgenie-deploy');
    before.push((await sandbox.requests().catch(() => [])).length);
    const text = await run(sandbox, [...args, ...SIMULATED]);
    if (args[0] === 'drift') expect(text).toContain('No drift');
  }
  const [dryRun = 0, first = 0, second = 0] = before;
  expect(dryRun).toBe(0);
  const all = await sandbox.requests();
  const written = (from: number, to: number) =>
    all.slice(from, to).filter(({ method, path }) => method === 'PUT' && path.includes('Microsoft.Web'));
  expect(written(dryRun, first)).toEqual([]);
  expect(written(first, second).length).toBeGreaterThan(0);
  expect(written(second, before[3] ?? 0)).toEqual([]);
  expect((await stateOf(sandbox)).resources).toEqual({});
});

it('an installation that is killed goes on; another archive alone is published, and what was changed by hand is told and mended', async () => {
  const sandbox = await createSandbox();
  const kill = (printed: RegExp) => [{ printed, act: (pid: number) => void process.kill(pid, 'SIGKILL') }];
  const github = ['--github', 'shop/shop', '--subject', 'repo:shop@1/shop@2:environment:production'];
  const unnamed = await run(sandbox, INSTALL, 64);
  const more = [...INSTALL.slice(1), '--verbose', ...github];
  for (const printed of [/creating Microsoft\.Web\/sites/, /publishing /]) {
    const killed = (words: readonly string[]) => sandbox.run(words, { when: kill(printed) });
    expect((await follow('cli/install/told: install --name --location', unnamed, killed, more)).signal).toBe('SIGKILL');
  }
  // Ctrl+C, twice.
  const leave = [/secret BLOBS-EXTENSION written/, /Nothing new is started/].map((printed) => ({
    printed,
    act: (pid: number) => void process.kill(pid, 'SIGINT'),
  }));
  const left = await sandbox.run([...INSTALL, '--verbose'], { when: leave });
  expect([4, 130], left.stderr).toContain(left.exitCode);
  const runs = (words: readonly string[]): Promise<string> => run(sandbox, words);
  await follow('cli/install/install: install', left.stderr, runs, ['--simulator-profile', 'instant']);

  // Again: nothing.
  let count = (await sandbox.requests()).length;
  const general = (await runInProcess(['explain', 'page_missing'])).stdout;
  await follow('shared/error-codes/host: install', general, runs, INSTALL.slice(1));
  expect(await writesAfter(sandbox, count)).toEqual([]);

  // Another build: its archive, and nothing else.
  const own = unzipSync(await readFile(join(sandbox.directory, ARCHIVE)));
  const manifest = JSON.parse(strFromU8(own['package.json'] ?? new Uint8Array())) as object;
  const other = { ...own, 'package.json': strToU8(JSON.stringify({ ...manifest, version: '99.0.0' })) };
  await writeFile(join(sandbox.directory, 'other.zip'), zipSync(other));
  count = (await sandbox.requests()).length;
  await run(sandbox, [...INSTALL, '--package', 'other.zip']);
  expect(await writesAfter(sandbox, count)).toEqual(['POST publish']);

  // By hand: a setting, and the key that Event Grid has.
  const { id: app = '' } = (await stateOf(sandbox)).resources['resource:app'] ?? {};
  await byHand(
    sandbox,
    async (arm) => {
      const settings = await arm.post(`${app}/config/appsettings/list`, '2025-03-01');
      const { properties } = (settings.kind === 'done' ? settings.body : {}) as { properties: Record<string, string> };
      const changed = { ...properties, DRAFTGENIE_BLOB_SOURCE: 'LogsAndContainerScan' };
      await arm.put(`${app}/config/appsettings`, '2025-03-01', { properties: changed });
      const key = { name: 'blobs_extension', value: 'another-key-that-nobody-knows-yet' };
      await arm.put(`${app}/host/default/systemkeys/blobs_extension`, '2025-03-01', { properties: key });
    },
    echoHosting(),
  );
  const drift = ['drift', '--config', 'deployer.yaml', '--environment', 'deployer', ...SIMULATED];
  expect(await run(sandbox, drift, 2)).toContain('DRAFTGENIE_BLOB_SOURCE');
  await run(sandbox, INSTALL);
  await run(sandbox, drift);

  // The workflows' own key, made anew by the page's command: no other one is, and nothing is left to do.
  const keys = () =>
    byHand(
      sandbox,
      async (arm) => {
        const listed = await arm.post(`${app}/host/default/listkeys`, '2025-03-01');
        const body = listed.kind === 'done' ? listed.body : {};
        return (body as { readonly functionKeys: Readonly<Record<string, string>> }).functionKeys;
      },
      echoHosting(),
    );
  const former = await keys();
  const [, rotate = ''] = /^```sh rotate\n(.*)\n/m.exec(GUIDE) ?? [];
  const told = await run(sandbox, [...rotate.split(' ').slice(1), ...SIMULATED]);
  const { ci = '', ...others } = await keys();
  expect({ ...others, ci: former.ci }).toEqual(former);
  expect([ci.length > 20, ci === former.ci, told.includes(ci)]).toEqual([true, false, false]);
  count = (await sandbox.requests()).length;
  await run(sandbox, INSTALL);
  expect(await writesAfter(sandbox, count)).toEqual([]);

  // The identity, deleted: it is made anew, and grants of the same names are for the other principal now.
  const { id: identity = '' } = (await stateOf(sandbox)).resources.identity ?? {};
  await byHand(sandbox, (arm) => arm.delete(identity, '2024-11-30'));
  await run(sandbox, INSTALL);
  expect(await run(sandbox, drift)).toContain('No drift');
});
