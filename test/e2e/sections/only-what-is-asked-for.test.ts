import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import { STEP_NAMES } from '../../../src/domain/steps.ts';
import { type CliResult, createSandbox, type Sandbox } from '../../helpers/cli.ts';

const SMALL = `azure: { resource_group: small-rg, location: westeurope, project_name: small }
key_vault: { name: small-vault-1 }
services:
  web:
    image: "nginx:1"
    port: 80
    ingress: external
`;
const READS_CACHE = '    env: { CACHE: { secret: REDIS-URL } }\n';
const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];

async function sandboxWith(text: string): Promise<Sandbox> {
  const sandbox = await createSandbox();
  await sandbox.write('app/config.yaml', text);
  return sandbox;
}

async function deployed(sandbox: Sandbox, text: string): Promise<CliResult> {
  await sandbox.write('app/config.yaml', text);
  const result = await sandbox.deploy();
  expect(result.exitCode, result.stderr + result.stdout.slice(-2000)).toBe(0);
  return result;
}

const executed = ({ events }: CliResult): unknown => events.at(-1)?.executed;

function planOf({ events }: CliResult): Plan {
  return events.find(({ type }) => type === 'plan')?.plan as Plan;
}

const keptLines = (result: CliResult): readonly string[] =>
  planOf(result).warnings.filter((warning) => warning.includes('is not in the file'));

async function writesSince(sandbox: Sandbox, count: number): Promise<readonly string[]> {
  const requests = (await sandbox.requests()).slice(count);
  return requests.filter(({ method, host }) => method !== 'GET' && !host.startsWith('login.')).map(({ path }) => path);
}

const HIDDEN = ['postgresql', 'redis', 'registry', 'workspace', 'app-insights', 'environment:diagnostics'];
const NOT_MADE = ['create_monitoring', 'create_container_registry', 'create_databases'];

describe('a new environment', () => {
  it('has only what its file asks for, and its steps say that there is nothing to do', async () => {
    const sandbox = await sandboxWith(SMALL);
    const result = await deployed(sandbox, SMALL);
    expect(executed(result)).toEqual(STEP_NAMES.filter((name) => !NOT_MADE.includes(name)));
    const skipped = planOf(result).steps.filter(({ step }) => NOT_MADE.includes(step));
    expect(skipped.map(({ action, reason }) => [action, reason])).toEqual(
      NOT_MADE.map(() => ['skip', 'nothing to do']),
    );
    const { resources, steps } = await sandbox.state();
    expect(Object.keys(resources).filter((key) => HIDDEN.includes(key))).toEqual([]);
    expect(Object.keys(steps.store_secrets?.outputs ?? {})).toEqual([]);
    const asked = (await sandbox.requests()).map(({ path }) => path).join('\n');
    expect(asked).not.toMatch(
      /DBforPostgreSQL|Microsoft\.Cache|ContainerRegistry|OperationalInsights|Microsoft\.Insights/i,
    );

    const before = (await sandbox.requests()).length;
    expect(executed(await deployed(sandbox, SMALL))).toEqual([]);
    expect(await writesSince(sandbox, before)).toEqual([]);
    const drift = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
    expect(drift.events[0]).toMatchObject({ drift: [], leftBehind: [] });
  });

  it('is refused with line and column where a service needs what the file does not ask for', async () => {
    const sandbox = await sandboxWith(SMALL + READS_CACHE);
    const message = 'app/config.yaml:8:19 services.web.env.CACHE: the secret REDIS-URL needs a cache';
    for (const command of [['plan'], ['deploy', '--auto-approve']]) {
      const result = await sandbox.run([...command, ...SIMULATE]);
      expect(result.exitCode).not.toBe(0);
      expect(result.stderr).toContain(message);
    }
  });
});

it('a cache that is there is kept without its line, told, and let go by "false"', async () => {
  const sandbox = await sandboxWith(SMALL);
  await deployed(sandbox, `${SMALL}${READS_CACHE}redis: { name: small-cache-1, sku: Standard }\n`);
  const { resources: made } = await sandbox.state();
  expect(Object.keys(made)).toEqual(expect.arrayContaining(['redis', 'redis:database']));
  expect(Object.keys(made)).not.toContain('postgresql');

  const before = (await sandbox.requests()).length;
  const kept = await deployed(sandbox, SMALL + READS_CACHE);
  expect(executed(kept)).toEqual([]);
  expect(await writesSince(sandbox, before)).toEqual([]);
  expect(keptLines(kept)).toEqual([
    'redis: is not in the file; the cache small-cache-1 is kept; write "redis: {name: small-cache-1}" to keep it, or "redis: false" to let it go. [section_kept]',
  ]);

  const refused = await sandbox.run([...SIMULATE, '--auto-approve']).then(async () => {
    await sandbox.write('app/config.yaml', `${SMALL}${READS_CACHE}redis: false\n`);
    return await sandbox.run(['plan', ...SIMULATE]);
  });
  expect(refused.stderr).toContain('app/config.yaml:8:19 services.web.env.CACHE');

  const released = await deployed(sandbox, `${SMALL}redis: false\n`);
  expect(planOf(released).resources).toContainEqual(
    expect.objectContaining({
      key: 'redis@small-cache-1',
      action: 'left_behind',
      reason: expect.stringContaining('holds data'),
    }),
  );
  expect(await writesSince(sandbox, before)).not.toContainEqual(expect.stringMatching(/DELETE/));
  const state = await sandbox.state();
  expect(Object.keys(state.resources)).not.toContain('redis');
  expect(state.steps.create_databases?.outputs).toEqual({});

  const absent = await deployed(sandbox, SMALL);
  expect(executed(absent)).toEqual([]);
  expect(keptLines(absent)).toEqual([]);
});

it('monitoring that is let go leaves the workspace and its setting as they are', async () => {
  const sandbox = await sandboxWith(SMALL);
  await deployed(sandbox, `${SMALL}monitoring: {}\n`);
  const before = (await sandbox.requests()).length;
  const released = await deployed(sandbox, `${SMALL}monitoring: false\n`);
  const left = planOf(released).resources.filter(({ action }) => action === 'left_behind');
  expect(left.map(({ key }) => key.split('@')[0]).sort()).toEqual([
    'app-insights',
    'environment:diagnostics',
    'workspace',
  ]);
  expect(await writesSince(sandbox, before)).toEqual([]);
  expect(executed(await deployed(sandbox, `${SMALL}monitoring: false\n`))).toEqual([]);
});

it('a release that needs a registry is not gone back to once that was let go', async () => {
  const sandbox = await sandboxWith(SMALL);
  const built = `${SMALL}  api: { dockerfile: docker/Dockerfile.api-gateway, port: 3000 }\n`;
  await deployed(sandbox, `${built}container_registry: { name: smallregistry }\n`);
  const released = await deployed(sandbox, `${SMALL}container_registry: false\n`);
  const left = planOf(released).resources.filter(({ action }) => action === 'left_behind');
  expect(left.map(({ key }) => key)).toEqual(expect.arrayContaining(['registry@smallregistry', 'app:api@api']));
  const back = await sandbox.run(['rollback', ...SIMULATE, '--auto-approve']);
  expect(back.exitCode).toBe(1);
  expect(back.stderr).toContain('needs what is not there any more: a container_registry');
});
