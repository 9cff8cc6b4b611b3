import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import { ownerTags } from '../../../src/domain/tags.ts';
import { RESOURCE_GROUP } from '../../../src/resources/resource-group.ts';
import { type CliResult, createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { APPS, app, configuration, properties, REDIS, REGISTRY } from '../../helpers/hand/hand-change.ts';
import { planOf } from '../../helpers/plan/as-planned.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';
import { CLOUD_FILE } from '../../helpers/takeover/original-deployment.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];

async function edit(sandbox: Sandbox, path: string, from: string, to: string): Promise<void> {
  const file = join(sandbox.directory, path);
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
}

async function deployed(sandbox: Sandbox, args: readonly string[] = []): Promise<Plan> {
  const result = await sandbox.deploy(args);
  const failures = result.events.filter(({ type }) => type === 'step_failed');
  expect(result.exitCode, `${result.stderr}${JSON.stringify(failures)}`).toBe(0);
  return planOf(result);
}

async function planned(sandbox: Sandbox, args: readonly string[] = []): Promise<{ result: CliResult; plan: Plan }> {
  const result = await sandbox.run(['plan', ...SIMULATE, '--output', 'json', ...args]);
  return { result, plan: planOf(result) };
}

function changes({ resources }: Plan): Record<string, readonly string[]> {
  const lines = resources.filter(({ action }) => action !== 'unchanged');
  return Object.fromEntries(lines.map(({ key, changes = [] }) => [key, changes.map(({ path }) => path)]));
}

describe('what was seen: 5. The first plan of an environment showed nothing that exists', () => {
  it('the first plan knows what exists, and takes nothing of another environment', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox);
    for (const args of [
      ['--environment', 'staging'],
      ['--environment', 'staging', '--adopt'],
    ]) {
      const { result, plan } = await planned(sandbox, args);
      expect(result.exitCode).toBe(1);
      expect(plan.resources).toContainEqual(
        expect.objectContaining({
          key: 'resource-group',
          action: 'forbidden',
          reason: expect.stringContaining('environment default'),
        }),
      );
      expect(plan.resources.some(({ action, id }) => action === 'create' && id.includes('draftgenie-example-pg'))).toBe(
        false,
      );
    }
    for (const args of [[], ['--adopt']]) {
      const refused = await sandbox.deploy(['--environment', 'staging', ...args]);
      expect(refused.exitCode).toBe(1);
      expect(refused.events.at(-1)).toMatchObject({ status: 'failed', executed: [] });
    }
    const { result: still, plan: own } = await planned(sandbox, ['--refresh', '--detailed-exitcode']);
    expect(still.exitCode, still.stderr).toBe(0);
    expect(changes(own)).toEqual({});
    const dry = await sandbox.run([...SIMULATE, '--environment', 'staging', '--dry-run']);
    expect(dry.exitCode).toBe(1);
    expect(dry.stderr).toContain('A deployment would refuse this plan');
    // Without a state everything is looked at; what is as it should be is no line.
    const reset = await deployed(sandbox, ['--reset-state']);
    expect(reset.resources.filter(({ action }) => action === 'create')).toEqual([]);
  });
});

describe('what was seen: 6. A changed identity was invisible', () => {
  it('what is left behind is told until it is let go', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox);
    await edit(sandbox, 'app/config.yaml', 'draftgenie-example-pg', 'draftgenie-other-pg');
    const refused = await planned(sandbox);
    expect(refused.result.exitCode).toBe(1);
    expect(refused.plan.resources).toContainEqual(
      expect.objectContaining({
        key: 'postgresql',
        action: 'forbidden',
        reason: expect.stringContaining('set its name back'),
      }),
    );
    await edit(sandbox, 'app/config.yaml', 'draftgenie-other-pg', 'draftgenie-example-pg');

    await edit(sandbox, 'app/config.yaml', 'name: "evaluation-service"', 'name: "grading-service"');
    const plan = await deployed(sandbox);
    const left = 'app:evaluation_service@evaluation-service';
    expect(plan.resources).toContainEqual(expect.objectContaining({ key: left, action: 'left_behind' }));
    const told = async (): Promise<readonly string[]> => {
      const outputs = [
        await sandbox.run(['plan', ...SIMULATE]),
        await sandbox.run(['status', ...SIMULATE]),
        await sandbox.run(['drift', ...SIMULATE]),
      ];
      return outputs.map(({ stdout }) => (stdout.includes(left) ? 'told' : 'not told'));
    };
    expect(await told()).toEqual(['told', 'told', 'told']);
    expect((await sandbox.run(['state', 'forget', left, ...SIMULATE])).exitCode).toBe(0);
    expect(await told()).toEqual(['not told', 'not told', 'not told']);
    expect((await sandbox.run(['state', 'forget', left, ...SIMULATE])).stderr).toContain('not_left_behind');
  });

  it('a mistyped section is refused where it stands, and no new server is made for it', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox);
    await edit(sandbox, 'app/config.yaml', 'postgresql:', 'postgres:');
    const since = (await sandbox.requests()).length;
    const refused = await sandbox.deploy();
    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toMatch(/config\.yaml:\d+:1.*postgres: unknown key; did you mean postgresql\?/s);
    // Whoever lets it pass has not asked for a server any more: the one that is there is kept, and that is told.
    const { result, plan } = await planned(sandbox, ['--allow-unknown-keys']);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(plan.resources.filter(({ action }) => action !== 'unchanged')).toEqual([]);
    expect(plan.warnings).toContainEqual(
      expect.stringMatching(/^postgresql: is not in the file; .* draftgenie-example-pg is kept/),
    );
    expect((await sandbox.requests()).slice(since).filter(({ method }) => ['PUT', 'PATCH'].includes(method))).toEqual(
      [],
    );
  });
});

describe('what was seen: 7. Plans reported more than happens', () => {
  it('one changed line of source gives exactly the image and the one app', async () => {
    const sandbox = await createSandbox();
    const first = await deployed(sandbox);
    // A parameter of a server comes with the server.
    const kept = first.resources.filter(({ action }) => action !== 'create').map(({ key }) => key);
    expect(kept).toEqual(['postgresql:tls']);

    await appendFile(join(sandbox.directory, 'app/services/draft-service/app/main.py'), '# changed\n');
    const plan = await deployed(sandbox);
    const image = 'properties.template.containers[draft-service].image';
    const migrates = 'properties.template.containers[migrate].image';
    expect(changes(plan)).toEqual({ 'app:draft_service': [image], 'job:draft_service': [migrates] });
    expect(plan.renewed).toEqual(['build_and_push_images.image.draft_service']);

    await edit(sandbox, 'app/config.yaml', 'storage_size: 32', 'storage_size: 64');
    const grown = await deployed(sandbox);
    expect(grown.resources.filter(({ action }) => action !== 'unchanged')).toMatchObject([
      {
        key: 'postgresql',
        action: 'update',
        changes: [{ path: 'properties.storage.storageSizeGB', from: '32', to: '64' }],
      },
    ]);
    await deployed(sandbox, ['--force-all']);
    expect((await deployed(sandbox)).resources.every(({ action }) => action === 'unchanged')).toBe(true);
  });

  it('three drifted fields list three resources', async () => {
    const sandbox = await createSandbox();
    await deployed(sandbox);
    const { resources } = await sandbox.state();
    const group = resources['resource-group']?.id ?? '';
    await byHand(sandbox, async (arm) => {
      const hand = handOf(arm, group);
      await hand.patch(app('rag-service'), APPS, configuration({ ingress: { external: true } }));
      await hand.patch(REGISTRY, '2025-11-01', properties({ adminUserEnabled: true }));
      await hand.patch(REDIS, '2025-07-01', { tags: { Project: 'other' } });
    });
    const { result, plan } = await planned(sandbox, ['--refresh']);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(changes(plan)).toEqual({
      registry: ['properties.adminUserEnabled'],
      redis: ['tags.Project'],
      'app:rag_service': ['properties.configuration.ingress.external'],
    });
    await deployed(sandbox, ['--refresh']);
    expect(changes((await planned(sandbox, ['--refresh'])).plan)).toEqual({});
  });
});

describe('what was seen: 9. What cannot be done was planned, and sent', () => {
  it('a group that exists in another region is refused in the plan, adopted or ours', async () => {
    const sandbox = await createSandbox();
    const { plan } = await planned(sandbox);
    const group = plan.resources.find(({ key }) => key === 'resource-group')?.id ?? '';
    for (const [tags, args] of [
      [{}, ['--adopt']],
      [ownerTags('default'), []],
    ] as const) {
      await byHand(sandbox, (arm) => arm.put(group, RESOURCE_GROUP.apiVersion, { location: 'westeurope', tags }));
      const { result, plan: refused } = await planned(sandbox, args);
      expect(result.exitCode).toBe(1);
      expect(refused.resources).toContainEqual(
        expect.objectContaining({
          id: group,
          action: 'forbidden',
          reason: expect.stringContaining('exists in westeurope'),
        }),
      );
      const deployment = await sandbox.deploy(args);
      expect(deployment.exitCode).toBe(1);
      expect(deployment.events.at(-1)).toMatchObject({ status: 'failed', executed: [] });
    }
  });

  it.each([
    ['a smaller disk', 'storage_size: 32', 'storage_size: 64', /storageSizeGB: 64 → 32 less/],
    ['an older version', 'version: "15"', 'version: "16"', /version: 16 → 15/],
  ])('%s is refused by plan and deployment, and nothing is sent', async (_, less, more, reason) => {
    const sandbox = await createSandbox();
    await edit(sandbox, 'app/config.yaml', 'storage_size: 32', 'storage_size: 64');
    await deployed(sandbox);
    await edit(sandbox, 'app/config.yaml', more, less);
    const { result, plan } = await planned(sandbox);
    expect(result.exitCode).toBe(1);
    expect(plan.resources.filter(({ action }) => action === 'forbidden')).toMatchObject([
      { key: 'postgresql', reason: expect.stringMatching(reason) },
    ]);
    const since = (await sandbox.requests()).length;
    const refused = await sandbox.deploy();
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).not.toContain('allow-replace postgresql');
    expect((await sandbox.requests()).slice(since).filter(({ method }) => ['PUT', 'PATCH'].includes(method))).toEqual(
      [],
    );
  });
});

describe('a plan tells what Azure would refuse', () => {
  it('a quota that would be passed is refused in the plan, and asked about only where something is made', async () => {
    const sandbox = await createSandbox();
    await mkdir(dirname(join(sandbox.directory, CLOUD_FILE)), { recursive: true });
    const told = async (quotas: Readonly<Record<string, number>>): Promise<readonly string[]> => {
      await sandbox.write(CLOUD_FILE, JSON.stringify({ version: 1, behaviour: { quotas } }));
      const { result, plan } = await planned(sandbox);
      expect(result.exitCode).toBe(1);
      return plan.resources.filter(({ action }) => action === 'forbidden').map(({ reason }) => reason ?? '');
    };
    expect(await told({ 'eastus/standardBSFamily': 0, 'eastus/ManagedEnvironmentCount': 0 })).toEqual([
      expect.stringContaining('may have 0 vCores of PostgreSQL of the standardBSFamily in eastus'),
      expect.stringContaining('may have 0 Container Apps environments in eastus'),
    ]);
    const before = (await sandbox.requests()).length;
    const refused = await sandbox.deploy();
    expect(refused.exitCode).toBe(1);
    expect((await sandbox.requests()).slice(before).filter(({ method }) => method === 'PUT')).toEqual([]);

    await sandbox.write(CLOUD_FILE, JSON.stringify({ version: 1, resources: {} }));
    await deployed(sandbox);
    const now = (await sandbox.requests()).length;
    await planned(sandbox);
    const asked = (await sandbox.requests()).slice(now).map(({ path }) => path);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((path) => /usages$|permissions$|denyAssignments$/i.test(path))).toEqual([]);
  });
});
