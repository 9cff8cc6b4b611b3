import { describe, expect, it } from 'vitest';
import type { Drift } from '../../src/domain/drift.ts';
import { type CliResult, createSandbox, type Sandbox } from '../helpers/cli.ts';
import { CHANGES_BY_HAND, type ChangeByHand, handOf } from '../helpers/cloud/changes-by-hand.ts';
import { byHand } from '../helpers/plan/cloud-by-hand.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
/** These two are about apps that others of the list change in a way that does not go together with them. */
const ALONE = ['the revision that serves, stopped', 'the revision mode of an app'];

/** Changes the sandbox's cloud between two commands, as somebody with the portal would. */
async function change(sandbox: Sandbox, changes: readonly ChangeByHand[]): Promise<void> {
  await byHand(sandbox, async (arm) => {
    const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
    for (const change of changes) await change.make(handOf(arm, group));
  });
}

async function drift(sandbox: Sandbox): Promise<{ result: CliResult; found: readonly Drift[] }> {
  const result = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
  return { result, found: (result.events[0] as unknown as { drift: Drift[] } | undefined)?.drift ?? [] };
}

async function deployed(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  const first = await sandbox.deploy();
  expect(first.exitCode, first.stderr).toBe(0);
  return sandbox;
}

function places(found: readonly Drift[]): readonly string[] {
  return found.map(({ key, path }) => (path === '' ? key : `${key} ${path}`)).sort();
}

describe('drift', () => {
  it('is none after a deployment; names every change by hand; --fix repairs what is ours and nothing else', async () => {
    const sandbox = await deployed();
    const none = await drift(sandbox);
    expect(none.result.exitCode, none.result.stderr).toBe(0);
    expect(none.found).toEqual([]);

    const changes = CHANGES_BY_HAND.filter(({ title }) => !ALONE.includes(title));
    expect(changes.length).toBeGreaterThanOrEqual(15);
    await change(sandbox, changes);
    const some = await drift(sandbox);
    expect(some.result.exitCode, some.result.stderr).toBe(2);
    expect(places(some.found)).toEqual(changes.flatMap((change) => change.drift).sort());
    const text = await sandbox.run(['drift', ...SIMULATE]);
    expect(text.exitCode).toBe(2);
    expect(text.stdout).toContain('workspace properties.retentionInDays: 30 → 90');
    expect(text.stdout).toContain('role:acr-pull: present → absent');

    const before = (await sandbox.requests()).length;
    const fixed = await sandbox.run(['drift', '--fix', '--auto-approve', ...SIMULATE, '--output', 'json']);
    expect(fixed.exitCode, fixed.stderr + fixed.stdout.slice(-3000)).toBe(0);
    expect(fixed.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
    const requests = (await sandbox.requests()).slice(before);
    expect(requests.filter(({ path, method }) => method === 'POST' && /scheduleRun$|\/start$/.test(path))).toEqual([]);
    const left = await drift(sandbox);
    const stays = changes.filter((change) => change.stays).flatMap((change) => change.drift);
    expect(places(left.found)).toEqual(stays.sort());
    expect(left.result.exitCode).toBe(2);
    const nothingToFix = await sandbox.run(['drift', '--fix', '--auto-approve', ...SIMULATE]);
    expect(nothingToFix.exitCode).toBe(2);
    expect(nothingToFix.stdout).toContain('retentionInDays: 30 → 90 (not in the configuration: a repair leaves it)');

    // A deployment after it has nothing to do.
    const next = await sandbox.deploy();
    expect(next.events.at(-1)).toMatchObject({ status: 'succeeded', executed: [] });
  });

  it('is what --refresh looks for: the steps concerned run, and say why', async () => {
    const sandbox = await deployed();
    const changes = CHANGES_BY_HAND.filter(
      ({ title }) => title === 'the admin user of the registry' || ALONE.includes(title),
    );
    await change(sandbox, changes);
    const unseen = await sandbox.run(['plan', ...SIMULATE, '--detailed-exitcode']);
    expect(unseen.exitCode, unseen.stderr).toBe(0);
    const seen = await sandbox.run(['plan', '--refresh', ...SIMULATE, '--detailed-exitcode']);
    expect(seen.exitCode, seen.stderr).toBe(2);
    expect(seen.stdout).toContain('changed outside: registry properties.adminUserEnabled: false → true');
    const result = await sandbox.deploy(['--refresh']);
    expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
    expect(result.events.at(-1)).toMatchObject({
      executed: ['create_container_registry', 'deploy_application_services', 'verify_deployment'],
    });
    expect((await drift(sandbox)).found).toEqual([]);
  });

  it('has nothing to look at where nothing was deployed', async () => {
    const sandbox = await createSandbox();
    const { result } = await drift(sandbox);
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('Nothing was deployed');
  });
});
