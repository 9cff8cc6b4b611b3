import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Drift } from '../../src/domain/drift.ts';
import { type Azurite, startAzurite } from '../helpers/azurite.ts';
import { createSandbox } from '../helpers/cli.ts';
import { SIMULATE } from '../helpers/hand/deployed-by-us.ts';
import { addVariables, variablesOf } from '../helpers/hand/variables.ts';
import {
  blobTexts,
  commandLines,
  deployWithCanaries,
  failMigration,
  GEMINI,
  leaks,
  mendMigration,
  secretValue,
  secretValues,
} from '../helpers/secret-canary.ts';

const INSTANT = ['--simulator-profile', 'instant'];
const JSON_INSTANT = [...INSTANT, '--output', 'json'];
/** Slow enough to be killed in the middle. */
const SLOW = ['--simulator-speed', '150', '--output', 'json'];
const SECRETS_STORED = /"step_completed","step":"store_secrets"/;
const SECRETS_BEGUN = /"step_started","step":"store_secrets"/;

describe('the configuration of today’s users', () => {
  it('deploys with its key filled in, and no secret value is anywhere but in the vault', async () => {
    const sandbox = await createSandbox();
    let seen = '';
    const first = await deployWithCanaries(sandbox, INSTANT, {
      when: [{ printed: /store_secrets started/, act: () => (seen = commandLines()) }],
    });
    expect(first.exitCode, first.stderr).toBe(0);
    const second = await deployWithCanaries(sandbox, JSON_INSTANT);
    expect(second.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
    expect(seen).toContain('template.yaml');
    expect((await secretValues(sandbox)).length).toBeGreaterThan(9);
    expect(await leaks(sandbox, [first, second], { 'process arguments': seen })).toEqual([]);
  });

  it('goes on from a secret that somebody put into a variable in plain text: told, and a reference again', async () => {
    const sandbox = await createSandbox();
    expect((await sandbox.deploy()).exitCode).toBe(0);
    const jwt = await secretValue(sandbox, 'JWT-SECRET');
    await addVariables(sandbox, 'draft-service', { SIGNING_KEY: jwt, OTHER_KEY: `not-${jwt}` });
    const drift = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
    const [report] = drift.events as unknown as readonly { readonly drift: readonly Drift[] }[];
    const told = report?.drift.map(({ path, expected, repaired }) => [
      path.replace(/^.*env/, 'env'),
      expected,
      repaired,
    ]);
    expect(told).toEqual([
      ['env[SIGNING_KEY].secretRef', 'jwt-secret', true],
      ['env[OTHER_KEY]', '(none)', false],
    ]);
    const plan = await sandbox.run(['plan', '--refresh', ...SIMULATE]);
    expect(plan.stdout).toMatch(
      /env\[SIGNING_KEY\] \(hidden\) → \(hidden\)\n +always so: the secret JWT-SECRET stands there in plain text/,
    );
    expect(drift.stdout + plan.stdout + drift.stderr + plan.stderr).not.toContain(jwt);
    const fixed = await sandbox.run(['drift', '--fix', '--auto-approve', ...SIMULATE]);
    expect(fixed.exitCode, fixed.stderr + fixed.stdout).toBe(0);
    const variables = await variablesOf(sandbox, 'draft-service');
    expect(variables).toContainEqual({ name: 'SIGNING_KEY', secretRef: 'jwt-secret' });
    expect(variables).toContainEqual({ name: 'OTHER_KEY', value: `not-${jwt}` });
    expect((await sandbox.run(['drift', ...SIMULATE])).stdout).not.toContain('SIGNING_KEY');
    const next = await sandbox.deploy();
    expect(next.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
  });

  it('keeps the password of the database out of every body but its own PATCH', async () => {
    const sandbox = await createSandbox();
    expect((await sandbox.deploy()).exitCode).toBe(0);
    const values = await secretValues(sandbox);
    const requests = (await sandbox.requests()).filter(({ path }) => /flexibleServers\/[^/]+$/i.test(path));
    const carriers = requests.filter(({ body }) => values.some((value) => JSON.stringify(body ?? '').includes(value)));
    expect(carriers.map(({ method }) => method)).toEqual(['PATCH']);
  });

  it('leaks nothing when a run fails and the application prints its own secrets', async () => {
    const sandbox = await createSandbox();
    await failMigration(sandbox, [`connecting with the key ${GEMINI}`, `{"key":"${GEMINI}"}`, 'the end']);
    const failed = await deployWithCanaries(sandbox, JSON_INSTANT);
    expect(failed.exitCode).toBe(1);
    expect(failed.events.at(-1)).toMatchObject({ status: 'failed', failed: ['run_migrations'] });
    expect(failed.stdout).toContain('connecting with the key ***');
    const told = await sandbox.run(['status', '--config', 'app/template.yaml']);
    const logs = await sandbox.run(['logs', '--config', 'app/template.yaml']);
    expect(logs.stdout).toContain('the end');
    expect(await leaks(sandbox, [failed, told, logs])).toEqual([]);
  });

  it.each([
    ['before', SECRETS_BEGUN],
    ['after', SECRETS_STORED],
  ])('leaks nothing when it is killed right %s its secrets are stored, nor in the run after', async (_, moment) => {
    const sandbox = await createSandbox();
    let seen = '';
    const kill = (pid: number): void => {
      seen = commandLines();
      process.kill(pid, 'SIGKILL');
    };
    const killed = await deployWithCanaries(sandbox, SLOW, { when: [{ printed: moment, act: kill }] });
    expect(killed.signal).toBe('SIGKILL');
    expect(await leaks(sandbox, [killed], { 'process arguments': seen })).toEqual([]);
    const again = await deployWithCanaries(sandbox, SLOW);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await leaks(sandbox, [killed, again])).toEqual([]);
  });

  it('leaks nothing when the application prints a secret that another process had generated', async () => {
    const sandbox = await createSandbox();
    const first = await deployWithCanaries(sandbox, JSON_INSTANT);
    expect(first.exitCode, first.stderr).toBe(0);
    await failMigration(sandbox, [`signing with ${await secretValue(sandbox, 'JWT-SECRET')}`]);
    const failed = await deployWithCanaries(sandbox, JSON_INSTANT);
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain('signing with');
    expect(await leaks(sandbox, [first, failed])).toEqual([]);
  });
});

describe('state in blob storage', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.stop());

  it('holds no secret in any blob, after a kill, a failure and a success', async () => {
    const sandbox = await createSandbox();
    await failMigration(sandbox, [`connecting with the key ${GEMINI}`]);
    const env = { AZURE_STATE_STORAGE: 'blob', DEPLOYMENT_STORAGE: azurite.connectionString };
    const killed = await deployWithCanaries(sandbox, SLOW, {
      env,
      when: [{ printed: SECRETS_STORED, act: (pid) => process.kill(pid, 'SIGKILL') }],
    });
    expect(killed.signal).toBe('SIGKILL');
    const failed = await deployWithCanaries(sandbox, JSON_INSTANT, { env });
    expect(failed.exitCode).toBe(1);
    await mendMigration(sandbox);
    const done = await deployWithCanaries(sandbox, JSON_INSTANT, { env });
    expect(done.exitCode, done.stderr).toBe(0);
    const blobs = await blobTexts(azurite.connectionString);
    expect(Object.keys(blobs).filter((name) => name.includes('/events')).length).toBeGreaterThan(1);
    expect(await leaks(sandbox, [killed, failed, done], blobs)).toEqual([]);
  });
});
