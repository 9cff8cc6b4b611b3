import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import {
  bringKey,
  cacheKey,
  deployTemplate,
  type ExportedTemplate,
  empty,
  exportedTemplate,
  subscriptionOf,
} from '../../helpers/export/deployed-back.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';

const SIMULATE = ['--simulate', '--simulator-profile', 'instant'];
const CONFIG = ['--config', 'app/config.yaml', ...SIMULATE];

async function exportedOf(sandbox: Sandbox): Promise<ExportedTemplate> {
  const result = await sandbox.run(['export', 'code', '--format', 'arm', ...CONFIG]);
  expect(result.exitCode, result.stderr).toBe(0);
  return await exportedTemplate(sandbox, 'code', { postgresPassword: 'Any-1-that-is-allowed' });
}

async function planIsEmpty(sandbox: Sandbox, config: readonly string[]): Promise<void> {
  const plan = await sandbox.run(['plan', '--detailed-exitcode', ...config]);
  expect(plan.exitCode, plan.stdout + plan.stderr).toBe(0);
}

async function plannedResources(sandbox: Sandbox, config: readonly string[]): Promise<readonly { action: string }[]> {
  const result = await sandbox.run(['plan', '--output', 'json', ...config]);
  const { plan } = result.events.find((event) => event.plan !== undefined) as unknown as {
    plan: { resources: readonly { action: string }[] };
  };
  return plan.resources;
}

describe('the example, exported and deployed by its template', () => {
  it('stays as it is where it is deployed already', async () => {
    const sandbox = await createSandbox();
    await sandbox.deploy();
    const exported = await exportedOf(sandbox);
    const subscription = await subscriptionOf(sandbox);
    await byHand(sandbox, (arm) => deployTemplate(arm, subscription, exported));
    const drift = await sandbox.run(['drift', ...CONFIG]);
    expect(drift.exitCode, drift.stdout + drift.stderr).toBe(0);
    await planIsEmpty(sandbox, CONFIG);
  });

  it('is there as a whole in an empty subscription: no resource is left to write', async () => {
    const sandbox = await createSandbox();
    await sandbox.deploy();
    const exported = await exportedOf(sandbox);
    const subscription = await subscriptionOf(sandbox);
    const keyOf = () => byHand(sandbox, (arm) => cacheKey(arm, subscription, 'draftgenie-example-redis'));
    const before = await keyOf();
    await empty(sandbox);
    await byHand(sandbox, (arm) => deployTemplate(arm, subscription, exported));
    await bringKey(sandbox, before, await keyOf());
    await rm(join(sandbox.directory, '.azure-deployment-state-v1.json'));
    await rm(join(sandbox.directory, '.draftgenie-deploy/default'), { recursive: true });
    const imported = await sandbox.run(['import', 'draftgenie-example-rg', ...SIMULATE]);
    // What the code does not do, by its README: migrations, and the traffic of a release.
    expect(imported.stdout, imported.stderr).toContain('10 of 14 steps found everything as the file says');
    expect(imported.stdout).toContain(
      '13 run_migrations: It would write Microsoft.App/jobs/speaker-service-migrate/start',
    );
    const config = ['--config', 'config.yaml', ...SIMULATE];
    expect((await plannedResources(sandbox, config)).filter(({ action }) => action !== 'unchanged')).toEqual([]);
    const deployed = await sandbox.run(['deploy', '--auto-approve', ...config]);
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    await planIsEmpty(sandbox, config);
  });
});
