import { type Decimal, decimal } from '../../domain/cost/decimal.ts';
import type { CostInput, Meter, MeterQuantity, MeterUse, NotPriced } from '../../domain/cost/meter.ts';
import { product, use } from '../../domain/cost/quantity.ts';
import { type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';

const SERVICE = 'Azure Database for PostgreSQL';
const PRODUCT = `${SERVICE} Flexible Server`;
const TIERS: Readonly<Record<string, string>> = { D: 'General Purpose', E: 'Memory Optimized' };

/** Compute, storage and backups of a server; a standby is another server of the same size with storage of its own. */
export function serverCost({ body, assumptions }: CostInput): readonly MeterUse[] | NotPriced {
  const sku = scalarText(jsonAt(body, 'sku.name'));
  const copies = hasStandby(body) ? 2 : 1;
  const computed = computeMeters(sku, product(copies, assumptions.hours));
  if (computed.length === 0) return { notPriced: `its size ${sku} is not known here` };
  const disk = scalarText(jsonAt(body, 'properties.storage.type')) || 'Premium_LRS';
  if (disk !== 'Premium_LRS') return { notPriced: `its storage ${disk} is not known here` };
  const size = decimal(scalarText(jsonAt(body, 'properties.storage.storageSizeGB'), '0'));
  const { backupGb } = assumptions;
  return [
    { kind: 'fixed', what: copies === 1 ? `compute ${sku}` : `compute ${sku} with a standby`, meters: computed },
    use('fixed', 'storage', STORAGE, product(copies, size)),
    ...(backupGb > 0 ? [use('use', 'backups beyond what is included', backup(body), decimal(backupGb))] : []),
  ];
}

function hasStandby(body: JsonObject): boolean {
  return scalarText(jsonAt(body, 'properties.highAvailability.mode'), 'Disabled') !== 'Disabled';
}

/** The product has another name in some regions. */
const STORAGE: readonly Meter[] = [
  'Az DB for PostgreSQL Flexible Server Storage',
  'Azure Database for PostgreSQL Flex Server Storage',
].map((name) => ({ service: SERVICE, product: name, sku: 'Storage', name: 'Storage Data Stored', unit: '1 GB/Month' }));

/** Kept in two regions they have a meter of their own: https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-backup-restore */
function backup(body: JsonObject): Meter {
  const copies = scalarText(jsonAt(body, 'properties.backup.geoRedundantBackup')) === 'Enabled' ? 'GRS' : 'LRS';
  const sku = `Backup Storage ${copies}`;
  return {
    service: SERVICE,
    product: `${PRODUCT} Backup Storage`,
    sku,
    name: `${sku} Data Stored`,
    unit: '1 GB/Month',
  };
}

/**
 * Sizes of the Burstable tier have a price each; of the others a core has one, told by the core or by so many cores.
 * Empty for a size that is called otherwise.
 */
function computeMeters(size: string, hours: Decimal): readonly MeterQuantity[] {
  const [, burstable] = /^Standard_(B\d+m?s)$/i.exec(size) ?? [];
  if (burstable !== undefined) return burstableMeters(burstable, hours);
  const [, family = '', cores = '', features, version] = /^Standard_([DE])(\d+)([a-z]*)_(v\d+)$/.exec(size) ?? [];
  const tier = TIERS[family];
  if (tier === undefined) return [];
  const series = `${PRODUCT} ${tier} ${family}${features}${version} Series Compute`;
  const meter = (sku: string, name: string): Meter => ({
    service: SERVICE,
    product: series,
    sku,
    name,
    unit: '1 Hour',
  });
  const each = product(Number(cores), hours);
  return [
    { meter: meter(`${cores} vCore`, 'vCore'), quantity: hours },
    { meter: meter('vCore', 'vCore'), quantity: each },
    { meter: meter('1 vCore', 'vCore'), quantity: each },
    { meter: meter('1 vCore', '1 vCore'), quantity: each },
  ];
}

function burstableMeters(size: string, quantity: Decimal): readonly MeterQuantity[] {
  const names = [
    [size.toUpperCase(), size.toUpperCase()],
    [size, size],
    [`Standard_${size}`, `Standard_${size}`],
    [size, `${size} vCore`],
  ] as const;
  return names.map(([sku, name]) => ({
    meter: { service: SERVICE, product: `${PRODUCT} Burstable BS Series Compute`, sku, name, unit: '1 Hour' },
    quantity,
  }));
}
