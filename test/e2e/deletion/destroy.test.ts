import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import { type CliOptions, type CliResult, createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { serve } from '../../helpers/http/served-app.ts';
import { planOf } from '../../helpers/plan/as-planned.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const CONFIRM = ['--confirm', 'default'];
const IDENTITY_VERSION = '2024-11-30';

async function deployed(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  const first = await sandbox.deploy();
  expect(first.exitCode, first.stderr).toBe(0);
  return sandbox;
}

function destroy(sandbox: Sandbox, args: readonly string[] = CONFIRM, options?: CliOptions): Promise<CliResult> {
  return sandbox.run(['destroy', ...SIMULATE, '--output', 'json', ...args], options);
}

async function cloud(sandbox: Sandbox): Promise<CloudState> {
  return JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as CloudState;
}

async function names(sandbox: Sandbox): Promise<readonly string[]> {
  return Object.values((await cloud(sandbox)).resources).map(({ id }) => id.split('/').at(-1) ?? '');
}

/** The versions of the vault's secrets, by their names. */
async function versions(sandbox: Sandbox): Promise<Readonly<Record<string, number>>> {
  const secrets = Object.values((await cloud(sandbox)).secrets).flatMap((vault) => Object.values(vault));
  return Object.fromEntries(secrets.map((secret) => [secret.name, secret.versions.length]));
}

async function group(sandbox: Sandbox): Promise<string> {
  return (await sandbox.state()).resources['resource-group']?.id ?? '';
}

function keys(plan: Plan, action: string): readonly string[] {
  return plan.resources.filter((one) => one.action === action).map(({ key }) => key);
}

describe('destroy', () => {
  it('leaves nothing but what Azure keeps of deleted things; the next deployment starts clean, with secrets of its own', async () => {
    const sandbox = await deployed();
    const before = await versions(sandbox);
    const gone = await destroy(sandbox);
    expect(gone.exitCode, gone.stderr).toBe(0);
    expect(keys(planOf(gone), 'delete')).toHaveLength(32);
    expect(planOf(gone).resources.filter(({ after }) => after)).toMatchObject([
      { key: expect.stringMatching(/^Failure Anomalies - /), reason: 'made by Azure with app-insights' },
      { key: 'Application Insights Smart Detection', reason: 'made by Azure with app-insights' },
    ]);
    expect(gone.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded', failed: [] });
    expect(await names(sandbox)).toEqual([]);
    expect(Object.keys((await cloud(sandbox)).deletedVaults)).toHaveLength(1);
    expect(await sandbox.state()).toMatchObject({ steps: {}, resources: {}, lock: null, closed: { kept_data: false } });
    expect((await sandbox.run(['status', ...SIMULATE])).stdout).toMatch(/Deleted at \S+ by run default-/);
    expect((await sandbox.run(['drift', ...SIMULATE])).stderr).toContain('nothing_deployed');
    expect((await sandbox.run(['rollback', ...SIMULATE, '--auto-approve'])).stderr).toContain('nothing_to_roll_back');

    const again = await destroy(sandbox);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.stderr).toContain('Nothing is deployed to default');

    const back = await sandbox.deploy();
    expect(back.exitCode, back.stderr).toBe(0);
    const vault = planOf(back).resources.find(({ key }) => key === 'key-vault');
    expect(vault).toMatchObject({ action: 'create', reason: expect.stringContaining('recovered') });
    const after = await versions(sandbox);
    const anew = Object.keys(before).filter((name) => (after[name] ?? 0) > (before[name] ?? 0));
    expect(anew.sort()).toEqual(
      [
        'DATABASE-URL',
        'JWT-SECRET',
        'POSTGRES-PASSWORD',
        'RABBITMQ-PASSWORD',
        'RABBITMQ-URL',
        'REDIS-URL',
        'draftgenie-deploy-hmac-key',
      ].sort(),
    );
    const next = await sandbox.deploy();
    expect(next.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
    expect(await versions(sandbox)).toEqual(after);
  });

  it('--keep-data leaves what holds data, and what that needs; the next deployment takes it up with its secrets', async () => {
    const sandbox = await deployed();
    const before = await versions(sandbox);
    const kept = await destroy(sandbox, ['--keep-data', '--auto-approve']);
    expect(kept.exitCode, kept.stderr).toBe(0);
    const staying = ['draftgenie-example-pg', 'draftgenie-example-kv', 'draftgenie-example-redis', 'rabbitmq'];
    expect(await names(sandbox)).toEqual(expect.arrayContaining(staying));
    expect(await names(sandbox)).not.toContain('api-gateway');
    expect((await sandbox.run(['status', ...SIMULATE])).stdout).toMatch(
      /\? postgresql@draftgenie-example-pg .*holds data/,
    );
    const nothing = await destroy(sandbox, ['--keep-data', '--auto-approve']);
    expect(nothing.exitCode, nothing.stderr).toBe(0);
    expect(keys(planOf(nothing), 'delete')).toEqual([]);

    const back = await sandbox.deploy([], { notAsPlanned: 'what was left behind is taken up again' });
    expect(back.exitCode, back.stderr).toBe(0);
    expect(await versions(sandbox)).toEqual(before);
    expect((await sandbox.run(['drift', ...SIMULATE])).stdout).toContain('No drift');

    expect((await destroy(sandbox)).exitCode).toBe(0);
    expect(await names(sandbox)).toEqual([]);
  });

  it('leaves what is foreign, and of another environment, and the group around it', async () => {
    const sandbox = await deployed();
    const id = await group(sandbox);
    await byHand(sandbox, async (arm) => {
      const put = (name: string, tags: Record<string, string>) =>
        arm.put(`${id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`, IDENTITY_VERSION, {
          location: 'eastus',
          tags,
        });
      await put('of-somebody', {});
      await put('of-staging', { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'staging' });
      await put('unknown-to-the-state', { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'default' });
    });
    const gone = await destroy(sandbox);
    expect(gone.exitCode, gone.stderr).toBe(0);
    const lines = planOf(gone).resources.filter(({ action }) => action !== 'delete');
    expect(lines.map(({ key, action, reason }) => [key, action, reason])).toEqual([
      ['resource-group', 'left_behind', 'in it stay: of-somebody, of-staging, unknown-to-the-state'],
      ['of-somebody', 'keep', expect.stringContaining('not ours')],
      ['of-staging', 'keep', 'of the environment staging'],
      ['unknown-to-the-state', 'keep', expect.stringContaining('--include /subscriptions/')],
    ]);
    expect((await names(sandbox)).toSorted()).toEqual([
      'draftgenie-example-rg',
      'of-somebody',
      'of-staging',
      'unknown-to-the-state',
    ]);
  });

  it('leaves what was adopted, unless it is named', async () => {
    const sandbox = await createSandbox();
    await sandbox.run(['plan', ...SIMULATE]);
    const subscription = (await cloud(sandbox)).subscriptionId;
    const id = `/subscriptions/${subscription}/resourceGroups/draftgenie-example-rg`;
    await byHand(sandbox, async (arm) => {
      await arm.put(id, '2025-04-01', { location: 'eastus', tags: { team: 'core' } });
    });
    const first = await sandbox.deploy(['--adopt']);
    expect(first.exitCode, first.stderr).toBe(0);
    const gone = await destroy(sandbox, ['--dry-run']);
    expect(planOf(gone).resources.find(({ key }) => key === 'resource-group')).toMatchObject({
      action: 'keep',
      reason: expect.stringContaining('--include resource-group'),
    });
    const all = await destroy(sandbox, [...CONFIRM, '--include', 'resource-group']);
    expect(all.exitCode, all.stderr).toBe(0);
    expect(await names(sandbox)).toEqual([]);
  });

  it('tells a lock before the first deletion, and how it is removed', async () => {
    const sandbox = await deployed();
    const id = await group(sandbox);
    const lock = `${id}/providers/Microsoft.KeyVault/vaults/draftgenie-example-kv/providers/Microsoft.Authorization/locks/audit`;
    await byHand(sandbox, async (arm) => {
      await arm.put(lock, '2020-05-01', { properties: { level: 'CanNotDelete' } });
    });
    const before = await names(sandbox);
    const refused = await destroy(sandbox);
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('az lock delete --ids');
    expect(refused.events.at(-1)).toMatchObject({ status: 'failed' });
    expect(await names(sandbox)).toEqual(before);
    const dry = await destroy(sandbox, ['--dry-run']);
    expect(dry.exitCode).toBe(1);
    await byHand(sandbox, async (arm) => {
      await arm.delete(lock, '2020-05-01');
    });
    expect((await destroy(sandbox)).exitCode).toBe(0);
    expect(await names(sandbox)).toEqual([]);
  });

  it('asks for the name of the environment where data goes; a yes is not enough', async () => {
    const sandbox = await deployed();
    const before = await names(sandbox);
    const wrong = await destroy(sandbox, ['--confirm', 'production']);
    expect(wrong.exitCode).toBe(64);
    expect(wrong.stderr).toContain('The environment is called default, not production');
    const silent = await destroy(sandbox, []);
    expect(silent.exitCode).toBe(64);
    expect(silent.stderr).toContain('--confirm default');
    const yes = await destroy(sandbox, ['--auto-approve']);
    expect(yes.exitCode).toBe(1);
    expect(yes.stdout).toContain('confirmation_missing');
    expect(await names(sandbox)).toEqual(before);
  });

  it('has nothing to do where nothing was deployed, and says so', async () => {
    const sandbox = await createSandbox();
    const none = await destroy(sandbox);
    expect(none.exitCode, none.stderr).toBe(0);
    expect(none.stderr).toContain('Nothing is deployed to default');
  });

  it('of single things: a renamed service and a renamed server are left behind, listed, and deleted by name', async () => {
    const sandbox = await deployed();
    const config = await sandbox.read('app/config.yaml');
    const renamed = config
      .replaceAll('draftgenie-example-pg', 'draftgenie-other-pg')
      .replaceAll('name: "rag-service"', 'name: "rag-two"');
    expect(renamed).not.toBe(config);
    await sandbox.write('app/config.yaml', renamed);
    const second = await sandbox.deploy(['--allow-replace', 'postgresql']);
    expect(second.exitCode, second.stderr).toBe(0);
    const status = await sandbox.run(['status', ...SIMULATE, '--output', 'json']);
    const left = (status.events[0] as unknown as { leftBehind: { name: string }[] }).leftBehind.map(({ name }) => name);
    expect(left).toContain('postgresql@draftgenie-example-pg');
    const unknown = await destroy(sandbox, ['--left-behind', 'redis@nowhere', ...CONFIRM]);
    expect(unknown.stderr + unknown.stdout).toContain('Nothing is left behind under the name redis@nowhere');
    for (const name of left) {
      const gone = await destroy(sandbox, ['--left-behind', name, ...CONFIRM]);
      expect(gone.exitCode, gone.stderr + gone.stdout.slice(-2000)).toBe(0);
    }
    expect(await names(sandbox)).not.toContain('draftgenie-example-pg');
    const drift = await sandbox.run(['drift', ...SIMULATE]);
    expect(drift.exitCode, drift.stdout).toBe(0);
    expect(drift.stdout).not.toContain('Left behind');
    const next = await sandbox.deploy();
    expect(next.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
  });

  it('through a served app: the same plan, confirmation and end', async () => {
    const app = await serve();
    const sandbox = await createSandbox();
    const plain = (args: readonly string[]): Promise<CliResult> =>
      sandbox.run([...args, '--remote', app.url], { env: { DRAFTGENIE_KEY: app.key } });
    const run = (args: readonly string[]): Promise<CliResult> => plain([...args, '--output', 'json']);
    const none = await run(['destroy', ...CONFIRM]);
    expect(none.exitCode, none.stdout).toBe(0);
    expect(none.stderr).toContain('Nothing is deployed to default');
    const first = await run(['--config', 'app/config.yaml', '--auto-approve']);
    expect(first.exitCode, first.stderr).toBe(0);
    const wrong = await app.request('POST', '/api/environments/default/destroy', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ confirm: 'staging' }),
    });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'confirmation_wrong' } });
    const asking = await app.request('POST', '/api/environments/default/destroy', {
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const { runId } = asking.body as { runId: string };
    let planDigest: string | null = null;
    while (planDigest === null) {
      const { body } = await app.request('GET', `/api/deployments/${runId}`);
      planDigest = (body as { pendingApproval: string | null }).pendingApproval;
    }
    const approve = ['approve', runId, '--plan', planDigest];
    const yes = await plain(approve);
    expect(yes.exitCode).not.toBe(0);
    expect(yes.stderr).toContain('confirmation_missing');
    const rejected = await plain([...approve, '--reject']);
    expect(rejected.exitCode, rejected.stderr).toBe(0);
    expect(await app.ended(runId)).toMatchObject({ status: 'rejected' });

    const gone = await run(['destroy', ...CONFIRM]);
    expect(gone.exitCode, gone.stderr).toBe(0);
    expect(keys(planOf(gone), 'delete')).toHaveLength(32);
    const shown = await run(['status', String(gone.events[0]?.runId)]);
    const removals = (shown.events[0] as unknown as { removals: { status: string }[] }).removals;
    expect(new Set(removals.map(({ status }) => status))).toEqual(new Set(['completed']));
    const status = await run(['status']);
    expect(status.events[0]).toMatchObject({ closed: { keptData: false }, resources: [] });
  });
});
