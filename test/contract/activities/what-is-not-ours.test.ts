import { describe, expect, it } from 'vitest';
import { createDatabases } from '../../../src/activities/create-databases.ts';
import { createKeyVault } from '../../../src/activities/create-key-vault.ts';
import { storeSecrets } from '../../../src/activities/store-secrets.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { type EnvironmentState, environmentStateSchema } from '../../../src/domain/state.ts';
import type { Step } from '../../../src/engine/step.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { chosenConfig, deploymentConfig } from '../../helpers/deployment-config.ts';
import { FIRST_STEPS, type SimulatedEnvironment, simulatedEnvironment } from './simulated.ts';

const SERVER = 'Microsoft.DBforPostgreSQL/flexibleServers/shop-postgres';
const VAULT = 'Microsoft.KeyVault/vaults/shop-kv';
const POSTGRES = '2025-08-01';

type Postgresql = Partial<DeploymentConfig['postgresql']>;

/** What the file writes is told by its keys. */
function sized(overrides: Postgresql = {}): DeploymentConfig {
  const base = deploymentConfig();
  const postgresql = {
    ...base.postgresql,
    ...{ sku: 'Standard_D2s_v3', tier: 'GeneralPurpose' as const, storageSizeInGb: 64 },
    ...overrides,
  };
  const written = ['sku', 'tier', 'storage_size', 'version', 'admin_user'].map((key) => `postgresql.${key}`);
  return { ...base, postgresql, written };
}

function hand({ azure, simulator, config }: SimulatedEnvironment) {
  return handOf(azure.arm, `/subscriptions/${simulator.subscriptionId}/resourceGroups/${config.azure.resourceGroup}`);
}

/** Bodies of the accepted writes since `from`. */
function sentSince({ simulator }: SimulatedEnvironment, from: number): readonly { method: string; body: unknown }[] {
  return simulator
    .requests()
    .slice(from)
    .filter(
      ({ method, status, path }) => /^(PUT|PATCH|DELETE)$/.test(method) && status < 300 && path.includes('/providers/'),
    )
    .map(({ method, body }) => ({ method, body }));
}

async function writesOf(environment: SimulatedEnvironment, step: Step): Promise<ReturnType<typeof sentSince>> {
  const from = environment.simulator.requests().length;
  await environment.runStep(step);
  return sentSince(environment, from);
}

async function serverWithStandby(): Promise<SimulatedEnvironment> {
  const environment = await simulatedEnvironment({ config: sized() });
  await environment.runAll(createDatabases);
  await hand(environment).patch(SERVER, POSTGRES, {
    properties: { highAvailability: { mode: 'ZoneRedundant' }, backup: { backupRetentionDays: 35 } },
  });
  return environment;
}

describe('fields that the user cannot set are pushed back, and the plan hides it', () => {
  it('sends the size of the disk and nothing else, with a standby and 35 days of backup set by hand', async () => {
    const environment = await serverWithStandby();
    environment.config = sized({ storageSizeInGb: 128 });
    expect(await writesOf(environment, createDatabases)).toEqual([
      { method: 'PATCH', body: { properties: { storage: { storageSizeGB: 128 } } } },
    ]);
    const live = await hand(environment).get(SERVER, POSTGRES);
    expect(jsonAt(live, 'properties.highAvailability.mode')).toBe('ZoneRedundant');
    expect(jsonAt(live, 'properties.backup.backupRetentionDays')).toBe(35);
    expect(await writesOf(environment, createDatabases)).toEqual([]);
  });

  it('sends the tag and nothing else, with the firewall of the vault set to Deny by hand', async () => {
    const environment = await simulatedEnvironment();
    await environment.runAll(createKeyVault);
    await hand(environment).patch(VAULT, '2026-02-01', { properties: { networkAcls: { defaultAction: 'Deny' } } });
    environment.config = deploymentConfig({ tags: { Project: 'Shop', team: 'blue' } });
    const from = environment.simulator.requests().length;
    // The vault then refuses the deployer's own look, which is another matter.
    await environment.runStep(createKeyVault).catch(() => undefined);
    const sent = sentSince(environment, from).filter(({ method }) => method === 'PATCH');
    expect(sent).toEqual([
      { method: 'PATCH', body: { tags: expect.objectContaining({ team: 'blue', Project: 'Shop' }) } },
    ]);
    const live = await hand(environment).get(VAULT, '2026-02-01');
    expect(jsonAt(live, 'properties.networkAcls.defaultAction')).toBe('Deny');
  });
});

describe('less of what only grows', () => {
  it.each<[string, Postgresql, string]>([
    ['a smaller disk', { storageSizeInGb: 32 }, 'properties.storage.storageSizeGB: 64 → 32'],
    ['an older PostgreSQL', { version: '15' }, 'properties.version: 16 → 15'],
  ])('%s is refused before anything is written', async (_, overrides, change) => {
    const environment = await simulatedEnvironment({ config: sized() });
    await environment.runAll(createDatabases);
    environment.config = sized(overrides);
    const from = environment.simulator.requests().length;
    await expect(environment.runStep(createDatabases)).rejects.toMatchObject({
      code: 'resource_cannot_shrink',
      message: expect.stringContaining(change),
      hint: expect.not.stringContaining('--allow-replace'),
    });
    expect(sentSince(environment, from)).toEqual([]);
  });
});

describe('what users ask to own', () => {
  it('is made as written, changed when the file changes, and keeps addresses that others let in', async () => {
    const chosen = chosenConfig(deploymentConfig());
    const rules = ['bypass', 'default_action', 'ip_rules'].map((key) => `key_vault.network_rules.${key}`);
    const written = ['postgresql.backup_retention_days', ...rules];
    const keyVault = {
      ...chosen.keyVault,
      networkRules: { ...chosen.keyVault.networkRules, defaultAction: 'Allow' as const },
    };
    const environment = await simulatedEnvironment({ config: { ...chosen, keyVault, written } });
    await environment.runAll();
    for (const step of FIRST_STEPS) expect(await writesOf(environment, step), step.name).toEqual([]);

    environment.config = { ...environment.config, postgresql: { ...chosen.postgresql, backupRetentionDays: 14 } };
    expect(await writesOf(environment, createDatabases)).toEqual([
      { method: 'PATCH', body: { properties: { backup: { backupRetentionDays: 14 } } } },
    ]);

    const [mine, theirs] = [['203.0.113.7', '198.51.100.0/24'], '192.0.2.1'];
    const ipRules = [...mine, theirs].map((value) => ({ value }));
    await hand(environment).patch(VAULT, '2026-02-01', { properties: { networkAcls: { ipRules } } });
    const fewer = { ...keyVault, networkRules: { ...keyVault.networkRules, ipRules: ['203.0.113.7', '198.51.100.5'] } };
    environment.config = { ...environment.config, keyVault: fewer };
    await environment.runStep(createKeyVault);
    const live = await hand(environment).get(VAULT, '2026-02-01');
    expect(jsonAt(live, 'properties.networkAcls.ipRules')).toEqual(
      ['203.0.113.7', theirs, '198.51.100.5'].map((value) => ({ value })),
    );
  });
});

/** As the commit before wrote it. */
function withoutFields({ resources, ...state }: EnvironmentState): EnvironmentState {
  const records = Object.entries(resources).map(([key, { applied: _, accepted: __, ...record }]) => [key, record]);
  return environmentStateSchema.parse({ ...state, resources: Object.fromEntries(records) });
}

describe('a state without what was last applied', () => {
  it('of the commit before: the upgrade writes nothing, whatever others have set', async () => {
    const environment = await simulatedEnvironment({ config: sized() });
    await environment.runAll();
    await hand(environment).patch(SERVER, POSTGRES, {
      properties: { highAvailability: { mode: 'ZoneRedundant' }, backup: { backupRetentionDays: 35 } },
    });
    await environment.changeState(withoutFields);
    for (const step of FIRST_STEPS) expect(await writesOf(environment, step), step.name).toEqual([]);
    expect(environment.state.resources.postgresql?.applied).toMatchObject({ properties: { version: '16' } });
  });

  it('after a reset: live wins where the file says nothing, and what it says is written', async () => {
    const environment = await serverWithStandby();
    await environment.changeState((state) => ({ ...state, resources: {} }));
    environment.config = sized({ storageSizeInGb: 128, adminUser: 'another' });
    expect(await writesOf(environment, createDatabases)).toEqual([
      { method: 'PATCH', body: { properties: { storage: { storageSizeGB: 128 } } } },
    ]);
    expect(environment.state.resources.postgresql?.accepted).toEqual(['properties.administratorLogin']);
    expect(environment.state.steps.create_databases?.outputs.postgresUser).toBe('shopadmin');
  });

  it('knows no secret afterwards', async () => {
    const environment = await simulatedEnvironment({ config: sized() });
    await environment.runAll();
    const sent = environment.simulator.requests().flatMap(({ body }) => passwordsIn(body));
    expect(sent.length).toBeGreaterThan(0);
    const text = JSON.stringify(environment.state);
    expect(sent.filter((password) => text.includes(password))).toEqual([]);
  });
});

describe('a server that was taken over', () => {
  it('is reached with the login that it has, not with the configured one', async () => {
    const environment = await simulatedEnvironment({ config: sized() });
    await environment.runAll();
    await environment.changeState((state) => ({ ...state, resources: {} }));
    environment.config = sized({ adminUser: 'another' });
    await environment.runStep(createDatabases);
    await environment.runStep(storeSecrets);
    const vault = environment.azure.vault(environment.state.steps.create_key_vault?.outputs.vaultUri ?? '');
    expect((await vault.get('DATABASE-URL'))?.value).toMatch(/^postgresql:\/\/shopadmin:/);
  });
});

function passwordsIn(body: unknown): readonly string[] {
  const password = isJsonObject(body) ? jsonAt(body as JsonObject, 'properties.administratorLoginPassword') : undefined;
  return typeof password === 'string' ? [password] : [];
}
