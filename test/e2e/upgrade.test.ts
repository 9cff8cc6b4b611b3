import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunView } from '../../src/domain/api/views.ts';
import type { Plan } from '../../src/domain/plan-schema.ts';
import { STEP_NAMES } from '../../src/domain/steps.ts';
import { startAzurite } from '../helpers/azurite.ts';
import { type CliOptions, type CliResult, ndjson, type Sandbox, type SimulatorRequest } from '../helpers/cli.ts';
import { changeSource, layEarlierApp, layEarlierFiles } from '../helpers/earlier-files.ts';
import { serve } from '../helpers/http/served-app.ts';

const CONFIG = ['--config', 'app/config.yaml'];
const STATE = '.azure-deployment-state-v1.json';
const SIMULATE = [...CONFIG, '--simulate', '--simulator-profile', 'instant'];

/** Kills in the middle of a first deployment, by what was under way on Azure. */
const IN_FLIGHT = ['databases', 'builds', 'migrations'];

/** The run that the earlier version left. */
async function leftRun(sandbox: Sandbox): Promise<string> {
  const { lock } = (await sandbox.state()) as { lock: { runId: string } | null };
  return lock?.runId ?? '';
}

function isWrite({ method, host }: SimulatorRequest): boolean {
  return method !== 'GET' && !host.startsWith('login.');
}

/** What must not be asked of Azure twice: each as a line of its own. */
function madeBy(requests: readonly SimulatorRequest[]): readonly string[] {
  return requests.flatMap(({ method, host, path, body }) => {
    if (host !== 'management.azure.com') return [];
    if (method === 'PUT') return [`PUT ${path}`];
    if (path.endsWith('/scheduleRun')) return [`build ${String((body as { imageNames: string[] }).imageNames)}`];
    return /\/jobs\/[^/]+\/start$/.test(path) ? [`start ${path}`] : [];
  });
}

/** A write to an app or below it; all others keep their whole path. */
function toldOfApp({ method, path }: SimulatorRequest): string {
  return `${method} ${path.replace(/.*\/containerApps\//, '')}`;
}

function twice(made: readonly string[]): readonly string[] {
  return made.filter((line, index) => made.indexOf(line) !== index);
}

async function finished(sandbox: Sandbox, args: readonly string[] = [], options: CliOptions = {}): Promise<CliResult> {
  const result = await sandbox.deploy(args, options);
  expect(result.exitCode, result.stderr + result.stdout.slice(-2000)).toBe(0);
  expect(result.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
  return result;
}

async function expectNothingToDo(sandbox: Sandbox): Promise<void> {
  const before = (await sandbox.requests()).length;
  const noop = await finished(sandbox);
  expect(noop.events.at(-1)).toMatchObject({ executed: [], skipped: STEP_NAMES });
  const requests = (await sandbox.requests()).slice(before);
  expect(requests.filter(isWrite)).toEqual([]);
}

describe('files of commit 5b07673, the last before the sources were put in their present order', () => {
  it.each(IN_FLIGHT)(
    'its run goes on where it was killed, with %s under way, and makes nothing twice',
    async (name) => {
      const sandbox = await layEarlierFiles(`5b07673/${name}`);
      const runId = await leftRun(sandbox);
      const result = await finished(sandbox, [], {
        notAsPlanned: 'its plan, and its first writes, are of that version',
      });
      expect(result.events.at(-1)).toMatchObject({ runId, executed: STEP_NAMES });
      const made = madeBy(await sandbox.requests());
      expect(made.filter((line) => line.startsWith('build'))).toHaveLength(2);
      expect(made.filter((line) => line.startsWith('start'))).toHaveLength(1);
      expect(twice(made)).toEqual([]);
      await expectNothingToDo(sandbox);
    },
  );

  it.each(IN_FLIGHT)('another request takes over its run with %s under way, and makes nothing twice', async (name) => {
    const sandbox = await layEarlierFiles(`5b07673/${name}`);
    const runId = await leftRun(sandbox);
    const result = await finished(sandbox, ['--refresh']);
    expect(result.events.at(-1)?.runId).not.toBe(runId);
    expect(result.stderr).toContain(`Took over from run ${runId}`);
    expect(twice(madeBy(await sandbox.requests()))).toEqual([]);
    await expectNothingToDo(sandbox);
  });

  it('its rollout goes on between two steps of a canary: traffic moves on, and nothing else is written', async () => {
    const sandbox = await layEarlierFiles('5b07673/rollout');
    await changeSource(sandbox);
    const runId = await leftRun(sandbox);
    const before = (await sandbox.requests()).length;
    const result = await finished(sandbox);
    expect(result.events.at(-1)).toMatchObject({ runId });
    const writes = (await sandbox.requests()).slice(before).filter(isWrite);
    expect(writes.map(toldOfApp)).toEqual([
      'PATCH shop',
      expect.stringMatching(/^POST shop\/revisions\/[^/]+\/deactivate$/),
    ]);
    await expectNothingToDo(sandbox);
  });

  it('what it deployed is skipped, without a write to Azure, and has no drift', async () => {
    const sandbox = await layEarlierFiles('5b07673/deployed');
    await changeSource(sandbox);
    await expectNothingToDo(sandbox);
    const drift = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
    expect(drift.exitCode, drift.stderr).toBe(0);
    expect(drift.events[0]).toMatchObject({ drift: [] });
  });

  it('its documents are shown as they are: state, releases, runs and their events', async () => {
    const sandbox = await layEarlierFiles('5b07673/deployed');
    const text = await sandbox.read(STATE);
    const state = await sandbox.run(['state', 'show', ...CONFIG]);
    // What that version did not know yet is empty.
    expect(JSON.parse(state.stdout)).toEqual({ ...JSON.parse(text), left_behind: {} });
    const status = await sandbox.run(['status', ...CONFIG]);
    for (const step of STEP_NAMES) expect(status.stdout).toMatch(new RegExp(`${step} +completed`));
    const runs = await sandbox.run(['runs', ...CONFIG, '--output', 'json']);
    expect(runs.events).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
    for (const { runId } of runs.events) {
      const logs = await sandbox.run(['logs', String(runId), ...CONFIG, '--output', 'json']);
      expect(logs.events).toEqual(
        ndjson(await sandbox.read(`.draftgenie-deploy/default/runs/${String(runId)}/events.ndjson`)),
      );
      const pretty = await sandbox.run(['logs', String(runId), ...CONFIG]);
      expect(pretty.exitCode, pretty.stderr).toBe(0);
    }
    expect(await sandbox.read(STATE)).toBe(text);
  });

  it('its releases can be gone back to: the first one’s revision gets the traffic', async () => {
    const sandbox = await layEarlierFiles('5b07673/deployed');
    await changeSource(sandbox);
    const before = (await sandbox.requests()).length;
    const rollback = await sandbox.run(['rollback', ...SIMULATE, '--auto-approve', '--output', 'json']);
    expect(rollback.exitCode, rollback.stderr).toBe(0);
    expect(rollback.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
    const writes = (await sandbox.requests()).slice(before).filter(isWrite);
    expect(writes.map(toldOfApp)).toEqual([
      expect.stringMatching(/^POST shop\/revisions\/[^/]+\/activate$/),
      'PATCH shop',
      'PATCH shop',
      expect.stringMatching(/^POST shop\/revisions\/[^/]+\/deactivate$/),
    ]);
  });

  it('a run of its served app goes on under the same id, and makes nothing twice', async () => {
    const azurite = await startAzurite();
    onTestFinished(() => azurite.stop());
    const sandbox = await layEarlierApp('5b07673/served', azurite.connectionString);
    const app = await serve({ directory: sandbox.directory, env: { DEPLOYMENT_STORAGE: azurite.connectionString } });
    const listed = (await app.request('GET', '/api/environments/production/deployments')).body as { runs: RunView[] };
    expect(listed.runs).toMatchObject([{ status: 'running' }]);
    const body = await readFile(new URL('../fixtures/upgrade/5b07673/served.yaml', import.meta.url));
    const again = await app.deploy('production', { body, headers: { 'idempotency-key': 'upgrade' } });
    expect(again.status, again.text).toBe(202);
    const { runId } = again.body as RunView;
    expect(runId).toBe(listed.runs[0]?.runId);
    expect(await app.ended(runId)).toMatchObject({ status: 'succeeded', executed: STEP_NAMES, failed: [] });
    const requests = ndjson(await sandbox.read('.draftgenie-deploy/serve/simulator/requests.ndjson'));
    expect(twice(madeBy(requests as SimulatorRequest[]))).toEqual([]);
  });
});

describe('what commit 282c5bf deployed, the last for which a registry, monitoring, a database server and a cache were no choice', () => {
  const SECTIONS = ['container_registry', 'monitoring', 'postgresql', 'redis'];

  it.each([...SECTIONS.map((section) => [section]), SECTIONS])(
    'is kept where the file has no %s any more: nothing is written, and there is no drift',
    async (...sections) => {
      const sandbox = await layEarlierFiles('282c5bf/deployed');
      await changeSource(sandbox);
      const lines = (await sandbox.read('app/config.yaml')).split('\n');
      const isLeftOut = (line: string): boolean => sections.some((section) => line.startsWith(`${section}:`));
      await sandbox.write('app/config.yaml', lines.filter((line) => !isLeftOut(line)).join('\n'));
      const before = (await sandbox.requests()).length;
      const noop = await finished(sandbox);
      expect(noop.events.at(-1)).toMatchObject({ executed: [], skipped: STEP_NAMES });
      expect((await sandbox.requests()).slice(before).filter(isWrite)).toEqual([]);
      const { plan } = noop.events.find(({ type }) => type === 'plan') as unknown as { plan: Plan };
      const told = plan.warnings.filter((warning) => warning.includes('is not in the file'));
      expect(told.map((warning) => warning.split(':')[0])).toEqual(sections);
      const drift = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
      expect(drift.exitCode, drift.stderr).toBe(0);
      expect(drift.events[0]).toMatchObject({ drift: [], leftBehind: [] });
    },
  );

  it('says in its plan what to write, under the names that things have', async () => {
    const sandbox = await layEarlierFiles('282c5bf/deployed');
    const lines = (await sandbox.read('app/config.yaml')).split('\n');
    const isLeftOut = (line: string): boolean => SECTIONS.some((section) => line.startsWith(`${section}:`));
    await sandbox.write('app/config.yaml', lines.filter((line) => !isLeftOut(line)).join('\n'));
    const { stdout } = await sandbox.run(['plan', ...SIMULATE]);
    for (const line of [
      'container_registry: {name: shopregistry}',
      'monitoring: {log_workspace: shop-log-space, app_insights: shop-traces}',
      'postgresql: {server_name: shop-server-1, database_name: orders, admin_user: shopkeeper}',
      'redis: {name: shop-store-1}',
    ])
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`write "${line}" to keep it`);
  });
});
