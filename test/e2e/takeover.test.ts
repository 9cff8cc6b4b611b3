import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Drift } from '../../src/domain/drift.ts';
import { driftText } from '../../src/domain/drift-check/drift-text.ts';
import { type JsonObject, jsonAt } from '../../src/shared/json.ts';
import type { CliResult } from '../helpers/cli.ts';
import { asPlanned, planOf } from '../helpers/plan/as-planned.ts';
import { CLOUD_FILE, originalDeployment, SECRETS, type Takeover } from '../helpers/takeover/original-deployment.ts';
import {
  doorsClosedEarly,
  lostData,
  ofType,
  oldWays,
  outagesOf,
  stateProblems,
} from '../helpers/takeover/takeover-outcome.ts';
import { writesOf } from '../helpers/takeover/writes.ts';
import { tempFolder } from '../helpers/temp.ts';

const JSON_OUTPUT = ['--output', 'json'];
const GROUP = '/subscriptions/904d0f56-8487-4235-846a-8306f44198d8/resourceGroups/draftgenie-rg';
const REGISTRY = `${GROUP}/providers/Microsoft.ContainerRegistry/registries/draftgenieacr`;
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/draftgenie-kv`;
const TAKE_OVER = ['--adopt', '--auto-approve'];

function ended(result: CliResult): string {
  return `${result.stderr}${result.stdout.slice(-3000)}`;
}

describe('what was seen: 2. An original deployment could not be taken over', () => {
  let takeover: Takeover;
  let first: CliResult;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const folder = await tempFolder();
    remove = folder.remove;
    takeover = await originalDeployment({ directory: folder.path });
    const { sandbox, simulate } = takeover;
    first = await asPlanned(sandbox, () => sandbox.run([...simulate, ...TAKE_OVER, ...JSON_OUTPUT]));
  });
  afterAll(() => remove());

  it('succeeds', () => {
    expect(first.exitCode, ended(first)).toBe(0);
    expect(first.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
  });

  it('has at every moment a healthy revision with traffic of every app, which could start again', async () => {
    const requests = await takeover.sandbox.requests();
    expect(requests.length).toBeGreaterThan(100);
    expect(outagesOf(requests)).toEqual([]);
  });

  it('keeps the server with its login and password, the cache, the database and the secrets', async () => {
    expect(lostData(takeover, await takeover.cloud(), await takeover.sandbox.requests())).toEqual([]);
  });

  it('turns the admin user, the access policies and the open rule off when nobody needs them any more', async () => {
    expect(doorsClosedEarly(await takeover.sandbox.requests())).toEqual([]);
  });

  it('leaves no rule open to the world', async () => {
    const { resources } = await takeover.cloud();
    const rules = ofType(resources, 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules').map(({ body }) => [
      jsonAt(body, 'properties.startIpAddress'),
      jsonAt(body, 'properties.endIpAddress'),
    ]);
    expect(rules).toEqual([['0.0.0.0', '0.0.0.0']]);
  });

  it('makes references of the admin user’s password and of secrets in variables', async () => {
    expect(oldWays(await takeover.cloud())).toEqual([]);
  });

  it('gives every application service two revisions side by side, in the environment where it was', async () => {
    const { resources } = await takeover.cloud();
    const apps = ofType(resources, 'Microsoft.App/containerApps').filter(
      ({ name }) => !['rabbitmq', 'qdrant'].includes(name),
    );
    expect(apps.map(({ body }) => jsonAt(body, 'properties.configuration.activeRevisionsMode'))).toEqual(
      apps.map(() => 'Multiple'),
    );
    const environments = ofType(resources, 'Microsoft.App/managedEnvironments').map(({ id }) => id.toLowerCase());
    const homes = apps.map(({ body }) =>
      String(jsonAt(body, 'properties.environmentId') ?? jsonAt(body, 'properties.managedEnvironmentId')).toLowerCase(),
    );
    expect(new Set(homes)).toEqual(new Set(environments));
  });

  it('keeps the old state as a copy, and its secrets nowhere else', async () => {
    expect(await stateProblems(takeover)).toEqual([]);
  });

  it('has nothing to do in a second run, which writes nothing', async () => {
    const { sandbox, simulate } = takeover;
    const before = (await sandbox.requests()).length;
    const second = await sandbox.run([...simulate, '--auto-approve', ...JSON_OUTPUT]);
    expect(second.exitCode, ended(second)).toBe(0);
    expect(second.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
    expect(writesOf((await sandbox.requests()).slice(before))).toEqual([]);
  });

  it('has no drift', async () => {
    const { sandbox, simulate } = takeover;
    const drift = await sandbox.run(['drift', ...simulate, ...JSON_OUTPUT]);
    const [report] = drift.events as unknown as readonly { readonly drift: readonly Drift[] }[];
    expect(report?.drift.map(driftText)).toEqual([]);
  });
});

describe('the plan of a takeover', () => {
  it('says what becomes of secrets in plain text, each with its danger and without a value', async () => {
    const { sandbox, simulate } = await originalDeployment();
    const plan = await sandbox.run(['plan', ...simulate, '--adopt']);
    expect(plan.exitCode, ended(plan)).toBe(0);
    expect(plan.stdout).toContain('env[JWT_SECRET] (hidden) → (hidden)');
    expect(plan.stdout).toContain('always so: the secret JWT-SECRET stands there in plain text');
    expect(plan.stdout).toContain('secrets[regpw] (hidden) → (none)');
    for (const value of Object.values(SECRETS)) expect(plan.stdout + plan.stderr).not.toContain(value);
  });

  it('says what it depends on where the vault cannot be read yet, and is what happens', async () => {
    const { sandbox, simulate, cloud } = await originalDeployment();
    const closed = await cloud();
    const vault = Object.values(closed.resources).find(({ type }) => type === 'Microsoft.KeyVault/vaults');
    (vault?.body.properties as JsonObject).accessPolicies = [];
    await sandbox.write(CLOUD_FILE, JSON.stringify(closed));
    const done = await asPlanned(sandbox, () => sandbox.run([...simulate, ...TAKE_OVER, ...JSON_OUTPUT]));
    expect(done.exitCode, ended(done)).toBe(0);
    const draft = planOf(done).resources.find(({ key }) => key === 'app:draft_service');
    const variable = draft?.changes?.find(({ path }) => path.endsWith('env[JWT_SECRET]'));
    expect(variable).toMatchObject({ knownAfter: 'store_secrets', owner: 'invariant' });
    expect(oldWays(await cloud())).toEqual([]);
  });

  it('names what is adopted with each of its changes, what is kept, and the order; it writes nothing', async () => {
    const { sandbox, simulate } = await originalDeployment();
    const plan = await sandbox.run(['plan', ...simulate, '--adopt']);
    expect(plan.exitCode, ended(plan)).toBe(0);
    for (const key of ['registry', 'key-vault', 'postgresql', 'environment', 'app:api_gateway', 'app:rabbitmq']) {
      expect(plan.stdout).toMatch(new RegExp(`adopt\\s+${key}\\s`));
      expect(plan.stdout).not.toMatch(new RegExp(`create\\s+${key}\\s`));
    }
    expect(plan.stdout).toMatch(/ redis\s.*exists and is kept/);
    expect(plan.stdout).not.toContain('Managed Redis draftgenie-redis');
    expect(plan.stdout).toContain('adminUserEnabled true → false');
    expect(plan.stdout).toContain('enableRbacAuthorization false → true');
    expect(plan.stdout).not.toMatch(/administratorLogin draftgenieadmind1b5e8 → /);
    expect(plan.stdout).not.toContain('allow-replace');
    const stages = ['copy', 'roles', 'access policies', 'new revisions', 'traffic moves', 'admin user', 'AllowAll'];
    const places = stages.map((word) => (/Order of the takeover:[\s\S]*/.exec(plan.stdout)?.[0] ?? '').indexOf(word));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(writesOf(await sandbox.requests())).toEqual([]);
  });

  it('without --adopt is refused, with exit code 1 and before anything is written, by plan and deployment', async () => {
    const takeover = await originalDeployment();
    const { sandbox, simulate } = takeover;
    for (const args of [
      ['plan', ...simulate],
      [...simulate, '--auto-approve'],
    ]) {
      const refused = await sandbox.run(args);
      expect(refused.exitCode, ended(refused)).toBe(1);
      expect(refused.stdout + refused.stderr).toContain('--adopt');
    }
    expect(writesOf(await sandbox.requests())).toEqual([]);
    expect(await stateProblems(takeover)).toEqual([]);
  });

  it.each([
    [
      'an assignment on the registry only, and is a Contributor of the group',
      { deployerRoles: { [GROUP]: ['Contributor'], [REGISTRY]: ['Role Based Access Control Administrator'] } },
      `az role assignment create --assignee-object-id`,
    ],
    [
      'every right, but for what a deny assignment on the vault forbids',
      { denyAssignments: [{ name: 'stack', scope: VAULT, actions: ['Microsoft.Authorization/*/write'] }] },
      'the deny assignment stack forbids it',
    ],
  ])('is refused before anything is written where the deployer has %s', async (_, behaviour, says) => {
    const { sandbox, simulate } = await originalDeployment({ behaviour });
    const plan = await sandbox.run(['plan', ...simulate, '--adopt']);
    expect(plan.exitCode, ended(plan)).toBe(1);
    expect(plan.stdout).toMatch(/create +role +role AcrPull on/);
    expect(plan.stdout).toMatch(
      new RegExp(`forbidden +role:secrets-user .*may not write role assignments on ${VAULT} `),
    );
    expect(plan.stdout).toContain(says);
    const run = await sandbox.run([...simulate, ...TAKE_OVER, ...JSON_OUTPUT]);
    expect(run.exitCode, ended(run)).toBe(1);
    expect(writesOf(await sandbox.requests())).toEqual([]);
  });

  it('says that the live size wins where sku and postgres_sku differ', async () => {
    const { sandbox, simulate, cloud } = await originalDeployment({
      change: (config) => config.replace('  sku: "Standard_B1ms"', '  sku: "Standard_B2s"'),
    });
    const plan = await sandbox.run(['plan', ...simulate, '--adopt']);
    expect(plan.exitCode, ended(plan)).toBe(0);
    expect(plan.stdout).toMatch(/postgres_sku[^\n]*Standard_B1ms|Standard_B1ms[^\n]*postgres_sku/);
    expect(plan.stdout).not.toMatch(/sku\.name\s+Standard_B1ms → Standard_B2s/);
    const run = await sandbox.run([...simulate, ...TAKE_OVER, ...JSON_OUTPUT]);
    expect(run.exitCode, ended(run)).toBe(0);
    const [server] = ofType((await cloud()).resources, 'Microsoft.DBforPostgreSQL/flexibleServers');
    expect(jsonAt(server?.body ?? {}, 'sku.name')).toBe('Standard_B1ms');
  });
});
