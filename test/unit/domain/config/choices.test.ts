import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { configJsonSchema } from '../../../../src/domain/config/json-schema.ts';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { leaves } from '../../../../src/domain/config/paths.ts';
import { preservedPaths } from '../../../../src/domain/config/preserve.ts';
import { isWritten } from '../../../../src/domain/config/provenance.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { userKey } from '../../../../src/domain/config/user-key.ts';

const EXAMPLE = parse(
  readFileSync(new URL('../../../../examples/draftgenie/config.yaml', import.meta.url), 'utf8'),
) as Record<string, object>;

/** The example with more keys in its sections. */
function withKeys(sections: Readonly<Record<string, unknown>>): string {
  const merged = Object.entries(sections).map(([name, keys]) => [
    name,
    Array.isArray(keys) ? keys : { ...EXAMPLE[name], ...(keys as object) },
  ]);
  return stringify({ ...EXAMPLE, ...Object.fromEntries(merged) });
}

function config(sections: Readonly<Record<string, unknown>>): DeploymentConfig {
  const result = parseConfig(withKeys(sections));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function problems(sections: Readonly<Record<string, unknown>>): readonly string[] {
  const result = parseConfig(withKeys(sections));
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

const BIG = { sku: 'Standard_D2s_v3', tier: 'GeneralPurpose' };
const ALL = {
  postgresql: {
    ...BIG,
    high_availability: 'zone_redundant',
    zone: 1,
    standby_zone: '2',
    backup_retention_days: 14,
    geo_redundant_backup: true,
    maintenance_window: { day: 'monday', hour: 3 },
    public_access: true,
    firewall_rules: { office: { start: '203.0.113.1', end: '203.0.113.9' } },
    entra_authentication: true,
    databases: ['reports', 'audit'],
    extensions: ['vector', 'PG_TRGM'],
  },
  key_vault: { network_rules: { default_action: 'deny', ip_rules: ['203.0.113.0/24'], bypass: 'azure_services' } },
  container_registry: { sku: 'Premium', network_rules: { default_action: 'deny', ip_rules: ['203.0.113.7'] } },
  redis: { public_access: false },
  preserve: ['postgresql properties.highAvailability', 'app:web properties.template.containers[web].env[A B]'],
};

describe('keys that only who wants them writes', () => {
  it('are in the model as Azure has them, and survive being stored', () => {
    const read = config(ALL);
    expect(read.postgresql).toMatchObject({
      highAvailability: 'ZoneRedundant',
      zone: '1',
      standbyZone: '2',
      backupRetentionDays: 14,
      geoRedundantBackup: true,
      maintenanceWindow: { kind: 'custom', day: 'monday', hour: 3, minute: 0 },
      publicAccess: true,
      firewallRules: { office: { start: '203.0.113.1', end: '203.0.113.9' } },
      entraAuthentication: true,
      databases: ['reports', 'audit'],
      extensions: ['vector', 'pg_trgm'],
    });
    expect(read.keyVault.networkRules).toEqual({
      defaultAction: 'Deny',
      ipRules: ['203.0.113.0/24'],
      bypass: 'AzureServices',
    });
    expect(read.containerRegistry.networkRules).toEqual({ defaultAction: 'Deny', ipRules: ['203.0.113.7'] });
    expect(read.redis.publicAccess).toBe(false);
    expect(storedConfigSchema.parse(JSON.parse(JSON.stringify(read)))).toEqual(read);
    expect(config({ postgresql: { maintenance_window: 'system' } }).postgresql.maintenanceWindow).toEqual({
      kind: 'system',
    });
  });

  it('are not there where the file does not name them', () => {
    const paths = ['postgresql', 'keyVault', 'containerRegistry', 'redis'].flatMap((section) =>
      leaves(config({}), section),
    );
    expect(paths.map(([path]) => path)).toEqual([
      ...['serverName', 'databaseName', 'adminUser', 'sku', 'tier', 'version', 'storageSizeInGb'].map(
        (key) => `postgresql.${key}`,
      ),
      'keyVault.name',
      'containerRegistry.name',
      'containerRegistry.sku',
      ...['name', 'sku', 'vmSize', 'kind'].map((key) => `redis.${key}`),
    ]);
    expect(config({ key_vault: { network_rules: {} } }).keyVault.networkRules).toBeUndefined();
  });

  it('are told as the user wrote them', () => {
    const read = config(ALL);
    const sections = ['postgresql', 'keyVault', 'containerRegistry', 'redis'];
    const keys = sections.flatMap((section) => leaves(read, section).flatMap(([path]) => userKey(path) ?? []));
    const unwritten = keys.filter((key) => !isWritten(read, key));
    expect(unwritten).toEqual(['postgresql.maintenance_window.minute', 'redis.kind']);
  });

  it('say which fields of a resource are left alone', () => {
    const read = config(ALL);
    expect(preservedPaths(read, 'postgresql')).toEqual(['properties.highAvailability']);
    expect(preservedPaths(read, 'app:web')).toEqual(['properties.template.containers[web].env[A B]']);
    expect(preservedPaths(read, 'app')).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'a standby of a small server',
      { postgresql: { high_availability: 'same_zone' } },
      'postgresql.high_availability: needs the tier GeneralPurpose or MemoryOptimized',
    ],
    ['a zone that is not there', { postgresql: { zone: 4 } }, 'postgresql.zone: found "4"; allowed: 1, 2, 3'],
    [
      'a standby in another zone that nobody asked for',
      { postgresql: { ...BIG, high_availability: 'same_zone', standby_zone: 2 } },
      'postgresql.standby_zone: needs high_availability: zone_redundant',
    ],
    [
      'a standby in the zone of the server',
      { postgresql: { ...BIG, high_availability: 'zone_redundant', zone: 2, standby_zone: 2 } },
      'postgresql.standby_zone: must be another than zone (2)',
    ],
    [
      'backups that are kept too long',
      { postgresql: { backup_retention_days: 36 } },
      'postgresql.backup_retention_days: found 36; at most 35 is allowed',
    ],
    [
      'a day that is none',
      { postgresql: { maintenance_window: { day: 'mon', hour: 1 } } },
      'postgresql.maintenance_window.day: found "mon"; allowed: sunday',
    ],
    [
      'a server open to the world',
      { postgresql: { firewall_rules: { all: { start: '0.0.0.0', end: '255.255.255.255' } } } },
      'postgresql.firewall_rules.all: opens the server to the whole world, which is refused',
    ],
    [
      'a range that ends before it begins',
      {
        postgresql: {
          firewall_rules: { x: { start: '10.0.0.9', end: '10.0.0.10' }, y: { start: '9.0.0.0', end: '8.0.0.0' } },
        },
      },
      'postgresql.firewall_rules.y: begins with 9.0.0.0, after its end 8.0.0.0',
    ],
    [
      'what is no address',
      { postgresql: { firewall_rules: { x: { start: '10.0.0.256', end: '10.0.0.1' } } } },
      'postgresql.firewall_rules.x: found "10.0.0.256"; allowed: an IPv4 address',
    ],
    [
      'a rule of the name of ours',
      { postgresql: { firewall_rules: { 'Allow-Azure-Services': { start: '10.0.0.1', end: '10.0.0.1' } } } },
      'postgresql.firewall_rules.Allow-Azure-Services: is the name of the rule that this deployment makes',
    ],
    [
      'rules that have no effect',
      { postgresql: { public_access: false, firewall_rules: { x: { start: '10.0.0.1', end: '10.0.0.1' } } } },
      'postgresql.firewall_rules: have no effect with public_access: false',
    ],
    ...['postgres', 'azure_sys', 'azure_maintenance', 'template_postgis'].map(
      (name): [string, Readonly<Record<string, unknown>>, string] => [
        `a further database ${name}`,
        { postgresql: { databases: ['reports', name] } },
        `postgresql.databases.1: "${name}" is reserved by PostgreSQL on Azure`,
      ],
    ),
    [
      'the first database once more',
      { postgresql: { database_name: 'shop', databases: ['Shop'] } },
      'postgresql.databases.0: "Shop" is the database of database_name already: its connection string is DATABASE-URL',
    ],
    [
      'databases of one secret',
      { postgresql: { databases: ['a_b', 'a-b'] } },
      'postgresql.databases.1: "a-b" and "a_b" would share the secret DATABASE-URL-A-B',
    ],
    [
      'a database with a name that cannot be',
      { postgresql: { databases: ['9lives'] } },
      'postgresql.databases.0: found "9lives"; allowed: a letter or _',
    ],
    [
      'an extension under the name of its project',
      { postgresql: { extensions: ['pgvector'] } },
      'postgresql.extensions.0: pgvector is called vector as an extension',
    ],
    [
      'several extensions in one text',
      { postgresql: { extensions: ['vector,pg_trgm'] } },
      'postgresql.extensions.0: found "vector,pg_trgm"; allowed: the name of an extension',
    ],
    [
      'rules of a small registry',
      { container_registry: { network_rules: { default_action: 'deny' } } },
      'container_registry.network_rules: needs the sku Premium, found Basic',
    ],
    [
      'a range that is none',
      { key_vault: { network_rules: { ip_rules: ['203.0.113.0/24', '203.0.113.0/33'] } } },
      'key_vault.network_rules.ip_rules.1: found "203.0.113.0/33"; allowed: an IPv4 address, or a range',
    ],
    [
      'a preserved field without a resource',
      { preserve: ['properties.highAvailability'] },
      'preserve.0: found "properties.highAvailability"; expected the key of a resource and a path',
    ],
  ])('are refused for %s', (_what, sections, expected) => {
    expect(problems(sections).join('\n')).toContain(expected);
    expect(problems(sections)).toHaveLength(1);
  });
});

describe('keys of the original script', () => {
  it('postgres_sku is the size where there is no other', () => {
    const { postgresql } = config({ postgresql: { sku: null, postgres_sku: 'Standard_B2s' } });
    expect([postgresql.sku, postgresql.postgresSku]).toEqual(['Standard_B2s', undefined]);
    expect(isWritten(config({ postgresql: { sku: '', postgres_sku: 'Standard_B2s' } }), 'postgresql.sku')).toBe(true);
  });

  it('postgres_sku is kept beside another size', () => {
    const { postgresql } = config({ postgresql: { postgres_sku: 'Standard_B2s' } });
    expect([postgresql.sku, postgresql.postgresSku]).toEqual(['Standard_B1ms', 'Standard_B2s']);
    expect(config({ postgresql: { postgres_sku: 'Standard_B1ms' } }).postgresql.postgresSku).toBeUndefined();
  });

  it('postgres_sku is the size where only it belongs to the tier', () => {
    const sizes = { postgres_sku: 'Standard_D2s_v3', tier: 'GeneralPurpose' };
    const { postgresql } = config({ postgresql: sizes });
    expect([postgresql.sku, postgresql.postgresSku]).toEqual(['Standard_D2s_v3', undefined]);
    const result = parseConfig(withKeys({ postgresql: { ...sizes, sku: 'Standard_B1ms' } }));
    expect(result.ok && result.parsed.warnings.map((one) => JSON.stringify(one)).join('\n')).toMatch(
      /postgresql.*is not used: of Standard_B1ms and postgres_sku, Standard_D2s_v3/,
    );
  });

  it('its words for regions are ours where ours are not given', () => {
    const locations = { log_analytics: 'westus2', app_insights: 'westus3', postgres_server: 'centralus' };
    expect(config({ locations }).locations).toMatchObject({ monitoring: 'westus2', postgresql: 'centralus' });
    expect(config({ locations: { ...locations, postgresql: 'westeurope' } }).locations.postgresql).toBe('westeurope');
    const result = parseConfig(withKeys({ locations }));
    expect(result.ok && result.parsed.warnings).toMatchObject([
      { path: 'locations.app_insights', message: 'is not used: all of the monitoring goes to westus2 [two_regions]' },
    ]);
  });
});

describe('names as Azure takes them', () => {
  it.each(['группа-1', '本番環境', 'straße_(ü).x', 'a'.repeat(90)])('a resource group may be called %s', (name) => {
    expect(problems({ azure: { resource_group: name } })).toEqual([]);
  });

  it.each(['ends.', 'a b', '😀', '𝒜bc', 'a/b', 'x²', 'a'.repeat(91)])('no resource group is called %s', (name) => {
    expect(problems({ azure: { resource_group: name } })).toEqual([
      expect.stringContaining('azure.resource_group: found '),
    ]);
  });

  it('tags that differ in case only are one tag, and refused', () => {
    expect(problems({ tags: { Team: 'a', team: 'b', 'Managed-By': 'c' } })).toEqual([
      'tags.team: differs from Team in case only; Azure takes both for one tag',
      'tags.Managed-By: differs from managed-by in case only; Azure takes both for one tag',
    ]);
  });
});

describe('the published schema', () => {
  const schema = configJsonSchema() as object;
  const isValid = (text: string): boolean => new Ajv2020({ strict: false }).compile(schema)(parse(text));
  const template = readFileSync(new URL('../../../fixtures/configs/draftgenie.template.yaml', import.meta.url), 'utf8');

  it('takes what a run takes: the template of the original script, every new key, and x-… at the top', () => {
    expect([template, withKeys(ALL), withKeys({ 'x-own': {} })].map(isValid)).toEqual([true, true, true]);
  });

  it.each([
    ['at the top', { postgres: {} }],
    ['in a section', { redis: { 'x-own': 1 } }],
    ['in a service', { services: { web: { port: 80, image: 'a', migration: { comand: 'x', command: 'y' } } } }],
    ['in a list', { services: { web: { port: 80, image: 'a', smoke: [{ path: '/', code: 200 }] } } }],
  ])('refuses an unknown key %s, as a run does', (_where, sections) => {
    expect(isValid(withKeys(sections))).toBe(false);
    expect(problems(sections).join('\n')).toContain('unknown key');
  });
});
