import { NAME_RULES } from '../../name-rules.ts';
import { databaseSecret } from '../../sections/composed-secrets.ts';
import type { DeploymentConfig } from '../model.ts';
import { problem, type RuleProblem } from './rule.ts';

/** https://learn.microsoft.com/azure/postgresql/flexible-server/quickstart-create-server: nor may it begin with pg_. */
const RESERVED_USERS = [
  'azure_superuser',
  'azuresu',
  'azure_pg_admin',
  'admin',
  'administrator',
  'root',
  'guest',
  'public',
];

export function databaseUser({ postgresql: { adminUser } }: DeploymentConfig): readonly RuleProblem[] {
  const isReserved = RESERVED_USERS.includes(adminUser.toLowerCase()) || /^pg_/i.test(adminUser);
  if (isReserved)
    return [
      problem(
        'postgresql.admin_user',
        `${JSON.stringify(adminUser)} is reserved by PostgreSQL on Azure; choose another name`,
      ),
    ];
  if (/^[a-zA-Z_]\w{0,62}$/.test(adminUser)) return [];
  return [
    problem(
      'postgresql.admin_user',
      `found ${JSON.stringify(adminUser)}; allowed: a letter or _, then at most 62 letters, digits or _`,
    ),
  ];
}

/** Of the service: https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-servers; templates: PostgreSQL's. */
const RESERVED_DATABASES = /^(?:azure_maintenance|azure_sys|template.*)$/i;

export function databaseName({ postgresql: { databaseName: name } }: DeploymentConfig): readonly RuleProblem[] {
  if (!RESERVED_DATABASES.test(name)) return [];
  const message = `${JSON.stringify(name)} is reserved by PostgreSQL on Azure; choose another name`;
  return [problem('postgresql.database_name', message)];
}

/** Those that are made beside it. The names of databases in Azure, and of secrets in a vault, count in any case. */
export function furtherDatabases({ postgresql }: DeploymentConfig): readonly RuleProblem[] {
  const { databaseName: first, databases = [] } = postgresql;
  const taken = new Map([[databaseSecret(first), first]]);
  return databases.flatMap((name, index) => {
    const message = wrongDatabase(name, first, taken.get(databaseSecret(name)));
    taken.set(databaseSecret(name), name);
    return message === undefined ? [] : [problem(['postgresql', 'databases', String(index)], message)];
  });
}

function wrongDatabase(name: string, first: string, other: string | undefined): string | undefined {
  const found = JSON.stringify(name);
  const { pattern, allowed } = NAME_RULES.postgresqlDatabase;
  if (name.toLowerCase() === first.toLowerCase())
    return `${found} is the database of database_name already: its connection string is DATABASE-URL`;
  if (other !== undefined)
    return `${found} and ${JSON.stringify(other)} would share the secret ${databaseSecret(name)}`;
  if (!pattern.test(name)) return `found ${found}; allowed: ${allowed}`;
  const isReserved = RESERVED_DATABASES.test(name) || name.toLowerCase() === 'postgres';
  return isReserved ? `${found} is reserved by PostgreSQL on Azure; choose another name` : undefined;
}

/** Names of projects under which extensions are known, too. */
const KNOWN_AS: Readonly<Record<string, string>> = {
  pgvector: 'vector',
  uuid_ossp: 'uuid-ossp',
  timescale: 'timescaledb',
};

export function databaseExtensions({ postgresql: { extensions = [] } }: DeploymentConfig): readonly RuleProblem[] {
  return extensions.flatMap((name, index) => {
    const at = ['postgresql', 'extensions', String(index)];
    const { [name]: meant } = KNOWN_AS;
    if (meant !== undefined) return [problem(at, `${name} is called ${meant} as an extension`)];
    if (extensions.indexOf(name) < index) return [problem(at, `${name} is there twice`)];
    if (/^[a-z][a-z0-9_-]*$/.test(name)) return [];
    return [problem(at, `found ${JSON.stringify(name)}; allowed: the name of an extension, such as pg_trgm`)];
  });
}

const STORAGE_SIZES = [32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16384, 32767];
const TIER_OF_SKU: readonly (readonly [RegExp, string])[] = [
  [/^Standard_B\d+m?s$/, 'Burstable'],
  [/^Standard_D\d+/, 'GeneralPurpose'],
  [/^Standard_E\d+/, 'MemoryOptimized'],
];

/** The tier that a size belongs to; undefined: there is no such size. */
export function tierOfSku(sku: string): string | undefined {
  return TIER_OF_SKU.find(([pattern]) => pattern.test(sku))?.[1];
}

export function databaseSku({ postgresql }: DeploymentConfig): readonly RuleProblem[] {
  const { sku, tier, version, storageSizeInGb } = postgresql;
  const expected = tierOfSku(sku);
  const found: RuleProblem[] = [];
  if (expected === undefined)
    found.push(
      problem(
        'postgresql.sku',
        `found ${JSON.stringify(sku)}; allowed: Standard_B1ms, Standard_B2s, Standard_D2s_v3, Standard_E2ds_v5 and the like`,
      ),
    );
  else if (expected !== tier)
    found.push(problem('postgresql.tier', `${sku} belongs to the tier ${expected}, found ${tier}`));
  if (!/^1[1-9]$/.test(version))
    found.push(
      problem(
        'postgresql.version',
        `found ${JSON.stringify(version)}; allowed: 11 to 19, as far as the region offers it`,
      ),
    );
  if (!STORAGE_SIZES.includes(storageSizeInGb))
    found.push(problem('postgresql.storage_size', `found ${storageSizeInGb}; allowed: ${STORAGE_SIZES.join(', ')}`));
  return found;
}

const ZONES = ['1', '2', '3'];

/** Burstable servers have no standby: https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-high-availability */
export function databaseAvailability({ postgresql }: DeploymentConfig): readonly RuleProblem[] {
  const { highAvailability, tier, zone, standbyZone } = postgresql;
  const found: RuleProblem[] = [];
  if (highAvailability !== undefined && highAvailability !== 'Disabled' && tier === 'Burstable')
    found.push(problem('postgresql.high_availability', 'needs the tier GeneralPurpose or MemoryOptimized'));
  for (const [key, value] of [
    ['zone', zone],
    ['standby_zone', standbyZone],
  ] as const) {
    if (value !== undefined && !ZONES.includes(value))
      found.push(problem(`postgresql.${key}`, `found ${JSON.stringify(value)}; allowed: ${ZONES.join(', ')}`));
  }
  if (standbyZone !== undefined && highAvailability !== 'ZoneRedundant')
    found.push(problem('postgresql.standby_zone', 'needs high_availability: zone_redundant'));
  else if (standbyZone !== undefined && standbyZone === zone)
    found.push(problem('postgresql.standby_zone', `must be another than zone (${zone})`));
  return found;
}

export function redisSize({ redis: { sku, vmSize } }: DeploymentConfig): readonly RuleProblem[] {
  const allowed = sku === 'Premium' ? /^p[1-5]$/ : /^c[0-6]$/;
  return allowed.test(vmSize)
    ? []
    : [
        problem(
          'redis.vm_size',
          `found ${JSON.stringify(vmSize)}; allowed for ${sku}: ${sku === 'Premium' ? 'p1 to p5' : 'c0 to c6'}`,
        ),
      ];
}
