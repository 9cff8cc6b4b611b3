import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { planOf } from '../../helpers/plan/as-planned.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const TOKEN = { env: { GHCR: 'right-token-of-ghcr' } };

const config = (registries: string, sidecars = '[{ name: proxy, image: "ghcr.io/team/proxy:1" }]'): string => `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
${registries}
services:
  web: { image: "nginx:1", port: 80, sidecars: ${sidecars} }
jobs:
  report: { image: "ghcr.io/team/report:1" }
`;
const GHCR = 'registries: { ghcr.io: { username: reader, password: "env:GHCR" } }';

/** Images of ghcr.io that only one may pull. */
async function privateImages(sandbox: Sandbox): Promise<void> {
  const folder = join(sandbox.directory, '.draftgenie-deploy/simulator');
  await mkdir(folder, { recursive: true });
  const simulator = await startSimulator({ profile: 'instant', stateFile: join(folder, 'cloud.json') });
  const users = { reader: TOKEN.env.GHCR };
  simulator.behave({ images: { 'ghcr.io/team/proxy': { users }, 'ghcr.io/team/report': { users } } });
  await simulator.close();
}

async function registriesOf(sandbox: Sandbox, type: string, name: string): Promise<unknown> {
  return await byHand(sandbox, async (arm) => {
    const group = (await sandbox.state()).resources['resource-group']?.id;
    const live = await arm.get(`${group}/providers/Microsoft.App/${type}/${name}`, '2026-01-01');
    return jsonAt((live ?? {}) as JsonObject, 'properties.configuration.registries') ?? [];
  });
}

it('private images of a sidecar and a job are pulled with a password of the vault, which is kept, and goes with them', async () => {
  const sandbox = await createSandbox();
  await privateImages(sandbox);
  await sandbox.write('app/config.yaml', config(''));
  const without = await sandbox.deploy([], TOKEN);
  expect(without.exitCode).not.toBe(0);
  expect(without.stdout + without.stderr).toContain('ghcr.io');

  await sandbox.write('app/config.yaml', config(GHCR));
  const first = await sandbox.deploy([], TOKEN);
  expect(first.exitCode, first.stderr + first.stdout.slice(-3000)).toBe(0);
  expect(first.stdout).not.toContain(TOKEN.env.GHCR);
  const entry = { server: 'ghcr.io', username: 'reader', passwordSecretRef: 'registry-password-ghcr-io' };
  expect(await registriesOf(sandbox, 'containerApps', 'web')).toMatchObject([entry]);
  expect(await registriesOf(sandbox, 'jobs', 'report')).toMatchObject([entry]);
  const again = await sandbox.deploy([], TOKEN);
  expect((again.events.at(-1) as unknown as { executed: string[] }).executed).toEqual([]);

  await sandbox.write('app/config.yaml', config(GHCR, '[]'));
  const less = await sandbox.deploy([], TOKEN);
  expect(less.exitCode, less.stderr + less.stdout.slice(-3000)).toBe(0);
  expect(await registriesOf(sandbox, 'containerApps', 'web')).toEqual([]);
  expect(await registriesOf(sandbox, 'jobs', 'report')).toMatchObject([entry]);

  const gone = await sandbox.run(['destroy', ...SIMULATE, '--output', 'json', '--confirm', 'default']);
  expect(gone.exitCode, gone.stderr).toBe(0);
  expect(planOf(gone).resources.map(({ action }) => action)).not.toContain('forbidden');
});

it('docker.builder: local without a docker is refused before anything is made', async () => {
  const sandbox = await createSandbox();
  const text = await sandbox.read('app/config.yaml');
  await sandbox.write('app/config.yaml', text.replace(/^docker:$/m, 'docker:\n  builder: local'));
  const refused = await sandbox.deploy([], { env: { PATH: await tempDirectory() } });
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stdout + refused.stderr).toContain('there is no docker on the path');
  const writes = (await sandbox.requests()).filter(
    ({ method, host }) => method === 'PUT' && host.startsWith('management.'),
  );
  expect(writes).toEqual([]);
});
