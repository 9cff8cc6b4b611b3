import type { DeploymentConfig } from '../model.ts';
import { problem, type RuleProblem } from './rule.ts';

const RESERVED_USERS = ['azure_superuser', 'azuresu', 'admin', 'administrator', 'root', 'guest', 'public'];

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

const STORAGE_SIZES = [32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16384, 32767];
const TIER_OF_SKU: readonly (readonly [RegExp, string])[] = [
  [/^Standard_B\d+m?s$/, 'Burstable'],
  [/^Standard_D\d+/, 'GeneralPurpose'],
  [/^Standard_E\d+/, 'MemoryOptimized'],
];

export function databaseSku({ postgresql }: DeploymentConfig): readonly RuleProblem[] {
  const { sku, tier, version, storageSizeInGb } = postgresql;
  const expected = TIER_OF_SKU.find(([pattern]) => pattern.test(sku))?.[1];
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
