import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, jsonAt } from '../../src/shared/json.ts';
import type { CloudState } from '../../src/simulator/store.ts';
import { APP_CHANGES } from '../helpers/hand/app-changes.ts';
import { DATABASE_CHANGES } from '../helpers/hand/database-changes.ts';
import { type DeployedByUs, deployedByUs, SIMULATE } from '../helpers/hand/deployed-by-us.ts';
import { FOREIGN_CHANGES, SECRET_CHANGES } from '../helpers/hand/foreign-changes.ts';
import { type HandChange, misfits, type VaultChange } from '../helpers/hand/hand-change.ts';
import { PLATFORM_CHANGES } from '../helpers/hand/platform-changes.ts';
import { asPlanned } from '../helpers/plan/as-planned.ts';
import { tempFolder } from '../helpers/temp.ts';

/** In an order in which nothing keeps what follows from being done: the platform last. */
const CHANGES: readonly (HandChange | VaultChange)[] = [
  ...APP_CHANGES,
  ...DATABASE_CHANGES,
  ...FOREIGN_CHANGES,
  ...SECRET_CHANGES,
  ...PLATFORM_CHANGES,
];
const IS_FULL = process.env.HAND === 'full';
/** Every how many-th change is planned as well; all of them with HAND=full. */
const STRIDE = IS_FULL ? 1 : 4;
/** How many changes one drift is asked about; each by itself with HAND=full. */
const AT_ONCE = IS_FULL ? 1 : 10;
/** Nobody who reads secrets gets past them, so they go alone. */
const CLOSED = [
  'the vault lets nobody in but by its firewall',
  'the vault goes by access policies again',
  'a secret that an app reads is disabled',
];
/** Others of the list change the same app in a way that does not go together with these. */
const ALONE = ['the revision that serves is stopped', 'an app has one revision at a time', ...CLOSED];

/** A role that is as good was reported as absent for ever; of the others nothing was reported. */
const UNSEEN = [
  'a firewall rule for one address stands beside ours',
  'a firewall rule open to every address stands beside ours',
  'the server takes clear connections',
  'a given secret has another value in the vault',
  'the right to pull is given by an assignment of another id, which is as good',
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

/** Those that go together, ours and others' apart. */
function together(changes: readonly (HandChange | VaultChange)[]): readonly (readonly (HandChange | VaultChange)[])[] {
  const alone = changes.filter(({ what }) => ALONE.includes(what));
  const others = [true, false].map((ours) =>
    changes.filter(({ what, isOurs }) => isOurs === ours && !ALONE.includes(what)),
  );
  return [...alone.map((one) => [one]), ...others.flatMap(chunks)];
}

function chunks<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return items.flatMap((_, index) => (index % AT_ONCE === 0 ? [items.slice(index, index + AT_ONCE)] : []));
}

async function areNamedByDrift(changes: readonly (HandChange | VaultChange)[]): Promise<void> {
  await deployed.byHand(changes);
  const expected = changes.flatMap((change) => change.expected);
  const { result, told } = await deployed.drift();
  expect(misfits(told, expected), result.stderr).toEqual([]);
  expect(result.exitCode, result.stderr).toBe(expected.length === 0 ? 0 : 2);
}

describe('changes by hand', () => {
  it('are at least forty', () => {
    expect(CHANGES.length).toBeGreaterThanOrEqual(40);
  });

  it.each(
    together(CHANGES.filter(({ what }) => !UNSEEN.includes(what))).map((changes) => ({
      changes,
      whats: changes.map(({ what }) => what).join(' · '),
    })),
  )('are named by drift, exactly: $whats', async ({ changes }) => areNamedByDrift(changes));

  it.each(CHANGES.filter(({ isOurs }) => isOurs).filter((_, index) => index % STRIDE === 0))(
    'are named by a plan that repairs: $what',
    async ({ what, expected }) => {
      await deployed.byHand([named(what)]);
      // What `drift --fix` asks for: what is in the state is ours, also when somebody took our mark from it.
      const plan = await deployed.sandbox.run(['plan', '--refresh', '--adopt', ...SIMULATE]);
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

  it('stays through a new revision of the app, and a secret with a value keeps it', async () => {
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
    const secrets = jsonAt(app('speaker-service'), 'properties.configuration.secrets');
    const named = (Array.isArray(secrets) ? secrets.filter(isJsonObject) : []).find(
      ({ name }) => name === 'partner-token',
    );
    expect(named?.value).toBe('by-hand-12345');
    expect(jsonAt(app('evaluation-service'), 'properties.template.containers')).toHaveLength(2);
    expect(jsonAt(app('rag-service'), 'properties.template.scale')).toHaveProperty('rules');
  });

  it('is told and left by drift --fix, with a command or a place to look', async () => {
    await deployed.byHand(foreign);
    const before = bodies(await deployed.cloud());
    const fixed = await deployed.sandbox.run(['drift', '--fix', '--auto-approve', ...SIMULATE]);
    expect(fixed.stderr).not.toContain('✗');
    expect(bodies(await deployed.cloud())).toEqual(before);
    expect(fixed.stdout).toMatch(/az |portal\.azure\.com/);
  });
});

describe('what is ours', () => {
  const ours = CHANGES.filter(({ isOurs }) => isOurs);
  const repaired = async (): Promise<void> => {
    const fixed = await asPlanned(deployed.sandbox, () =>
      deployed.sandbox.run(['drift', '--fix', '--auto-approve', ...SIMULATE, '--output', 'json']),
    );
    expect(fixed.exitCode, fixed.stderr + fixed.stdout.slice(-3000)).toBe(0);
  };

  it('is put back by drift --fix, all of it, and nothing else is written', async () => {
    const together = ours.filter(({ what }) => !ALONE.includes(what));
    await deployed.byHand(together);
    await repaired();
    const { result, told } = await deployed.drift();
    expect(told).toEqual([]);
    expect(result.exitCode).toBe(0);
  });

  it.each(ours.filter(({ what }) => ALONE.includes(what)))('is put back by drift --fix: $what', async ({ what }) => {
    await deployed.byHand([named(what)]);
    await repaired();
    expect((await deployed.drift()).told).toEqual([]);
  });
});

describe('what was seen: 1. Fields that the user cannot set were pushed back, and the plan hid it', () => {
  it('a write of the server’s size names the size and nothing else', async () => {
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

  it('the vault’s firewall stays closed when a tag changes, and no rule of it is sent', async () => {
    await deployed.byHand([named('the vault lets nobody in but by its firewall')]);
    await deployed.editConfig((text) => text.replace('Project: "DraftGenie"', 'Project: "DraftGenie"\n  Owner: "ops"'));
    const since = (await deployed.sandbox.requests()).length;
    // The apps would wait for the vault, which lets them in no more.
    await deployed.sandbox.deploy([], {
      when: [{ printed: /"step_completed","step":"create_key_vault"/, act: (pid) => process.kill(pid, 'SIGKILL') }],
    });
    const [vault] = Object.values((await deployed.cloud()).resources).filter(
      ({ type }) => type === 'Microsoft.KeyVault/vaults',
    );
    expect(jsonAt(vault?.body ?? {}, 'properties.networkAcls.defaultAction')).toBe('Deny');
    expect(jsonAt(vault?.body ?? {}, 'tags.Owner')).toBe('ops');
    const sent = (await deployed.sandbox.requests())
      .slice(since)
      .filter(({ method, path }) => method !== 'GET' && /\/vaults\/[^/]+$/i.test(path));
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent[0]?.body)).not.toContain('networkAcls');
  });
});

describe('what was seen: 8. Drift did not see', () => {
  it.each(CHANGES.filter(({ what }) => UNSEEN.includes(what)))('$what', async ({ what }) =>
    areNamedByDrift([named(what)]),
  );

  it('a password of the database that was changed by hand, which is now among what cannot be looked at and set by a forced step', async () => {
    const drift = await deployed.sandbox.run(['drift', ...SIMULATE]);
    expect(drift.stdout).toMatch(/not looked at[\s\S]*password/i);
    await deployed.byHand([
      {
        what: 'the password of the server is another one',
        isOurs: true,
        expected: [],
        request: (hand) =>
          hand.patch('Microsoft.DBforPostgreSQL/flexibleServers/draftgenie-example-pg', '2025-08-01', {
            properties: { administratorLoginPassword: 'By-hand-98765!' },
          }),
      },
    ]);
    const forced = await deployed.sandbox.deploy(['--force-step', 'store_secrets']);
    expect(forced.exitCode, forced.stderr).toBe(0);
    const { resources, secrets } = await deployed.cloud();
    const server = Object.values(resources).find(({ type }) => type === 'Microsoft.DBforPostgreSQL/flexibleServers');
    const [vault = {}] = Object.values(secrets);
    expect(server?.extra.password).toBe(vault['postgres-password']?.versions.at(-1)?.value);
  });
});
