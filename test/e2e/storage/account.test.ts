import { expect, it } from 'vitest';
import { type CliResult, createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { asPlanned } from '../../helpers/plan/as-planned.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];

const config = (storage: string): string => `
azure: { resource_group: files-rg, location: westeurope, project_name: files }
key_vault: { name: files-vault-1 }
${storage}
services:
  web: { image: "nginx:1", port: 80, ingress: external }
`;

const ACCOUNT = (more: string): string => `storage: { account: filesaccount1, ${more} }`;
const FULL = 'containers: [uploads], queues: [orders], shares: { media: { quota: 50 } }';

async function deployed(sandbox: Sandbox, storage: string) {
  await sandbox.write('app/config.yaml', config(storage));
  const result = await sandbox.deploy();
  expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
  const end = result.events.at(-1) as unknown as { readonly executed: readonly string[] };
  return { ...result, executed: end.executed };
}

it('makes an account with what lies in it, changes it, puts its safety back, and leaves what the file has no more', async () => {
  const sandbox = await createSandbox();
  const first = await deployed(sandbox, ACCOUNT(FULL));
  expect(first.executed).toContain('create_databases');
  expect(Object.keys((await sandbox.state()).resources)).toEqual(
    expect.arrayContaining(['storage', 'storage:container:uploads', 'storage:queue:orders', 'storage:share:media']),
  );
  expect((await deployed(sandbox, ACCOUNT(FULL))).executed).toEqual([]);

  const grown = await deployed(sandbox, ACCOUNT('containers: [uploads], queues: [], shares: { media: { quota: 80 } }'));
  expect(grown.executed).toEqual(['create_databases', 'verify_deployment']);
  expect(grown.stdout).toContain('storage.shares.media.quota');

  const shrunk = ACCOUNT('containers: [uploads], shares: { media: { quota: 10 } }');
  await sandbox.write('app/config.yaml', config(shrunk));
  const refused = await sandbox.deploy();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stdout + refused.stderr).toContain('does not make properties.shareQuota: 80 → 10 less');
});
