import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../src/shared/json.ts';
import type { CloudState } from '../../src/simulator/store.ts';
import { APP_CHANGES } from '../helpers/hand/app-changes.ts';
import { DATABASE_CHANGES } from '../helpers/hand/database-changes.ts';
import { type DeployedByUs, deployedByUs, SIMULATE } from '../helpers/hand/deployed-by-us.ts';
import { type HandChange, misfits, type VaultChange } from '../helpers/hand/hand-change.ts';
import { PLATFORM_CHANGES } from '../helpers/hand/platform-changes.ts';
import { tempFolder } from '../helpers/temp.ts';

/** In an order in which nothing keeps what follows from being done: the platform last. */
const CHANGES: readonly (HandChange | VaultChange)[] = [...APP_CHANGES, ...DATABASE_CHANGES, ...PLATFORM_CHANGES];
/** Every how many-th change is planned as well; all of them with HAND=full. */
const STRIDE = process.env.HAND === 'full' ? 1 : 4;
/** Others of the list change the same app in a way that does not go together with these. */
const ALONE = [
  'the revision that serves is stopped',
  'an app has one revision at a time',
  'the vault lets nobody in but by its firewall',
];

let deployed: DeployedByUs;
let remove: () => Promise<void>;
beforeAll(async () => {
  const folder = await tempFolder();
  remove = folder.remove;
  deployed = await deployedByUs(folder.path);
});
afterAll(() => remove());
beforeEach(() => deployed.reset());

function named(what: string): HandChange | VaultChange {
  const found = CHANGES.find((change) => change.what === what);
  if (!found) throw new Error(`nobody does that: ${what}`);
  return found;
}

/** What is on Azure, but for tags and what Azure computes: `id → body`. */
function bodies({ resources }: CloudState): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(
    Object.entries(resources).map(([id, { body }]) => {
      const { tags: _, ...rest } = body;
      return [id, { properties: {}, ...rest }];
    }),
  );
}

describe('one change by hand', () => {
  it.each(CHANGES)('is named by drift, exactly: $what', async ({ what, expected }) => {
    await deployed.byHand([named(what)]);
    const { result, told } = await deployed.drift();
    expect(misfits(told, expected), result.stderr).toEqual([]);
    expect(result.exitCode, result.stderr).toBe(expected.length === 0 ? 0 : 2);
  });

  it.each(CHANGES.filter(({ isOurs }) => isOurs).filter((_, index) => index % STRIDE === 0))(
    'is named by a plan that repairs: $what',
    async ({ what, expected }) => {
      await deployed.byHand([named(what)]);
      const plan = await deployed.sandbox.run(['plan', '--refresh', ...SIMULATE]);
      expect(plan.exitCode, plan.stderr).toBe(0);
      for (const { key, path } of expected) {
        expect(plan.stdout).toContain(key);
        expect(plan.stdout).toContain(path);
      }
    },
  );
});

describe('what is not ours', () => {
  const foreign = CHANGES.filter(({ what, isOurs }) => !isOurs && !ALONE.includes(what));

  it('stays through a deployment that changes something else of the same resources, and is still told', async () => {
    await deployed.byHand(foreign);
    const before = bodies(await deployed.cloud());
    await deployed.editConfig((text) => text.replace('Project: "DraftGenie"', 'Project: "DraftGenie"\n  Owner: "ops"'));
    const result = await deployed.sandbox.deploy();
    expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
    const after = bodies(await deployed.cloud());
    for (const [id, body] of Object.entries(before)) expect(after[id], id).toMatchObject(body);
    expect(
      misfits(
        (await deployed.drift()).told,
        foreign.flatMap(({ expected }) => expected),
      ),
    ).toEqual([]);
  });

  it('stays through a new revision of the app', async () => {
    await deployed.byHand(foreign);
    await deployed.editConfig((text) => text.replaceAll('max_replicas: 3', 'max_replicas: 4'));
    const result = await deployed.sandbox.deploy();
    expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
    const { resources } = await deployed.cloud();
    const app = (name: string): JsonObject =>
      Object.values(resources).find((one) => one.id.endsWith(`/containerApps/${name}`))?.body ?? {};
    expect(jsonAt(app('draft-service'), 'properties.template')).toMatchObject({
      scale: { maxReplicas: 4 },
      containers: [{ env: expect.arrayContaining([{ name: 'FEATURE_X', value: 'on' }]) as unknown }],
    });
    expect(jsonAt(app('evaluation-service'), 'properties.template.containers')).toHaveLength(2);
    expect(jsonAt(app('rag-service'), 'properties.template.scale')).toHaveProperty('rules');
  });

  it('stays when storage grows: the write names the size and nothing else', async () => {
    await deployed.byHand([named('the server is zone-redundant'), named('backups are kept for 35 days')]);
    await deployed.editConfig((text) => text.replace('storage_size: 64', 'storage_size: 128'));
    const since = (await deployed.sandbox.requests()).length;
    const result = await deployed.sandbox.deploy();
    expect(result.exitCode, result.stderr).toBe(0);
    const sent = (await deployed.sandbox.requests())
      .slice(since)
      .filter(({ method, path }) => method === 'PATCH' && /\/flexibleServers\/[^/]+$/i.test(path));
    expect(sent.map(({ body }) => body)).toEqual([{ properties: { storage: { storageSizeGB: 128 } } }]);
  });

  it('stays when the vault’s firewall was closed and a tag changes', async () => {
    await deployed.byHand([named('the vault lets nobody in but by its firewall')]);
    await deployed.editConfig((text) => text.replace('Project: "DraftGenie"', 'Project: "DraftGenie"\n  Owner: "ops"'));
    // The apps would wait for the vault, which lets them in no more.
    await deployed.sandbox.deploy([], {
      when: [{ printed: /"step_completed","step":"create_key_vault"/, act: (pid) => process.kill(pid, 'SIGKILL') }],
    });
    const [vault] = Object.values((await deployed.cloud()).resources).filter(
      ({ type }) => type === 'Microsoft.KeyVault/vaults',
    );
    expect(jsonAt(vault?.body ?? {}, 'properties.networkAcls.defaultAction')).toBe('Deny');
    expect(jsonAt(vault?.body ?? {}, 'tags.Owner')).toBe('ops');
  });
});

describe('what is ours', () => {
  const ours = CHANGES.filter(({ isOurs }) => isOurs);

  it('is put back by drift --fix, all of it, and nothing else is written', async () => {
    const together = ours.filter(({ what }) => !ALONE.includes(what));
    await deployed.byHand(together);
    const fixed = await deployed.sandbox.run(['drift', '--fix', '--auto-approve', ...SIMULATE, '--output', 'json']);
    expect(fixed.exitCode, fixed.stderr + fixed.stdout.slice(-3000)).toBe(0);
    const { result, told } = await deployed.drift();
    expect(told).toEqual([]);
    expect(result.exitCode).toBe(0);
  });

  it.each(ours.filter(({ what }) => ALONE.includes(what)))('is put back by drift --fix: $what', async ({ what }) => {
    await deployed.byHand([named(what)]);
    const fixed = await deployed.sandbox.run(['drift', '--fix', '--auto-approve', ...SIMULATE, '--output', 'json']);
    expect(fixed.exitCode, fixed.stderr + fixed.stdout.slice(-3000)).toBe(0);
    expect((await deployed.drift()).told).toEqual([]);
  });
});
