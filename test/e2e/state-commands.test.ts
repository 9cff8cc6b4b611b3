import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../helpers/cli.ts';

const CONFIG = ['--config', 'app/config.yaml'];
const STATE = '.azure-deployment-state-v1.json';

async function writeState(
  sandbox: Sandbox,
  change: (state: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const state = JSON.parse(await sandbox.read(STATE)) as Record<string, unknown>;
  await writeFile(join(sandbox.directory, STATE), JSON.stringify(change(state)));
}

describe('looking at what is deployed', () => {
  it('works before and after a deployment', async () => {
    const sandbox = await createSandbox();
    expect((await sandbox.run(['status', ...CONFIG])).stdout).toContain('Nothing was deployed yet');
    await sandbox.deploy();
    const status = await sandbox.run(['status', ...CONFIG]);
    expect(status.stdout).toMatch(/14 verify_deployment +completed/);
    expect(status.stdout).toContain('api_gateway: https://api-gateway.');
    const runs = await sandbox.run(['runs', ...CONFIG, '--output', 'json']);
    expect(runs.events).toMatchObject([{ status: 'succeeded', environment: 'default' }]);
    const logs = await sandbox.run(['logs', ...CONFIG, '--output', 'json']);
    expect(logs.events.at(-1)).toMatchObject({ type: 'run_completed' });
    expect((await sandbox.run(['logs', 'default-nothing', ...CONFIG])).exitCode).toBe(64);
    expect(JSON.parse((await sandbox.run(['state', 'show', ...CONFIG])).stdout)).toMatchObject({
      version: '2.0',
      lock: null,
    });
  });

  it('plans without writing anything, here or on Azure', async () => {
    const sandbox = await createSandbox();
    const simulate = [...CONFIG, '--simulate', '--simulator-profile', 'instant'];
    const dry = await sandbox.run([...simulate, '--dry-run']);
    expect(dry.exitCode, dry.stderr).toBe(0);
    expect(dry.stdout).toContain('Plan: 14 to run, 0 unchanged');
    const before = await readdir(sandbox.directory);
    expect(before.sort()).toEqual(['.draftgenie-deploy', 'app']);
    const writes = (await sandbox.requests()).filter(
      ({ method, host }) => method !== 'GET' && !host.startsWith('login.'),
    );
    expect(writes).toEqual([]);
    expect((await sandbox.run(['plan', ...simulate, '--detailed-exitcode'])).exitCode).toBe(2);
    await sandbox.deploy();
    expect((await sandbox.run(['plan', ...simulate, '--detailed-exitcode'])).exitCode).toBe(0);
  });
});

describe('repairing the state', () => {
  it('reset keeps a copy, and asks first', async () => {
    const sandbox = await createSandbox();
    await sandbox.deploy();
    const text = await sandbox.read(STATE);
    expect((await sandbox.run(['state', 'reset', ...CONFIG])).exitCode).toBe(64);
    const reset = await sandbox.run(['state', 'reset', ...CONFIG, '--auto-approve']);
    expect(reset.exitCode, reset.stderr).toBe(0);
    const [copy = ''] = (await readdir(sandbox.directory)).filter((name) => name.endsWith('.bak'));
    expect(await sandbox.read(copy)).toBe(text);
    expect((await sandbox.state()).steps).toEqual({});
  });

  it('unlock breaks the lock of an engine elsewhere, whose deployment is refused before', async () => {
    const sandbox = await createSandbox();
    await sandbox.deploy();
    const lock = {
      runId: 'default-01M8434Z00VB7SSV72CDKWWDXY',
      holder: 'ci@elsewhere',
      engine: 'functions:x',
      acquiredAt: '2026-01-01T00:00:00.000Z',
      step: 'create_databases',
      fence: 99,
      wakeBy: '2999-01-01T00:00:00.000Z',
    };
    await writeState(sandbox, (state) => ({ ...state, lock, fence: 99 }));
    const refused = await sandbox.deploy(['--force-all']);
    expect(refused.exitCode).toBe(75);
    for (const told of ['ci@elsewhere', '2026-01-01', 'create_databases', 'state unlock'])
      expect(refused.stderr).toContain(told);
    const unlocked = await sandbox.run(['state', 'unlock', ...CONFIG, '--auto-approve']);
    expect(unlocked.exitCode, unlocked.stderr).toBe(0);
    expect(await sandbox.state()).toMatchObject({ lock: null, fence: 100 });
    expect((await sandbox.deploy()).exitCode).toBe(0);
  });

  it('takes over from a holder that is late, and says from whom', async () => {
    const sandbox = await createSandbox();
    await sandbox.deploy();
    const lock = {
      runId: 'default-01M8434Z00VB7SSV72CDKWWDXY',
      holder: 'ci@elsewhere',
      engine: 'functions:x',
      acquiredAt: '2026-01-01T00:00:00.000Z',
      step: 'create_databases',
      fence: 99,
      wakeBy: '2026-01-01T00:00:00.000Z',
    };
    await writeState(sandbox, (state) => ({ ...state, lock, fence: 99 }));
    const result = await sandbox.deploy();
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stderr).toMatch(
      /Took over from run default-01M8434Z00VB7SSV72CDKWWDXY \(ci@elsewhere\), which stopped at create_databases/,
    );
  });

  it('migrates what the original script left, without its secrets', async () => {
    const sandbox = await createSandbox();
    const original = {
      version: '1.0',
      last_updated: 't',
      steps: { create_databases: { status: 'completed', timestamp: 't', dependency_hash: 'x' } },
      resources: { redis: { primary_key: 'canary-redis-key' } },
    };
    await writeFile(join(sandbox.directory, STATE), JSON.stringify(original));
    const migrated = await sandbox.run(['state', 'migrate', ...CONFIG]);
    expect(migrated.exitCode, migrated.stderr).toBe(0);
    expect(migrated.stderr).toContain('resources.redis.primary_key');
    expect(migrated.stderr + migrated.stdout).not.toContain('canary-redis-key');
    expect(await sandbox.read(STATE)).not.toContain('canary-redis-key');
    const result = await sandbox.deploy();
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.events.at(-1)).toMatchObject({ status: 'succeeded', skipped: [] });
  });

  it('fails before anything is made when the state cannot be written', async () => {
    const sandbox = await createSandbox();
    const config = join(sandbox.directory, 'app/config.yaml');
    await writeFile(join(sandbox.directory, 'file'), '');
    await writeFile(config, `${await readFile(config, 'utf8')}\nadvanced:\n  state_file: file/state.json\n`);
    const result = await sandbox.deploy();
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('file/state.json');
    await expect(sandbox.requests()).rejects.toThrow();
  });

  it('names secrets that are missing from the environment, before anything is started', async () => {
    const sandbox = await createSandbox();
    const result = await sandbox.run([...CONFIG, '--auto-approve'], { env: { GEMINI_API_KEY: '' } });
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('GEMINI_API_KEY');
  });
});
