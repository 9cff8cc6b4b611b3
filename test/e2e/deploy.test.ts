import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STEP_NAMES } from '../../src/domain/steps.ts';
import { type CliResult, createSandbox, type Sandbox, type SimulatorRequest } from '../helpers/cli.ts';

interface Completed {
  readonly status: string;
  readonly executed: readonly string[];
  readonly skipped: readonly string[];
  readonly failed: readonly string[];
}

function completed(result: CliResult): Completed {
  const last = result.events.at(-1);
  expect(last?.type, result.stderr + result.stdout.slice(-2000)).toBe('run_completed');
  return last as unknown as Completed;
}

function writes(requests: readonly SimulatorRequest[]): readonly string[] {
  return requests
    .filter(({ method, host }) => !['GET', 'HEAD'].includes(method) && !host.startsWith('login.'))
    .map(({ method, path }) => `${method} ${path}`);
}

async function edit(sandbox: Sandbox, path: string, from: string | RegExp, to: string): Promise<void> {
  const file = join(sandbox.directory, path);
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(from);
  await writeFile(file, text.replace(from, to));
}

async function deployed(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  const first = await sandbox.deploy();
  expect(first.exitCode, first.stderr).toBe(0);
  return sandbox;
}

describe('a first deployment, and the same again', () => {
  it('completes fourteen steps, then skips fourteen without a write', async () => {
    const sandbox = await createSandbox();
    const first = await sandbox.deploy();
    expect(first.exitCode, first.stderr).toBe(0);
    expect(completed(first)).toMatchObject({ status: 'succeeded', skipped: [], failed: [] });
    expect([...completed(first).executed].sort()).toEqual([...STEP_NAMES].sort());
    const before = (await sandbox.requests()).length;

    const second = await sandbox.deploy();
    expect(second.exitCode, second.stderr).toBe(0);
    expect(completed(second)).toMatchObject({ status: 'succeeded', executed: [], failed: [] });
    expect([...completed(second).skipped].sort()).toEqual([...STEP_NAMES].sort());
    expect(writes((await sandbox.requests()).slice(before))).toEqual([]);
  });

  it('writes nothing but NDJSON to standard output, with unique event ids', async () => {
    const sandbox = await createSandbox();
    const { stdout, events } = await sandbox.deploy();
    for (const line of stdout.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    const ids = events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await sandbox.read('azure-deployment-v1.log')).toContain('completed');
    const summary = await sandbox.read('azure-deployment-summary.md');
    expect(summary).toContain('verify_deployment');
    const next =
      /^## Next steps\n\n1\. Look at the API: .*\n2\. .*cli\.js status --config app\/config\.yaml --simulate --simulator-profile instant`\n3\./m;
    expect(summary).toMatch(next);
  });
});

describe('change detection', () => {
  it('re-runs exactly the step whose setting changed, and verifies', async () => {
    const sandbox = await deployed();
    await edit(sandbox, 'app/config.yaml', 'Standard_B1ms', 'Standard_B2s');
    const plan = await sandbox.run(['plan', '--config', 'app/config.yaml', '--simulate', '--detailed-exitcode']);
    expect(plan.exitCode, plan.stderr).toBe(2);
    expect(plan.stdout).toContain('postgresql.sku: Standard_B1ms → Standard_B2s');
    const result = await sandbox.deploy();
    expect([...completed(result).executed].sort()).toEqual(['create_databases', 'verify_deployment']);
  });

  it('makes one new revision for one changed source file', async () => {
    const sandbox = await deployed();
    const before = (await sandbox.state()).steps;
    await appendFile(join(sandbox.directory, 'app/services/draft-service/app/main.py'), '# changed\n');
    const result = await sandbox.deploy();
    expect(result.exitCode, result.stderr).toBe(0);
    const after = (await sandbox.state()).steps;
    const changed = Object.entries(after.deploy_application_services?.outputs ?? {}).filter(
      ([name, value]) => name.startsWith('app.') && before.deploy_application_services?.outputs[name] !== value,
    );
    expect(changed.map(([name]) => name)).toEqual(['app.draft_service']);
    const builds = (await sandbox.requests()).filter(({ path }) => path.endsWith('/scheduleRun'));
    expect(builds).toHaveLength(6);
  });

  it('stops at a build that fails and later completes only the rest', async () => {
    const sandbox = await createSandbox();
    const dockerfile = 'app/docker/Dockerfile.draft-service';
    await edit(sandbox, dockerfile, 'EXPOSE 3002', 'RUN exit 1\nEXPOSE 3002');
    const failing = await sandbox.deploy();
    expect(failing.exitCode).toBe(1);
    expect(completed(failing)).toMatchObject({ status: 'failed', failed: ['build_and_push_images'] });
    expect(failing.stderr).toContain('--resume');
    const finished = completed(failing).executed;
    await edit(sandbox, dockerfile, 'RUN exit 1\n', '');
    const result = await sandbox.deploy(['--resume']);
    expect(result.exitCode, result.stderr).toBe(0);
    const executed = completed(result).executed;
    expect(executed.filter((step) => finished.includes(step))).toEqual([]);
    expect([...executed, ...finished].sort()).toEqual([...STEP_NAMES].sort());
  });

  it('forces one step, several steps, all steps, and forgets on request', async () => {
    const sandbox = await deployed();
    const one = completed(await sandbox.deploy(['--force-step', 'create_monitoring']));
    expect([...one.executed].sort()).toEqual(['create_monitoring', 'verify_deployment']);
    const several = completed(
      await sandbox.deploy(['--force-step', 'build_and_push_images', '--force-step', 'create_databases']),
    );
    expect(several.executed).toEqual(expect.arrayContaining(['build_and_push_images', 'create_databases']));
    expect(completed(await sandbox.deploy(['--force-all'])).executed).toHaveLength(14);
    const databases = async (): Promise<number> =>
      (await sandbox.requests()).filter(
        ({ method, path, status }) => method === 'PUT' && /flexibleServers\/[^/]+$/.test(path) && status === 201,
      ).length;
    const made = await databases();
    const reset = await sandbox.deploy(['--reset-state']);
    expect(completed(reset).executed).toHaveLength(14);
    expect(await databases()).toBe(made);
    // Without the word it only forgets, as the original script did.
    const forgotten = await sandbox.run([
      '--config',
      'app/config.yaml',
      '--simulate',
      '--auto-approve',
      '--reset-state',
    ]);
    expect([forgotten.exitCode, forgotten.stdout]).toEqual([
      0,
      expect.stringContaining('The state was reset; a copy is'),
    ]);
    expect(forgotten.stderr).toMatch(
      /^Nothing was deployed; .*: node \S+ deploy --config app\/config\.yaml .*--reset-state\n$/,
    );
    expect((await sandbox.run(['status', '--config', 'app/config.yaml'])).stdout).toContain(
      'verify_deployment               not run',
    );
  });
});

describe('requests that cannot be served', () => {
  it('ask for --auto-approve where there is no terminal', async () => {
    const sandbox = await createSandbox();
    const result = await sandbox.run(['--config', 'app/config.yaml', '--simulate']);
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('--auto-approve');
  });

  it('name the unknown keys of the file, which may be let pass', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('app/config.yaml', `${await sandbox.read('app/config.yaml')}\npostgres: { version: 16 }\n`);
    const refused = await sandbox.deploy(['--dry-run']);
    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toMatch(/config\.yaml:\d+:1 postgres: unknown key; did you mean postgresql\?/);
    const allowed = await sandbox.deploy(['--dry-run', '--allow-unknown-keys']);
    expect(allowed.exitCode, allowed.stderr).toBe(0);
    expect(allowed.stderr).toContain('⚠ postgres: unknown key, ignored; did you mean postgresql?');
  });

  it('name the nearest steps for one that does not exist', async () => {
    const sandbox = await createSandbox();
    const result = await sandbox.deploy(['--force-step', 'create_database']);
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('create_databases');
  });

  it('say so when there is nothing to resume, and run', async () => {
    const sandbox = await createSandbox();
    const result = await sandbox.deploy(['--resume']);
    expect(result.stderr).toContain('nothing to resume');
    expect(result.exitCode, result.stderr).toBe(0);
  });

  it.each([
    ['unreadable', undefined],
    ['empty', ''],
    ['not YAML', 'a: [b'],
    ['wrong-typed', 'azure: 7'],
    ['10 MB', 'a: '.padEnd(10 * 1024 * 1024, 'x')],
    ['deeply nested', '['.repeat(50_000)],
  ])('refuse a configuration that is %s before anything is written', async (_kind, text) => {
    const sandbox = await createSandbox();
    if (text !== undefined) await writeFile(join(sandbox.directory, 'bad.yaml'), text);
    const result = await sandbox.run(['--config', 'bad.yaml', '--simulate', '--auto-approve']);
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('bad.yaml');
    // Not even the simulator, which is loaded meanwhile, has left a trace.
    expect(await readdir(sandbox.directory)).toEqual(text === undefined ? ['app'] : ['app', 'bad.yaml']);
  });

  it.each([
    ['corrupt', '{"version": "2.0", "st'],
    ['newer', '{"version": "9.0"}'],
    ['empty', ''],
  ])('refuse a state that is %s and leave it as it is', async (_kind, text) => {
    const sandbox = await createSandbox();
    const path = join(sandbox.directory, '.azure-deployment-state-v1.json');
    await writeFile(path, text);
    const result = await sandbox.deploy();
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('.azure-deployment-state-v1.json');
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});
