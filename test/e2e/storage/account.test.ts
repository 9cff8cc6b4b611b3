import { describe, expect, it } from 'vitest';
import type { Drift } from '../../../src/domain/drift.ts';
import { type CliResult, createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { type Hand, handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { planOf } from '../../helpers/plan/as-planned.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const VERSION = '2025-06-01';
const PATH = 'Microsoft.Storage/storageAccounts/filesaccount1';
const KEYS = ['storage', 'storage:container:uploads', 'storage:queue:orders', 'storage:share:media'];

const config = (storage: string): string => `
azure: { resource_group: files-rg, location: westeurope, project_name: files }
key_vault: { name: files-vault-1 }
${storage}
services:
  web: { image: "nginx:1", port: 80, ingress: external }
`;

const account = (more: string): string => `storage: { account: filesaccount1, ${more} }`;
const FULL = account('containers: [uploads], queues: [orders], shares: { media: { quota: 50 } }');

async function tried(sandbox: Sandbox, storage: string, args: readonly string[] = []): Promise<CliResult> {
  await sandbox.write('app/config.yaml', config(storage));
  return await sandbox.deploy(args);
}

async function deployed(sandbox: Sandbox, storage = FULL, args: readonly string[] = []) {
  const result = await tried(sandbox, storage, args);
  expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
  const end = result.events.at(-1) as unknown as { readonly executed: readonly string[] };
  return { ...result, executed: end.executed };
}

async function change(sandbox: Sandbox, make: (hand: Hand) => Promise<void>): Promise<void> {
  await byHand(sandbox, async (arm) => {
    await make(handOf(arm, (await sandbox.state()).resources['resource-group']?.id ?? ''));
  });
}

async function drift(sandbox: Sandbox, args: readonly string[] = []): Promise<readonly Drift[]> {
  const { events } = await sandbox.run(['drift', ...SIMULATE, '--output', 'json', ...args]);
  return (events[0] as unknown as { drift: Drift[] }).drift;
}

describe('a storage account of the file', () => {
  it('is made with what lies in it, grows, never shrinks, and leaves behind what the file has no more', async () => {
    const sandbox = await createSandbox();
    const first = await deployed(sandbox);
    expect(first.executed).toContain('create_databases');
    expect(Object.keys((await sandbox.state()).resources)).toEqual(expect.arrayContaining(KEYS));
    expect((await deployed(sandbox)).executed).toEqual([]);

    const grown = await deployed(sandbox, FULL.replace('quota: 50', 'quota: 80'));
    expect(grown.executed).toEqual(['create_databases', 'verify_deployment']);
    expect(grown.stdout).toContain('storage.shares.media.quota');

    const shrunk = await tried(sandbox, FULL.replace('quota: 50', 'quota: 10'));
    expect(shrunk.exitCode).not.toBe(0);
    expect(shrunk.stdout + shrunk.stderr).toContain('does not make properties.shareQuota: 80 → 10 less');

    const before = (await sandbox.requests()).length;
    await deployed(sandbox, account('shares: { media: { quota: 80 } }'));
    const deletions = (await sandbox.requests()).slice(before).filter(({ method }) => method === 'DELETE');
    expect(deletions).toEqual([]);
    const status = await sandbox.run(['status', ...SIMULATE]);
    expect(status.stdout).toContain('storage:container:uploads@filesaccount1');
    expect(status.stdout).toContain('storage:queue:orders@filesaccount1');
  });

  it('stays as it was where the file says nothing of it, with the line to write, and is let go by false', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox);
    const kept = await deployed(sandbox, '');
    expect(kept.executed).toEqual([]);
    expect(planOf(kept).warnings).toContain(
      'storage: is not in the file; the storage account filesaccount1 is kept; write "storage: {account: filesaccount1, containers: [uploads], queues: [orders], shares: {media: {quota: 50, protocol: smb}}}" to keep it, or "storage: false" to let it go. [section_kept]',
    );
    await deployed(sandbox, 'storage: false');
    const { resources } = await sandbox.state();
    expect(KEYS.filter((key) => key in resources)).toEqual([]);
    await deployed(sandbox);
    expect(Object.keys((await sandbox.state()).resources)).toEqual(expect.arrayContaining(KEYS));
  });

  it('is as safe again after somebody opened it; what others put there stays, is told, and is not deleted with ours', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox);
    await change(sandbox, async (hand) => {
      await hand.patch(PATH, VERSION, {
        properties: { allowBlobPublicAccess: true, minimumTlsVersion: 'TLS1_0', supportsHttpsTrafficOnly: false },
      });
      await hand.put(`${PATH}/blobServices/default/containers/uploads`, VERSION, {
        properties: { publicAccess: 'Blob' },
      });
      await hand.put(`${PATH}/fileServices/default/shares/theirs`, VERSION, { properties: {} });
    });
    const found = await drift(sandbox);
    expect(found.map(({ key, path }) => `${key} ${path}`).sort()).toEqual([
      'storage properties.allowBlobPublicAccess',
      'storage properties.minimumTlsVersion',
      'storage properties.supportsHttpsTrafficOnly',
      'storage shares[theirs]',
      'storage:container:uploads properties.publicAccess',
    ]);
    const fixed = await sandbox.run(['drift', '--fix', '--auto-approve', ...SIMULATE, '--output', 'json']);
    expect(fixed.exitCode, fixed.stderr + fixed.stdout.slice(-3000)).toBe(0);
    expect((await drift(sandbox)).map(({ path }) => path)).toEqual(['shares[theirs]']);
  });

  it('tells of a share that is gone, and makes it anew', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox);
    await change(sandbox, (hand) => hand.remove(`${PATH}/fileServices/default/shares/media`, VERSION));
    const [gone] = await drift(sandbox);
    expect(gone).toMatchObject({ key: 'storage:share:media', path: '', found: 'absent' });
    const plan = await sandbox.run(['plan', ...SIMULATE]);
    expect(plan.stdout).toContain('the file share media of filesaccount1 is gone and is made anew, empty');
    const again = await deployed(sandbox);
    expect(again.executed).toEqual(['create_databases', 'verify_deployment']);
    expect(await drift(sandbox)).toEqual([]);
  });

  it('goes by destroy with all that is ours in it', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox);
    const gone = await sandbox.run(['destroy', ...SIMULATE, '--output', 'json', '--confirm', 'default']);
    expect(gone.exitCode, gone.stderr).toBe(0);
    const storage = planOf(gone).resources.filter(({ key }) => key.startsWith('storage'));
    expect(storage.map(({ key, action }) => `${key} ${action}`).sort()).toEqual(
      KEYS.map((key) => `${key} delete`).sort(),
    );
  });

  it('is refused before anything of it is made where somebody else has its name', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox, '');
    await byHand(sandbox, async (arm) => {
      const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
      const [subscription = ''] = group.split('/resourceGroups/');
      await arm.post(`${subscription}/providers/Microsoft.Storage/register`, '2025-04-01');
      const theirs = `${subscription}/resourceGroups/theirs-rg`;
      await arm.put(theirs, '2025-04-01', { location: 'westeurope' });
      const body = { location: 'westeurope', kind: 'StorageV2', sku: { name: 'Standard_LRS' } };
      const reply = await arm.put(`${theirs}/providers/${PATH}`, VERSION, body);
      if (reply.kind === 'started') await arm.poll(reply.operation);
    });
    const taken = await tried(sandbox, FULL);
    expect(taken.exitCode).not.toBe(0);
    expect(taken.stdout).toContain('The name filesaccount1 cannot be used for storage account filesaccount1');
    expect(Object.keys((await sandbox.state()).resources)).not.toContain('storage');
  });
});
