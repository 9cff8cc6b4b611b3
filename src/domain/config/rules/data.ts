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
const RESERVED_DATABASES = ['azure_maintenance', 'azure_sys', 'template0', 'template1'];

export function databaseName({ postgresql: { databaseName: name } }: DeploymentConfig): readonly RuleProblem[] {
  if (!RESERVED_DATABASES.includes(name.toLowerCase())) return [];
  const message = `${JSON.stringify(name)} is reserved by PostgreSQL on Azure; choose another name`;
  return [problem('postgresql.database_name', message)];
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
