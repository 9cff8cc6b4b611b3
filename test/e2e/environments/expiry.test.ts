import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { KILL_SWITCH } from '../../crash/torture.ts';
import { type CliResult, createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { storedCloud } from '../../helpers/cloud/stored-cloud.ts';

const CLOCK = fileURLToPath(new URL('../../crash/jumping-clock.ts', import.meta.url));
const CONFIG = `interpolate: true
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
postgresql: {}
services:
  web: { image: "nginx:\${TAG:-1.27}", port: 80, ingress: external, env: { NAME: "\${{environment.name}}" } }
environments:
  staging:
    azure: { resource_group: shop-staging }
    key_vault: { name: shop-staging-kv }
    services: { web: { env: { LEVEL: debug } } }
`;
const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const PR = ['--environment', 'pr-7'];
const HOUR_IN_MS = 3_600_000;

/** The command line on a machine whose clock is so many hours ahead; `kill`: as test/crash/kill-switch.ts reads it. */
function later(sandbox: Sandbox, hours: number, args: readonly string[], kill?: string): Promise<CliResult> {
  const env = { CLOCK_JUMP_IN_MS: String(hours * HOUR_IN_MS), CLOCK_JUMP_AT: '0' };
  return sandbox.run([...args, ...SIMULATE], {
    imports: [CLOCK, ...(kill === undefined ? [] : [KILL_SWITCH])],
    env: { ...env, ...(kill !== undefined && { KILL_AT: kill }) },
  });
}

async function groupsIn(sandbox: Sandbox): Promise<readonly string[]> {
  const cloud = storedCloud(join(sandbox.directory, '.draftgenie-deploy/simulator/cloud.json'));
  const names = Object.keys(cloud.resources).map((id) => id.split('/')[4]?.toLowerCase() ?? '');
  return [...new Set(names)].sort();
}

async function stateOf(sandbox: Sandbox, environment: string): Promise<Record<string, unknown>> {
  return JSON.parse(await sandbox.read(`.azure-deployment-state-v1.${environment}.json`)) as Record<string, unknown>;
}

describe('an environment that comes and goes', () => {
  it('is made like another one, updated, told of, and deleted at its time, also by a reaper that is killed', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('app/config.yaml', CONFIG);
    expect((await sandbox.deploy(['--environment', 'staging'])).exitCode).toBe(0);
    const made = await sandbox.deploy([...PR, '--from', 'staging', '--expires', '6h']);
    expect(made.exitCode, made.stderr).toBe(0);
    const { from, expires } = (await stateOf(sandbox, 'pr-7')) as { from: string; expires: { at: string } };
    expect(made.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded', expires: expires.at });
    expect(from).toBe('staging');
    expect(await groupsIn(sandbox)).toEqual(['shop-pr-7', 'shop-staging']);

    const updated = await sandbox.deploy([...PR, '--var', 'TAG=1.28']);
    expect(updated.exitCode, updated.stderr).toBe(0);
    expect(await stateOf(sandbox, 'pr-7')).toMatchObject({ from: 'staging', expires: { at: expires.at } });

    const early = await later(sandbox, 1, ['reap']);
    expect([early.exitCode, early.stdout, early.stderr]).toEqual([0, '', '']);
    const soon = await later(sandbox, 5.5, ['reap']);
    expect(soon.stderr).toMatch(/^⚠ pr-7 expires at \S+ \(in \d+ min\) and is deleted then, data included\./);
    const status = await later(sandbox, 5.5, ['status', ...PR]);
    expect(status.stdout).toMatch(/Made from the overlay of staging\n⚠ Expires at \S+, in \d+ min, data included/);
    expect((await later(sandbox, 5.5, ['destroy', '--expired', ...PR])).stdout).toContain('nothing was deleted');

    const killed = await later(sandbox, 6.1, ['reap'], 'azure:9:after');
    expect(killed.exitCode).not.toBe(0);
    expect(await groupsIn(sandbox)).toContain('shop-pr-7');
    const resumed = await later(sandbox, 6.2, ['reap']);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(await groupsIn(sandbox)).toEqual(['shop-staging']);
    const closed = await stateOf(sandbox, 'pr-7');
    expect([closed.closed, closed.expires, closed.from]).toEqual([expect.anything(), undefined, 'staging']);

    const again = await later(sandbox, 9000, ['reap']);
    expect([again.exitCode, again.stdout, again.stderr]).toEqual([0, '', '']);
    expect(await groupsIn(sandbox)).toEqual(['shop-staging']);
    const anew = await sandbox.run(['plan', ...SIMULATE, ...PR, '--expires', '2h']);
    expect([anew.exitCode, anew.stdout]).toEqual([0, expect.stringContaining('resource group shop-pr-7')]);
    expect(anew.stdout).toContain('; expires 2h from now');
  });

  it('is never one that was deployed without an end, whatever became of its state', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('app/config.yaml', CONFIG);
    const staging = ['--environment', 'staging'];
    expect((await sandbox.deploy(staging)).exitCode).toBe(0);
    for (const more of [[], ['--reset-state']]) {
      const refused = await sandbox.deploy([...staging, '--expires', '1h', ...more]);
      expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('error: expiry_refused')]);
    }
    const state = join(sandbox.directory, '.azure-deployment-state-v1.staging.json');
    await rename(state, `${state}.away`);
    const elsewhere = await sandbox.deploy([...staging, '--expires', '1h']);
    expect([elsewhere.exitCode, elsewhere.stdout]).toEqual([
      1,
      expect.stringMatching(/staging is there already \(.*and its state does not know it/),
    ]);
    expect((await stateOf(sandbox, 'staging')).expires).toBeUndefined();
    await rename(`${state}.away`, state);
    const reaped = await later(sandbox, 9000, ['destroy', '--expired', ...staging]);
    expect([reaped.exitCode, reaped.stdout]).toEqual([0, expect.stringContaining('staging has no end')]);
    expect(await groupsIn(sandbox)).toEqual(['shop-staging']);
  });
});
