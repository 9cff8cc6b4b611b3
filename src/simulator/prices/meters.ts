/** One price of one meter, for every region unless it says otherwise; US dollars. */
export interface Meter {
  readonly serviceName: string;
  readonly productName: string;
  readonly skuName: string;
  readonly meterName: string;
  readonly unitOfMeasure: string;
  readonly price: number;
  readonly armSkuName?: string;
  /** From so many units on. */
  readonly tierMinimumUnits?: number;
  /** Only in, or nowhere in, this region. */
  readonly only?: string;
  readonly except?: string;
}

const registry = meters('Container Registry', 'Container Registry', '1/Day');
const burstable = meters(
  'Azure Database for PostgreSQL',
  'Azure Database for PostgreSQL Flexible Server Burstable BS Series Compute',
  '1 Hour',
);
const generalPurpose = meters(
  'Azure Database for PostgreSQL',
  'Azure Database for PostgreSQL Flexible Server General Purpose Ddsv5 Series Compute',
  '1 Hour',
);
const storage = (productName: string) => meters('Azure Database for PostgreSQL', productName, '1 GB/Month');
const redis = (productName: string) => meters('Redis Cache', productName, '1 Hour');
const apps = (unit: string) => meters('Azure Container Apps', 'Azure Container Apps', unit);
const logs = (unit: string) => meters('Log Analytics', 'Log Analytics', unit);

/** Amounts as public code and notes quote them for 2026; where none was seen, of the right size. No offer to anyone. */
export const METERS: readonly Meter[] = [
  registry('Basic', 'Basic Registry Unit', 0.1666),
  registry('Standard', 'Standard Registry Unit', 0.6666),
  registry('Premium', 'Premium Registry Unit', 1.6666),
  burstable('B1MS', 'B1MS', 0.017),
  burstable('B2S', 'B2S', 0.068),
  burstable('Standard_B2ms', 'Standard_B2ms', 0.136),
  generalPurpose('2 vCore', 'vCore', 0.178),
  // The product has one name in East US and another one elsewhere.
  {
    ...storage('Az DB for PostgreSQL Flexible Server Storage')('Storage', 'Storage Data Stored', 0.115),
    only: 'eastus',
  },
  {
    ...storage('Azure Database for PostgreSQL Flex Server Storage')('Storage', 'Storage Data Stored', 0.14),
    except: 'eastus',
  },
  {
    ...redis('Azure Managed Redis - Balanced')('B0', 'B0 Cache Instance', 0.0173),
    armSkuName: 'Azure_Managed_Redis_Balanced_B0',
  },
  {
    ...redis('Azure Managed Redis - Balanced')('B1', 'B1 Cache Instance', 0.0345),
    armSkuName: 'Azure_Managed_Redis_Balanced_B1',
  },
  { ...redis('Azure Redis Cache Basic')('C0', 'C0 Cache', 0.022), armSkuName: 'Azure_Redis_Cache_Basic_C0_Cache' },
  redis('Azure Redis Cache Standard')('C0', 'C0 Cache', 0.055),
  // Half of the pair: whoever takes it for the whole is wrong.
  redis('Azure Redis Cache Standard')('C0', 'C0 Cache Instance', 0.0275),
  apps('1 Second')('Standard', 'Standard vCPU Active Usage', 0.000024),
  apps('1 Second')('Standard', 'Standard vCPU Idle Usage', 0.000003),
  apps('1 GiB Second')('Standard', 'Standard Memory Active Usage', 0.000003),
  apps('1 GiB Second')('Standard', 'Standard Memory Idle Usage', 0.000003),
  apps('1M')('Standard', 'Standard Requests', 0.4),
  apps('1 Hour')('Dedicated', 'Dedicated Plan Management', 0.1),
  logs('1 GB')('Analytics Logs', 'Analytics Logs Data Ingestion', 0),
  { ...logs('1 GB')('Analytics Logs', 'Analytics Logs Data Ingestion', 2.3), tierMinimumUnits: 5 },
  logs('1 GB/Month')('Analytics Logs', 'Analytics Logs Data Retention', 0.1),
  meters('Key Vault', 'Key Vault', '10K')('Standard', 'Operations', 0.03),
];

function meters(serviceName: string, productName: string, unitOfMeasure: string) {
  return (skuName: string, meterName: string, price: number): Meter => ({
    serviceName,
    productName,
    skuName,
    meterName,
    unitOfMeasure,
    price,
  });
}
