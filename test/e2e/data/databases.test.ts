import { expect, it } from 'vitest';
import type { Drift } from '../../../src/domain/drift.ts';
import { jsonAt } from '../../../src/shared/json.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { type Hand, handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { planOf } from '../../helpers/plan/as-planned.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const VERSION = '2025-08-01';
const SERVER = 'Microsoft.DBforPostgreSQL/flexibleServers/shop-pg-1';
const ALLOWED = `${SERVER}/configurations/azure.extensions`;

const config = (postgresql: string): string => `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
postgresql: { server_name: shop-pg-1, ${postgresql} }
secrets: { signing: "" }
services:
  web:
    image: "nginx:1"
    port: 80
    env: { REPORTS: { secret: database_url_reports }, URL: { secret: database_url } }
    volumes: { keys: { secrets: { signing.key: signing } } }
    mounts: { /keys: keys }
`;

async function deployed(sandbox: Sandbox, postgresql: string) {
  await sandbox.write('app/config.yaml', config(postgresql));
  const result = await sandbox.deploy();
  expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
  const end = result.events.at(-1) as unknown as { readonly executed: readonly string[] };
  return { ...result, executed: end.executed };
}

async function change<Answer>(sandbox: Sandbox, make: (hand: Hand) => Promise<Answer>): Promise<Answer> {
  let answer: Answer | undefined;
  await byHand(sandbox, async (arm) => {
    answer = await make(handOf(arm, (await sandbox.state()).resources['resource-group']?.id ?? ''));
  });
  return answer as Answer;
}

const parameterOf = (sandbox: Sandbox, path: string): Promise<unknown> =>
  change(sandbox, async (hand) => jsonAt(await hand.get(path, VERSION), 'properties.value'));

async function drift(sandbox: Sandbox): Promise<readonly string[]> {
  const { events } = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
  return (events[0] as unknown as { drift: Drift[] }).drift.map(({ key, path }) => `${key} ${path}`);
}

it('several databases, extensions and a generated secret are made, kept, changed, repaired, left behind and destroyed', async () => {
  const sandbox = await createSandbox();
  await deployed(sandbox, 'databases: [reports], extensions: [vector]');
  const { resources, steps } = await sandbox.state();
  expect(Object.keys(resources)).toEqual(
    expect.arrayContaining(['postgresql:database', 'postgresql:database:reports', 'postgresql:extensions']),
  );
  const secrets = steps.store_secrets?.outputs ?? {};
  expect(Object.keys(secrets)).toEqual(expect.arrayContaining(['secret.DATABASE-URL-REPORTS', 'secret.SIGNING']));
  expect((await deployed(sandbox, 'databases: [reports], extensions: [vector]')).executed).toEqual([]);

  // Somebody allows one more; then the file asks for others, of which one has a library to load.
  await change(sandbox, (hand) =>
    hand.put(ALLOWED, VERSION, { properties: { value: 'citext,vector', source: 'user-override' } }),
  );
  expect(await drift(sandbox)).toEqual([]);
  const before = (await sandbox.requests()).length;
  const changed = await deployed(sandbox, 'databases: [reports, audit], extensions: [pg_trgm, pgaudit]');
  expect(changed.executed).toContain('create_databases');
  expect(changed.executed).not.toContain('configure_environment_variables');
  const line = planOf(changed).resources.find(({ key }) => key === 'postgresql:libraries');
  expect(line).toMatchObject({ action: 'update', reason: expect.stringContaining('the server restarts') });
  const after = (await sandbox.requests()).slice(before);
  expect(after.filter(({ path }) => path.endsWith('/shop-pg-1/restart'))).toHaveLength(1);
  expect(after.filter(({ method }) => method === 'DELETE')).toEqual([]);
  expect(await parameterOf(sandbox, ALLOWED)).toBe('citext,pg_trgm,pgaudit');
  expect((await sandbox.state()).steps.store_secrets?.outputs['secret.SIGNING']).toBe(secrets['secret.SIGNING']);

  // Drift by hand, and its repair.
  await change(sandbox, (hand) =>
    hand.put(ALLOWED, VERSION, { properties: { value: 'citext', source: 'user-override' } }),
  );
  expect(await drift(sandbox)).toEqual(['postgresql:extensions properties.value']);
  const fixed = await sandbox.run(['drift', '--fix', '--auto-approve', ...SIMULATE, '--output', 'json']);
  expect(fixed.exitCode, fixed.stderr + fixed.stdout.slice(-3000)).toBe(0);
  expect(await parameterOf(sandbox, ALLOWED)).toBe('citext,pg_trgm,pgaudit');

  // A database that leaves the file is left behind, with what is in it.
  await deployed(sandbox, 'databases: [reports], extensions: [pg_trgm, pgaudit]');
  const status = await sandbox.run(['status', ...SIMULATE]);
  expect(status.stdout).toContain('postgresql:database:audit@shop-pg-1.audit');
  expect((await sandbox.requests()).filter(({ method }) => method === 'DELETE')).toEqual([]);

  const gone = await sandbox.run(['destroy', ...SIMULATE, '--output', 'json', '--confirm', 'default']);
  expect(gone.exitCode, gone.stderr).toBe(0);
});
