import { describe, expect, it } from 'vitest';
import type { RunView } from '../../src/domain/api/views.ts';
import { follow } from '../helpers/cli/follow.ts';
import { type CliOptions, type CliResult, createSandbox, ndjson, type Sandbox } from '../helpers/cli.ts';
import { type ServedApp, serve } from '../helpers/http/served-app.ts';
import { PREBUILT_CONFIG } from '../helpers/prebuilt-config.ts';
import { eventually } from '../helpers/wait.ts';

const CONFIG = ['--config', 'app/config.yaml'];

interface Remote {
  readonly app: ServedApp;
  readonly sandbox: Sandbox;
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** A command that was printed, with the key of the app. */
  asPrinted(words: readonly string[]): Promise<CliResult>;
  /** Deploys the example with `--output json`. */
  deploy(args?: readonly string[], options?: CliOptions): Promise<CliResult>;
}

/** A served app, and the command line in a directory of its own that knows it by address and key. */
async function remote(serveArgs: readonly string[] = []): Promise<Remote> {
  const app = await serve({ args: serveArgs });
  const sandbox = await createSandbox();
  const run = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
    sandbox.run([...args, '--remote', app.url], { ...options, env: { DRAFTGENIE_KEY: app.key, ...options.env } });
  const deploy = (args: readonly string[] = [], options: CliOptions = {}): Promise<CliResult> =>
    app.asPlanned('default', () => run([...CONFIG, '--auto-approve', '--output', 'json', ...args], options));
  const asPrinted = (words: readonly string[]): Promise<CliResult> =>
    sandbox.run(words, { env: { DRAFTGENIE_KEY: app.key } });
  return { app, sandbox, run, deploy, asPrinted };
}

function ids(result: CliResult): readonly unknown[] {
  return result.events.map(({ id }) => id);
}

describe('a deployment through a served app', () => {
  it('uploads the sources once, tells the events as a local run does, and does nothing the second time', async () => {
    const { deploy, run, app } = await remote();
    const first = await deploy();
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stderr).toContain('Uploading the sources');
    expect(first.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded', failed: [] });
    const second = await run([...CONFIG, '--auto-approve']);
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.stderr).not.toContain('Uploading');
    expect(second.stdout).toContain('0 executed, 14 skipped');
    expect(second.stdout).toMatch(/succeeded: 0 executed, 14 skipped, 0 failed/);
    expect(second.stdout).toContain('api_gateway: https://api-gateway.');

    const status = await run(['status']);
    expect(status.stdout).toMatch(/14 verify_deployment +completed/);
    expect(status.stdout).toContain(`state: ${app.url}`);
    const runs = await run(['runs', '--output', 'json']);
    expect(runs.events).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
    const logs = await run(['logs', String(first.events[0]?.runId), '--output', 'json']);
    // Field for field what the HTTP interface streams.
    const streamed = await app.request('GET', `/api/deployments/${first.events[0]?.runId}/events`);
    expect(first.events).toEqual(ndjson(streamed.text));
    expect(logs.events).toEqual(first.events);
    const shown = `${first.stderr}${second.stdout}${status.stdout}${logs.stdout}`;
    expect(shown).not.toContain(app.key);
  });

  it('is planned without changing anything', async () => {
    const { run } = await remote();
    const plan = await run(['plan', ...CONFIG, '--detailed-exitcode']);
    expect(plan.stdout).toContain('Plan: 14 to run, 0 unchanged');
    expect(plan.exitCode).toBe(2);
    expect((await run(['--dry-run', ...CONFIG])).exitCode).toBe(0);
    expect((await run(['status'])).stdout).toContain('Nothing was deployed yet');
  });

  it('waits for the approval of exactly its plan, which another client gives', async () => {
    const { app, run } = await remote();
    const { runId } = (await app.deploy('default', { query: '', body: PREBUILT_CONFIG })).body as RunView;
    const waiting = await waitingFor(app, runId);
    const wrong = await run(['approve', runId, '--plan', 'f'.repeat(64)]);
    expect(wrong.stderr).toContain('The plan that waits for a decision is');
    expect(wrong.exitCode).toBe(1);
    const rejected = await run(['approve', runId, '--plan', waiting, '--reject', '--comment', 'not on a Friday']);
    expect(rejected.exitCode, rejected.stderr).toBe(0);
    const followed = await run(['logs', runId, '--follow', '--output', 'json']);
    expect(followed.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'rejected' });
    expect((await run(['status', runId])).stdout).toMatch(/rejected by \S+ \(by key\) at .*: not on a Friday/);
  });

  it('is refused with 75 and told who holds the environment', async () => {
    const { app, run, deploy } = await remote(['--simulator-profile', 'realistic', '--simulator-speed', '60']);
    const { runId } = (await app.deploy('default', { body: PREBUILT_CONFIG })).body as RunView;
    const refused = await deploy();
    expect(refused.stderr).toContain(runId);
    expect(refused.exitCode).toBe(75);
    const cancelled = await run(['cancel']);
    expect(cancelled.stdout).toContain(runId);
    const followed = await run(['logs', runId, '--follow', '--output', 'json']);
    expect(followed.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'cancelled' });
  });

  it('that is interrupted once is cancelled there', async () => {
    const { deploy } = await remote(['--simulator-profile', 'realistic', '--simulator-speed', '150']);
    const result = await deploy([], {
      when: [{ printed: /"step_started","step":"create_databases"/, act: (pid) => process.kill(pid, 'SIGINT') }],
    });
    expect(result.exitCode, result.stderr).toBe(4);
    expect(result.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'cancelled' });
  });

  it('that is interrupted twice goes on there, and says how to follow it', async () => {
    const { deploy, asPrinted } = await remote(['--simulator-profile', 'realistic', '--simulator-speed', '150']);
    const result = await deploy([], {
      when: [
        { printed: /"step_started","step":"create_databases"/, act: (pid) => process.kill(pid, 'SIGINT') },
        { printed: /Nothing new is started/, act: (pid) => process.kill(pid, 'SIGINT') },
      ],
    });
    expect(result.exitCode, result.stderr).toBe(130);
    expect(result.stderr).toMatch(/goes on\. Follow it: node \S+ logs .*--remote http\S+ --follow default-\w+/);
    const followed = await follow('cli/resume-command: logs --follow', result.stderr, asPrinted, ['--output', 'json']);
    expect(followed.events.at(-1)).toMatchObject({ type: 'run_completed' });
  });

  it('outlives a kill of the app: the run goes on under the same id, without holes or repeats in what is told', async () => {
    const { app, deploy, run } = await remote();
    const { port } = new URL(app.url);
    let restarted: Promise<ServedApp> | undefined;
    const result = await deploy([], {
      when: [
        {
          printed: /"step_started","step":"create_databases"/,
          act: () => {
            restarted = app.kill().then(() => serve({ directory: app.directory, args: ['--port', port] }));
          },
        },
      ],
    });
    await restarted;
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stderr).toContain('The connection is lost');
    expect(result.stderr).toContain('Connected again');
    expect(new Set(ids(result)).size).toBe(result.events.length);
    const logs = await run(['logs', '--output', 'json']);
    expect(ids(logs)).toEqual(ids(result));
    expect(new Set(result.events.map(({ runId }) => runId)).size).toBe(1);
    expect(result.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
  });

  it('lets unknown keys pass there as here', async () => {
    const { run, sandbox } = await remote();
    await sandbox.write('app/more.yaml', `${await sandbox.read('app/config.yaml')}\npostgres: {}\n`);
    const args = ['plan', '--config', 'app/more.yaml'];
    expect((await run(args)).exitCode).toBe(64);
    const allowed = await run([...args, '--allow-unknown-keys']);
    expect(allowed.exitCode, allowed.stderr).toBe(0);
    expect(allowed.stderr).toContain('⚠ postgres: unknown key, ignored');
  });

  it('sends nothing of a configuration with secret values', async () => {
    const { run, sandbox, app } = await remote();
    const text = (await sandbox.read('app/config.yaml')).replace('env:GEMINI_API_KEY', 'c4n4ry');
    await sandbox.write('app/literal.yaml', text);
    const result = await run(['--config', 'app/literal.yaml', '--auto-approve']);
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('secrets.gemini_api_key');
    expect(result.stderr).not.toContain('c4n4ry');
    expect((await app.request('GET', '/api/environments')).body).toEqual({ environments: [] });
  });

  it('is refused where the key is wrong or nobody answers', async () => {
    const { run, sandbox } = await remote();
    const refused = await run(['runs'], { env: { DRAFTGENIE_KEY: 'wr0ng' } });
    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).not.toContain('wr0ng');
    const nobody = await sandbox.run(['runs', '--remote', 'http://127.0.0.1:9'], { env: { DRAFTGENIE_KEY: 'k' } });
    expect(nobody.stderr).toContain('cannot be reached');
    expect(nobody.exitCode).toBe(1);
  });

  it('leaves a lock that can be broken and a state that can be reset from afar', async () => {
    const { run, deploy } = await remote();
    await deploy();
    expect((await run(['state', 'unlock'])).stdout).toContain('not locked');
    expect(JSON.parse((await run(['state', 'show'])).stdout)).toMatchObject({ environment: 'default' });
    expect((await run(['state', 'reset'])).exitCode).toBe(64);
    expect((await run(['state', 'reset', '--auto-approve'])).stdout).toContain('The state was reset');
    expect((await run(['state', 'restore', '--auto-approve'])).stderr).toContain('has no --remote');
  });
});

async function waitingFor(app: ServedApp, runId: string): Promise<string> {
  return await eventually(async () => {
    const { pendingApproval, finishedAt } = (await app.request('GET', `/api/deployments/${runId}`)).body as RunView;
    if (pendingApproval === null && finishedAt !== null)
      throw new Error('the run ended without waiting for an approval');
    return pendingApproval ?? undefined;
  });
}
