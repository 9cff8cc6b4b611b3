import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';
import { deployOwn, OWN_SIMULATED } from '../../helpers/plan/deploy-own.ts';
import { fixtureText } from '../../helpers/templates/fixture-templates.ts';

const BUS = 'Microsoft.ServiceBus/namespaces/shop-messages';
const ARCHIVE = 'Microsoft.Storage/storageAccounts/shopmessagesarchive';

const config = ({ sku = 'Standard', more = '' } = {}): string => `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
services:
  worker:
    image: "ghcr.io/shop/worker:1"
    env: { BUS: "\${{templates.messages.outputs.endpoint}}", READER: "\${{templates.reader.outputs.clientId}}", NET: "\${{terraform.network.name}}" }
secrets: { note: "env:NOTE" }
terraform: { network: { outputs: network.json } }
templates:
  messages: { file: messages.json, parameters: { name: shop-messages, sku: ${sku} }${more} }
  reader: { file: identity.json, parameters: { archiveId: "\${{templates.messages.outputs.archiveId}}", note: "\${{secrets.note}}" } }
`;

async function withTemplates(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  for (const name of ['messages', 'identity']) await sandbox.write(`${name}.json`, fixtureText(name));
  await sandbox.write(
    'network.json',
    JSON.stringify({ name: { value: 'shop-net', type: 'string', sensitive: false } }),
  );
  return sandbox;
}

it('deploys two templates and reads a state of Terraform, tells what changed in what they made, and takes it with everything', async () => {
  process.env.NOTE = 'what-nobody-reads';
  const sandbox = await withTemplates();
  const first = await deployOwn(sandbox, config());
  // The one that is given what the other answers is known after that one only.
  expect(first.text).toContain('what the template reader changes: known only after');
  const { steps, resources } = await sandbox.state();
  expect(steps.create_databases?.outputs).toMatchObject({
    'resource.template:messages.endpoint': 'https://shop-messages.servicebus.windows.net:443/',
  });
  expect(Object.keys(resources).filter((key) => key.startsWith('template:'))).toEqual([
    'template:messages',
    `template:messages/${BUS}`,
    `template:messages/${BUS}/queues/orders`,
    `template:messages/${ARCHIVE}`,
    'template:reader',
    'template:reader/Microsoft.ManagedIdentity/userAssignedIdentities/archive-reader',
  ]);
  expect(first.text + JSON.stringify(await sandbox.state())).not.toContain('what-nobody-reads');
  expect((await deployOwn(sandbox, config())).executed).toEqual([]);

  // A changed module runs its step, and nothing that does not read what came of it.
  const path = join(sandbox.directory, 'messages.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('TLS1_2', 'TLS1_0'));
  const weaker = await deployOwn(sandbox, config());
  expect(weaker.executed).toContain('create_databases');
  expect(weaker.text).toMatch(/shopmessagesarchive of the template messages, as Azure foresees it/);
  expect(weaker.executed).not.toContain('deploy_infrastructure_services');

  const drift = async (...args: string[]) => (await sandbox.run(['drift', ...OWN_SIMULATED, ...args])).stdout;
  expect(await drift()).toContain('No drift');
  const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
  await byHand(sandbox, async (arm) => {
    const hand = handOf(arm, group);
    await hand.patch(ARCHIVE, '2024-01-01', { properties: { minimumTlsVersion: 'TLS1_2' } });
    await hand.remove(`${BUS}/queues/orders`, '2024-01-01');
  });
  const told = await drift();
  expect(told).toMatch(/minimumTlsVersion/);
  expect(told).toMatch(/queues\/orders/);
  expect((await deployOwn(sandbox, config())).executed).toEqual([]);
  expect((await deployOwn(sandbox, config(), ['--refresh'])).executed).toContain('create_databases');
  expect(await drift()).toContain('No drift');

  const destroyed = await sandbox.run(['destroy', ...OWN_SIMULATED, '--auto-approve', '--confirm', 'default']);
  expect(destroyed.exitCode, destroyed.stdout + destroyed.stderr).toBe(0);
  const { resources: left } = JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as {
    resources: Record<string, unknown>;
  };
  expect(Object.keys(left)).toEqual([]);
}, 240_000);
