import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBlobStorage } from '../../src/state/blob/storage.ts';
import { acquireLock } from '../../src/state/lock.ts';
import { type Azurite, startAzurite } from '../helpers/azurite.ts';
import { type CliOptions, type CliResult, createSandbox, type Sandbox } from '../helpers/cli.ts';

let azurite: Azurite;
let count = 0;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

/** An environment of its own for each test: they share the account. */
async function shared(): Promise<{
  readonly sandbox: Sandbox;
  readonly environment: string;
  run(args: readonly string[], options?: CliOptions, from?: Sandbox): Promise<CliResult>;
}> {
  const sandbox = await createSandbox();
  count += 1;
  const environment = `test-${count}`;
  const env = { AZURE_STATE_STORAGE: 'blob', DEPLOYMENT_STORAGE: azurite.connectionString };
  return {
    sandbox,
    environment,
    run: (args, options = {}, from = sandbox) =>
      from.run([...args, '--environment', environment], { ...options, env: { ...env, ...options.env } }),
  };
}

const DEPLOY = ['--config', 'app/config.yaml', '--simulate', '--auto-approve', '--output', 'json'];
const INSTANT = [...DEPLOY, '--simulator-profile', 'instant'];
const MID_RUN = /"step_started","step":"create_databases"/;

function summary(result: CliResult): unknown {
  return result.events.at(-1);
}

describe('state in blob storage', () => {
  it('is deployed with, and again without work, and no state file is written', async () => {
    const { sandbox, environment, run } = await shared();
    const first = await run(INSTANT);
    expect(first.exitCode, first.stderr).toBe(0);
    const second = await run(INSTANT);
    expect(summary(second)).toMatchObject({ status: 'succeeded', executed: [] });
    expect(existsSync(join(sandbox.directory, '.azure-deployment-state-v1.json'))).toBe(false);
    const { value } = await openBlobStorage(azurite).environment(environment).state.read();
    expect(value).toMatchObject({ environment, lock: null, last_run: { status: 'succeeded' } });
    const status = await run(['status', '--config', 'app/config.yaml']);
    expect(status.stdout).toContain('verify_deployment');
  });

  it('goes on after kill -9 in mid-run, under the same id', async () => {
    const { run } = await shared();
    const slow = [...DEPLOY, '--simulator-speed', '150'];
    const first = await run(slow, { when: [{ printed: MID_RUN, act: (pid) => process.kill(pid, 'SIGKILL') }] });
    expect(first.signal).toBe('SIGKILL');
    const second = await run(slow);
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.events[0]?.runId).toBe(first.events[0]?.runId);
  });

  it('has one lock: another machine is refused, and told who holds it and since when', async () => {
    const { run, environment } = await shared();
    const { state } = openBlobStorage(azurite).environment(environment);
    const wakeBy = new Date(Date.now() + 600_000).toISOString();
    const lock = { runId: `${environment}-A`, holder: 'the Functions app', engine: 'functions:app', wakeBy };
    await acquireLock(state, { ...lock, step: 'create_databases' });
    const refused = await run(INSTANT);
    expect(refused.exitCode).toBe(75);
    expect(refused.stderr).toMatch(/the Functions app\) since \d{4}-.*, at create_databases/);
    expect((await state.read()).value.lock).toMatchObject({ runId: `${environment}-A` });
  });

  it('needs a storage, and tells how to name one', async () => {
    const { run } = await shared();
    const result = await run(INSTANT, { env: { DEPLOYMENT_STORAGE: '' } });
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('state_blob_account');
  });

  it('that cannot be reached stops the command before anything is made', async () => {
    const { sandbox, run } = await shared();
    const nowhere = azurite.connectionString.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:9');
    const result = await run(INSTANT, { env: { DEPLOYMENT_STORAGE: nowhere } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('cannot be reached');
    expect(existsSync(join(sandbox.directory, '.draftgenie-deploy/simulator'))).toBe(false);
  });

  it('goes back to an earlier run, after a question, and keeps a copy', async () => {
    const { run, environment } = await shared();
    const first = await run(INSTANT);
    await run([...INSTANT, '--force-all']);
    const runId = String(first.events[0]?.runId);
    const restored = await run(['state', 'restore', '--to', runId, '--auto-approve', '--config', 'app/config.yaml']);
    expect(restored.exitCode, restored.stderr).toBe(0);
    expect(restored.stdout).toMatch(/a copy .* is .*\.bak/);
    const { value } = await openBlobStorage(azurite).environment(environment).state.read();
    expect(value.steps.create_databases?.run_id).toBe(runId);
    const unknown = await run(['state', 'restore', '--to', 'x', '--auto-approve', '--config', 'app/config.yaml']);
    expect(unknown.exitCode).toBe(64);
    expect(unknown.stderr).toContain(runId);
  });
});
