import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { jsonAt } from '../../../src/shared/json.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';

const GUIDE = readFileSync(new URL('../../../docs/azure-functions.md', import.meta.url), 'utf8');
const SIMULATED = ['--simulate', '--simulator-profile', 'instant', '--output', 'plain'];
const ARCHIVE = '.draftgenie-deploy/deployer/package/draftgenie-deploy-functions.zip';

/** As the page has them: there, back, and what is left of it. */
const [, BLOCK = ''] = /^```sh backend\n([\s\S]*?)^```/m.exec(GUIDE) ?? [];
const [THERE = '', BACK = '', REST = ''] = BLOCK.split('\n');

async function type(sandbox: Sandbox, command: string): Promise<string> {
  const [program, ...args] = command.split(' ');
  expect(program).toBe('draftgenie-deploy');
  const { exitCode, stdout, stderr } = await sandbox.run([...args, ...SIMULATED]);
  expect([exitCode, stdout + stderr]).toEqual([0, expect.any(String)]);
  return stdout + stderr;
}

/** What was written to Azure since, and what the app was asked. */
async function since(sandbox: Sandbox, count: number): Promise<readonly string[]> {
  return (await sandbox.requests())
    .slice(count)
    .filter(({ method, host, path }) => method === 'PUT' || host.includes('.scm.') || path.includes('/hostruntime/'))
    .filter(({ method, path }) => method !== 'GET' || path.includes('/hostruntime/'))
    .map(({ method, path }) => `${method} ${path.slice(path.lastIndexOf('/') + 1)}`);
}

it('install keeps orchestrations in the Durable Task Scheduler, and asks whether any is under way before that changes', async () => {
  const sandbox = await createSandbox();
  await type(sandbox, THERE);
  const archive = unzipSync(await readFile(join(sandbox.directory, ARCHIVE)));
  const hostJson = JSON.parse(strFromU8(archive['host.json'] ?? new Uint8Array())) as never;
  expect(jsonAt(hostJson, 'extensions.durableTask.storageProvider.type')).toBe('azureManaged');

  // Again: nothing, and nobody is asked.
  let count = (await sandbox.requests()).length;
  await type(sandbox, 'draftgenie-deploy install --auto-approve');
  expect(await since(sandbox, count)).toEqual([]);

  count = (await sandbox.requests()).length;
  expect(await type(sandbox, BACK)).toMatch(/⚠ --backend: .*histories .* stay behind.* \[histories_left\]$/m);
  const [asked, ...changed] = await since(sandbox, count);
  expect([asked, changed.at(-1)]).toEqual(['GET instances', 'POST publish']);
  expect(changed).toContain('PUT appsettings');

  await type(sandbox, REST);
  const gone = (await sandbox.requests()).filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  expect(gone).toContainEqual(expect.stringMatching(/Microsoft\.DurableTask\/schedulers\/shop-deployer-scheduler$/));
  const drift = await type(sandbox, 'draftgenie-deploy drift --config deployer.yaml --environment deployer');
  expect(drift).toContain('No drift');
});
