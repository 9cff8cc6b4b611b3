import { describe, expect, it } from 'vitest';
import type { JobOutcome } from '../../../src/simulator/behaviour.ts';
import type { ExecutionRecord } from '../../../src/simulator/container-apps/execution.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import { type CliOptions, type CliResult, createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { asPlanned, planOf } from '../../helpers/plan/as-planned.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const TO = ['--dump-to', 'dumpsaccount/dumps'];
const GROUP_VERSION = '2025-04-01';
const STORAGE_VERSION = '2023-05-01';

/** A deployed application, and in a group of somebody else a storage account with a container. */
async function deployed({ container = 'dumps' } = {}): Promise<Sandbox> {
  const sandbox = await createSandbox();
  const first = await sandbox.deploy();
  expect(first.exitCode, first.stderr).toBe(0);
  const { subscriptionId } = await cloud(sandbox);
  const subscription = `/subscriptions/${subscriptionId}`;
  const group = `${subscription}/resourceGroups/backups`;
  const account = `${group}/providers/Microsoft.Storage/storageAccounts/dumpsaccount`;
  await byHand(sandbox, async (arm) => {
    await arm.post(`${subscription}/providers/Microsoft.Storage/register`, GROUP_VERSION);
    await arm.put(group, GROUP_VERSION, { location: 'eastus' });
    await arm.put(account, STORAGE_VERSION, { location: 'eastus', kind: 'StorageV2', sku: { name: 'Standard_LRS' } });
    await arm.put(`${account}/blobServices/default/containers/${container}`, STORAGE_VERSION, { properties: {} });
  });
  return sandbox;
}

function destroy(sandbox: Sandbox, args: readonly string[] = TO, options?: CliOptions): Promise<CliResult> {
  return sandbox.run(['destroy', ...SIMULATE, '--output', 'json', '--confirm', 'default', ...args], options);
}

async function cloud(sandbox: Sandbox): Promise<CloudState> {
  return JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as CloudState;
}

/** What no request does: it is written into the file, as long as no simulator has it open. */
async function change(sandbox: Sandbox, act: (cloud: CloudState) => void): Promise<void> {
  const changed = await cloud(sandbox);
  act(changed);
  await sandbox.write('.draftgenie-deploy/simulator/cloud.json', JSON.stringify(changed));
}

async function uploadsEnd(sandbox: Sandbox, outcome: JobOutcome): Promise<void> {
  await change(sandbox, ({ behaviour }) => {
    behaviour.jobOutcomes = { 'mcr.microsoft.com/azure-cli': outcome };
  });
}

/** What stays: the group of somebody else, the account with its three services, its container. */
const OTHERS = ['backups', 'default', 'default', 'default', 'dumps', 'dumpsaccount'];

async function names(sandbox: Sandbox): Promise<readonly string[]> {
  const { resources } = await cloud(sandbox);
  return Object.values(resources).map(({ id }) => id.split('/').at(-1) ?? '');
}

/** Requests since then, as `POST …/start`. */
async function writes(sandbox: Sandbox, since: number): Promise<readonly string[]> {
  const requests = (await sandbox.requests()).slice(since);
  return requests
    .filter(
      ({ method, host, path }) => method !== 'GET' && host.startsWith('management.') && !/list|getAuth/i.test(path),
    )
    .map(({ method, path }) => `${method} ${path}`);
}

describe('destroy --dump-to', () => {
  it('dumps the databases before anything is deleted, says where, and takes job and grant away again', async () => {
    const sandbox = await deployed();
    const since = (await sandbox.requests()).length;
    const gone = await asPlanned(sandbox, () => destroy(sandbox));
    expect(gone.exitCode, gone.stdout.slice(-3000)).toBe(0);
    const lines = planOf(gone).resources.filter(({ key }) => /^(?:dump|role:dump)/.test(key));
    expect(lines.map(({ key, action }) => `${action} ${key}`)).toEqual([
      'create dump:draftgenie-example-pg',
      'create role:dump',
      'delete dump:draftgenie-example-pg',
      'delete role:dump',
    ]);
    expect(planOf(gone).warnings.join('\n')).toContain('has to fit into 8 GiB');
    const told = gone.events.find(({ type }) => type === 'dump_completed');
    const address =
      /^https:\/\/dumpsaccount\.blob\.core\.windows\.net\/dumps\/default\/draftgenie-example-pg\/\w+\/\d{4}-\S+\.dump$/;
    expect(told).toMatchObject({ server: 'draftgenie-example-pg', addresses: [expect.stringMatching(address)] });
    expect(gone.events.at(-1)).toMatchObject({ type: 'run_completed', dumps: told?.addresses });
    const status = await sandbox.run(['status', String(gone.events[0]?.runId), ...SIMULATE]);
    expect(status.stdout).toMatch(/dumped to https:\/\/dumpsaccount\./);
    const done = await writes(sandbox, since);
    const started = done.findIndex((one) => /^POST .*\/jobs\/dump-[^/]+\/start$/.test(one));
    expect(started).toBeGreaterThan(0);
    expect(done.findIndex((one) => one.startsWith('DELETE'))).toBeGreaterThan(started);
    expect((await names(sandbox)).toSorted()).toEqual(OTHERS);
    expect(await sandbox.state()).toMatchObject({ resources: {}, left_behind: {} });
  });

  it('deletes nothing when the dump fails, tells the end of its log, and does it all when it is asked again', async () => {
    const sandbox = await deployed();
    await uploadsEnd(sandbox, { ends: 'failed', times: 1, console: ['pg_dump: error: permission denied'] });
    const before = await names(sandbox);
    const since = (await sandbox.requests()).length;
    const failed = await destroy(sandbox);
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain('dump_failed');
    expect(failed.stdout).toContain('pg_dump: error: permission denied');
    expect(failed.events.at(-1)).toMatchObject({ status: 'failed', deleted: 0, dumps: [] });
    expect((await writes(sandbox, since)).filter((one) => one.startsWith('DELETE'))).toEqual([]);
    expect(await names(sandbox)).toEqual(expect.arrayContaining([...before]));
    expect((await sandbox.run(['status', ...SIMULATE])).stdout).toContain('dump:draftgenie-example-pg');

    const again = await asPlanned(sandbox, () => destroy(sandbox));
    expect(again.exitCode, again.stdout.slice(-3000)).toBe(0);
    expect(planOf(again).resources.find(({ key }) => key.startsWith('dump:'))).toMatchObject({ action: 'delete' });
    expect(again.events.some(({ type }) => type === 'dump_completed')).toBe(true);
    expect((await names(sandbox)).toSorted()).toEqual(OTHERS);
  });

  it('leaves a deployment as it is when the dump failed and nobody asks again', async () => {
    const sandbox = await deployed();
    await uploadsEnd(sandbox, { ends: 'failed', times: 1 });
    expect((await destroy(sandbox)).exitCode).toBe(1);
    const next = await sandbox.deploy();
    expect(next.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
    const gone = await asPlanned(sandbox, () => destroy(sandbox, []));
    expect(gone.exitCode, gone.stdout.slice(-3000)).toBe(0);
    expect((await names(sandbox)).toSorted()).toEqual(OTHERS);
  });

  it('is refused, with its repair, before anything is written', async () => {
    const sandbox = await deployed({ container: 'others' });
    const since = (await sandbox.requests()).length;
    const missing = await destroy(sandbox);
    expect(missing.exitCode).toBe(1);
    expect(missing.stdout).toContain('az storage container create --account-name dumpsaccount --name dumps');
    const nowhere = await destroy(sandbox, ['--dump-to', 'otheraccount/dumps']);
    expect(nowhere.stdout).toContain('az storage account create --name otheraccount');
    const kept = await destroy(sandbox, ['--dump-to', 'dumpsaccount/others', '--keep-data']);
    expect(kept.exitCode).toBe(64);
    expect(kept.stderr + kept.stdout).toContain('options_contradict');
    const odd = await destroy(sandbox, ['--dump-to', 'https://dumpsaccount/others']);
    expect(odd.exitCode).toBe(64);
    expect(await writes(sandbox, since)).toEqual([]);
    await change(sandbox, ({ resources }) => {
      const server = Object.values(resources).find(({ name }) => name === 'draftgenie-example-pg');
      Object.assign((server?.body.properties ?? {}) as object, { state: 'Stopped' });
    });
    const stopped = await destroy(sandbox, ['--dump-to', 'dumpsaccount/others']);
    expect(stopped.exitCode).toBe(1);
    expect(stopped.stdout).toContain('az postgres flexible-server start');
  });

  it('killed after the start of the job does not dump twice', async () => {
    const sandbox = await deployed();
    await uploadsEnd(sandbox, { ends: 'never', times: 1 });
    const since = (await sandbox.requests()).length;
    const killed = await destroy(sandbox, TO, {
      when: [{ printed: /started the dump of/, act: (pid) => process.kill(pid, 'SIGKILL') }],
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(await names(sandbox)).toContain('draftgenie-example-pg');
    await change(sandbox, ({ resources }) => {
      const job = Object.values(resources).find(
        ({ extra }) => 'job' in extra && JSON.stringify(extra).includes('upload'),
      );
      const [execution] = (job?.extra.job as { executions?: ExecutionRecord[] } | undefined)?.executions ?? [];
      if (!execution) throw new Error('no execution was started');
      Object.assign(execution, { endsAt: execution.startedAt, outcome: 'Succeeded', exitCode: 0 });
    });
    const gone = await destroy(sandbox);
    expect(gone.exitCode, gone.stdout.slice(-3000)).toBe(0);
    const starts = (await writes(sandbox, since)).filter((one) => one.endsWith('/start'));
    expect(starts).toHaveLength(1);
    expect(gone.events.at(-1)).toMatchObject({
      status: 'succeeded',
      dumps: [expect.stringContaining('/dumps/default/')],
    });
  });
});
