import { expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { tellImages } from '../../helpers/cloud/told-images.ts';
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

async function registriesOf(sandbox: Sandbox, type: string, name: string): Promise<unknown> {
  return await byHand(sandbox, async (arm) => {
    const group = (await sandbox.state()).resources['resource-group']?.id;
    const live = await arm.get(`${group}/providers/Microsoft.App/${type}/${name}`, '2026-01-01');
    return jsonAt((live ?? {}) as JsonObject, 'properties.configuration.registries') ?? [];
  });
}

/** Somebody says that an app pulls from ghcr.io as another user. */
async function pullAs(sandbox: Sandbox, username: string): Promise<void> {
  await byHand(sandbox, async (arm) => {
    const hand = handOf(arm, (await sandbox.state()).resources['resource-group']?.id ?? '');
    const entry = { server: 'ghcr.io', username, passwordSecretRef: 'registry-password-ghcr-io' };
    const body = { properties: { configuration: { registries: [entry] } } };
    await hand.patch('Microsoft.App/containerApps/web', '2026-01-01', body);
  });
}

async function writes(sandbox: Sandbox): Promise<readonly unknown[]> {
  const requests = await sandbox.requests();
  return requests.filter(({ method, host }) => method === 'PUT' && host.startsWith('management.'));
}

it('private images of a sidecar and a job are pulled with a password of the vault, which is kept, and goes with them', async () => {
  const sandbox = await createSandbox();
  const users = { reader: TOKEN.env.GHCR };
  await tellImages(sandbox, { 'ghcr.io/team/proxy': { users }, 'ghcr.io/team/report': { users } });
  await sandbox.write('app/config.yaml', config(''));
  const without = await sandbox.deploy([], TOKEN);
  expect(without.exitCode).not.toBe(0);
  expect(without.stdout + without.stderr).toContain('ghcr.io');
  expect(await writes(sandbox)).toEqual([]);

  await sandbox.write('app/config.yaml', config(GHCR));
  const first = await sandbox.deploy([], TOKEN);
  expect(first.exitCode, first.stderr + first.stdout.slice(-3000)).toBe(0);
  expect(first.stdout).not.toContain(TOKEN.env.GHCR);
  const entry = { server: 'ghcr.io', username: 'reader', passwordSecretRef: 'registry-password-ghcr-io' };
  expect(await registriesOf(sandbox, 'containerApps', 'web')).toMatchObject([entry]);
  expect(await registriesOf(sandbox, 'jobs', 'report')).toMatchObject([entry]);
  await pullAs(sandbox, 'another');
  const drift = await sandbox.run(['drift', ...SIMULATE, '--output', 'json'], TOKEN);
  expect(drift.exitCode, drift.stderr).toBe(2);
  expect((drift.events[0] as unknown as { drift: object[] }).drift).toMatchObject([
    { key: 'app:web', path: 'properties.configuration.registries[ghcr.io].username' },
  ]);
  await pullAs(sandbox, 'reader');
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
  expect(await writes(sandbox)).toEqual([]);
});
