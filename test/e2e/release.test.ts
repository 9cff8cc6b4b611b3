import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliResult, createSandbox, type Sandbox } from '../helpers/cli.ts';

interface Note {
  readonly app: string;
  readonly weights: Readonly<Record<string, number>>;
}

/** Every distribution of the traffic of an app that was to be seen at any request since, in order. */
async function observed(sandbox: Sandbox, name: string, since: number): Promise<readonly string[]> {
  const requests = (await sandbox.requests()).slice(since) as unknown as { traffic?: Note }[];
  const seen = requests.flatMap(({ traffic }) =>
    traffic?.app.endsWith(`/${name}`) ? [JSON.stringify(traffic.weights)] : [],
  );
  return seen.filter((one, index) => one !== seen[index - 1]);
}

/** The example application, deployed, with little patience for what is sick. */
async function deployed(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  await appendFile(join(sandbox.directory, 'app/config.yaml'), '\nrelease: { health_timeout: 2 }\n');
  const first = await sandbox.deploy();
  expect(first.exitCode, first.stderr).toBe(0);
  return sandbox;
}

function failure(result: CliResult): string {
  const failed = result.events.find(({ type }) => type === 'step_failed');
  return `${String(failed?.code)}: ${String(failed?.message)}`;
}

describe('a release whose health fails', () => {
  it('keeps the traffic on the old revision at every moment, and the next one gets it', async () => {
    const sandbox = await deployed();
    const file = join(sandbox.directory, 'app/services/draft-service/app/main.py');
    const source = await readFile(file, 'utf8');
    const serving = (await sandbox.state()).steps.deploy_application_services?.outputs['app.draft_service'] ?? '';
    const since = (await sandbox.requests()).length;

    await writeFile(file, `${source}\n# simulator:unhealthy=crash\n`);
    const failing = await sandbox.deploy();
    expect(failing.exitCode).toBe(1);
    expect(failure(failing)).toMatch(
      /^service_unhealthy: draft-service is not healthy[\s\S]*ContainerBackOff[\s\S]*rolled back/,
    );
    expect(await observed(sandbox, 'draft-service', since)).toEqual([JSON.stringify({ [serving]: 100 })]);

    // What failed and was taken back is no drift, and is not repaired into being.
    const simulate = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
    const drift = await sandbox.run(['drift', ...simulate]);
    expect(drift.exitCode, drift.stdout + drift.stderr).toBe(0);

    await writeFile(file, `${source}\n# well\n`);
    const next = await sandbox.deploy();
    expect(next.exitCode, next.stderr + next.stdout.slice(-2000)).toBe(0);
    const after = (await sandbox.state()).steps.deploy_application_services?.outputs['app.draft_service'] ?? '';
    expect((await observed(sandbox, 'draft-service', since)).at(-1)).toBe(JSON.stringify({ [after]: 100 }));
    expect(after).not.toBe(serving);
  });

  it('is noticed at the address of the new revision as well', async () => {
    const sandbox = await deployed();
    const since = (await sandbox.requests()).length;
    await appendFile(join(sandbox.directory, 'app/services/api-gateway/main.js'), '\n// simulator:unhealthy=errors\n');
    const failing = await sandbox.deploy();
    expect(failing.exitCode).toBe(1);
    expect(failure(failing)).toMatch(/api-gateway--\S+ answers 500[\s\S]*rolled back/);
    expect(await observed(sandbox, 'api-gateway', since)).toHaveLength(1);
  });
});

it('a failing migration leaves no new revision at all', async () => {
  const sandbox = await deployed();
  const file = 'app/services/draft-service/app/.failing-job';
  await writeFile(join(sandbox.directory, file), '3\nrelation "x" already exists\n');
  const since = (await sandbox.requests()).length;
  const failing = await sandbox.deploy();
  expect(failing.exitCode).toBe(1);
  expect(failure(failing)).toMatch(/^migration_failed: [\s\S]*relation "x" already exists/);
  const writes = (await sandbox.requests())
    .slice(since)
    .filter(({ method, path }) => method !== 'GET' && path.includes('/containerApps/'));
  expect(writes).toEqual([]);
});
