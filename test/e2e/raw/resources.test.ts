import { expect, it } from 'vitest';
import { createSandbox } from '../../helpers/cli.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';
import { deployOwn, OWN_SIMULATED } from '../../helpers/plan/deploy-own.ts';

const STORAGE = 'Microsoft.Storage/storageAccounts';

const config = (sku: string, more = ''): string => `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
services:
  web: { image: "nginx:1.27", port: 80, env: { FILES: "\${{resources.store.outputs.files}}", KEY: { secret: store_key } } }
secrets:
  store_key: "\${{resources.store.secrets.key}}"
  store_connection: "AccountName=\${{resources.store.name}};AccountKey=\${{resources.store.secrets.key}}"
resources:
  mount:
    type: Microsoft.App/managedEnvironments/storages
    api_version: 2025-07-01
    parent: "\${{container_apps.id}}"
    name: documents
    holds_data: false
    body:
      properties:
        azureFile:
          accountName: "\${{resources.store.name}}"
          accountKey: "\${{secrets.store_key}}"
          shareName: "\${{resources.documents.name}}"
          accessMode: ReadWrite
  documents: { type: ${STORAGE}/fileServices/shares, api_version: 2025-01-01, name: "\${{resources.store.name}}/default/documents", body: { properties: { shareQuota: 5 } } }
  store:
    type: ${STORAGE}
    api_version: 2025-01-01
    name: shopstore1
    body: { kind: StorageV2, sku: { name: ${sku} }, properties: { minimumTlsVersion: TLS1_2 }, tags: { team: shop } }
    outputs: { files: properties.primaryEndpoints.file }
    secrets: { key: { action: listKeys, path: keys.0.value } }
${more}
`;

it('makes resources of any type in their order, changes, repairs, leaves behind and deletes them', async () => {
  const sandbox = await createSandbox();
  const first = await deployOwn(sandbox, config('Standard_LRS'));
  expect(first.executed).toEqual(expect.arrayContaining(['create_databases', 'deploy_infrastructure_services']));
  const { steps, resources } = await sandbox.state();
  expect(steps.create_databases?.outputs).toMatchObject({
    'resource.store.files': 'https://shopstore1.file.core.windows.net/',
  });
  expect(Object.keys(resources)).toEqual(
    expect.arrayContaining(['resource:store', 'resource:documents', 'resource:mount']),
  );
  const puts = (await sandbox.requests()).filter(({ method }) => method === 'PUT').map(({ path }) => path);
  const place = (end: string): number => puts.findIndex((path) => path.endsWith(end));
  expect(place('/shopstore1')).toBeLessThan(place('/shares/documents'));
  expect(place('/shares/documents')).toBeLessThan(place('/storages/documents'));
  expect(place('/storages/documents')).toBeLessThan(place('/containerApps/web'));

  // What the account answers to an action is in the vault and nowhere else.
  const key = await byHand(sandbox, async (arm) => {
    const id = resources['resource:store']?.id ?? '';
    const reply = await arm.post(`${id}/listKeys`, '2025-01-01');
    return reply.kind === 'done' ? (reply.body as { keys: { value: string }[] }).keys[0]?.value : undefined;
  });
  expect(key).toMatch(/.{20}/);
  const kept = await sandbox.read('.azure-deployment-state-v1.json').catch(() => '');
  expect(kept + first.text + JSON.stringify(await sandbox.state())).not.toContain(key);

  expect((await deployOwn(sandbox, config('Standard_LRS'))).executed).toEqual([]);
  const changed = await deployOwn(sandbox, config('Standard_GRS'));
  expect(changed.text).toContain('resources.store.body.sku.name');
  expect(changed.executed).toContain('create_databases');
  expect(changed.executed).not.toContain('deploy_infrastructure_services');

  const drift = async (...args: string[]) => (await sandbox.run(['drift', ...OWN_SIMULATED, ...args])).stdout;
  expect(await drift()).toContain('No drift');
  await byHand(sandbox, async (arm) => {
    const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
    await handOf(arm, group).patch(`${STORAGE}/shopstore1`, '2025-01-01', {
      properties: { minimumTlsVersion: 'TLS1_0' },
    });
    await handOf(arm, group).remove('Microsoft.App/managedEnvironments/shop-env/storages/documents', '2025-07-01');
  });
  const found = await drift();
  expect(found).toContain('resource:store properties.minimumTlsVersion: TLS1_2 → TLS1_0');
  expect(found).toContain('resource:mount: present → absent');
  await drift('--fix', '--auto-approve');
  expect(await drift()).toContain('No drift');

  // Out of the file, and still there.
  const [before = '', after = ''] = config('Standard_GRS').split('  mount:\n');
  const left = await deployOwn(sandbox, before + after.slice(after.indexOf('  documents:')));
  expect(left.text).toContain('resource:mount@shop-env.documents');
  const one = [
    'destroy',
    '--left-behind',
    'resource:mount@shop-env.documents',
    '--confirm',
    'default',
    ...OWN_SIMULATED,
  ];
  const removed = await sandbox.run([...one, '--output', 'json']);
  expect(removed.exitCode, `${removed.stderr}${removed.stdout.slice(-2500)}`).toBe(0);
  expect((await sandbox.run(['status', ...OWN_SIMULATED])).stdout).not.toContain('resource:mount');

  // What comes later may need a provider that nothing needed before.
  const zone = `  zone: { type: Microsoft.Network/privateDnsZones, api_version: 2024-06-01, name: shop.internal, location: global }\n`;
  const later = await deployOwn(sandbox, `${before}${after.slice(after.indexOf('  documents:'))}${zone}`);
  expect(later.executed).toEqual(expect.arrayContaining(['check_prerequisites', 'create_databases']));
  const gone = await sandbox.run(['destroy', ...OWN_SIMULATED, '--confirm', 'default', '--output', 'json']);
  expect(gone.exitCode, `${gone.stderr}${gone.stdout.slice(-2500)}`).toBe(0);
  const deletions = (await sandbox.requests()).filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  const end = (name: string): number => deletions.findLastIndex((path) => path.endsWith(name));
  expect(end('/shopstore1')).toBeGreaterThan(-1);
  // A share and a mount go with what they are in.
  expect(end('/shop-env')).toBeGreaterThan(-1);
});
