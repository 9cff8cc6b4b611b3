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
  /** Only in, or nowhere in, this region; some meters are of none that Azure has data centres in. */
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
const registryStorage = meters('Container Registry', 'Container Registry', '1 GB/Month');
const registryTime = meters('Container Registry', 'Container Registry', '1 Second');
const appNodes = meters('Azure Container Apps', 'Azure Container Apps', '1 Hour');
const blobs = (unit: string) => meters('Storage', 'General Block Blob v2', unit);
const files = (productName: string) => meters('Storage', productName, '1 GB/Month');
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
  ...['Basic', 'Standard', 'Premium'].flatMap((sku) => [
    registryStorage(sku, 'Data Stored', 0.1),
    // Seconds of builds that are free, and those that are not.
    registryTime(sku, 'Task vCPU Duration', 0),
    { ...registryTime(sku, 'Task vCPU Duration', 0.0001), tierMinimumUnits: 6000 },
  ]),
  appNodes('Dedicated', 'Dedicated vCPU Usage', 0.080859),
  appNodes('Dedicated', 'Dedicated Memory Usage', 0.006638),
  ...[
    [0, 0],
    [100, 0.087],
    [10335, 0.083],
    [51295, 0.07],
    [153695, 0.05],
  ].map(([from = 0, price = 0]) => ({
    ...meters('Bandwidth', 'Rtn Preference: MGN', '1 GB')('Standard', 'Standard Data Transfer Out', price),
    tierMinimumUnits: from,
  })),
  blobs('1 GB/Month')('Hot LRS', 'Hot LRS Data Stored', 0.0184),
  { ...blobs('1 GB/Month')('Hot LRS', 'Hot LRS Data Stored', 0.0177), tierMinimumUnits: 51_200 },
  blobs('10K')('Hot LRS', 'Hot LRS Write Operations', 0.05),
  files('Files v2')('Standard LRS', 'LRS Data Stored', 0.06),
  files('Files v2')('Standard ZRS', 'ZRS Data Stored', 0.075),
  files('Premium Files')('Premium LRS', 'Premium LRS Provisioned', 0.16),
  files('Premium Files')('Premium ZRS', 'Premium ZRS Provisioned', 0.2),
  // Told by the hour and by the month: whoever adds them up is wrong.
  meters('Service Bus', 'Service Bus', '1/Hour')('Standard', 'Standard Base Unit', 0.013441),
  meters('Service Bus', 'Service Bus', '1/Month')('Standard', 'Standard Base Unit', 10),
  meters('Service Bus', 'Service Bus', '1M')('Basic', 'Basic Messaging Operations', 0.05),
  meters('Service Bus', 'Service Bus', '1M')('Standard', 'Standard Messaging Operations', 0),
  {
    ...meters('Service Bus', 'Service Bus', '1M')('Standard', 'Standard Messaging Operations', 0.8),
    tierMinimumUnits: 13,
  },
  meters('Service Bus', 'Service Bus', '1/Hour')('Premium', 'Premium Messaging Unit', 0.9275),
  {
    ...meters('Virtual Network', 'Virtual Network Private Link', '1 Hour')(
      'Standard',
      'Standard Private Endpoint',
      0.01,
    ),
    only: 'Global',
  },
  { ...meters('Azure DNS', 'Azure DNS', '1')('Public', 'Public Zone', 0.5), only: 'Zone 1' },
  { ...meters('Azure DNS', 'Azure DNS', '1')('Private', 'Private Zone', 0.5), only: 'Zone 1' },
  meters('Event Grid', 'Event Grid', '100K')('Standard', 'Standard Operations', 0),
  { ...meters('Event Grid', 'Event Grid', '100K')('Standard', 'Standard Operations', 0.06), tierMinimumUnits: 1 },
  meters('Functions', 'Functions', '10')('Standard', 'Standard Total Executions', 0.000002),
  meters('Functions', 'Functions', '1 GB Second')('Standard', 'Standard Execution Time', 0.000016),
  meters('Functions', 'Flex Consumption', '10')('On Demand', 'On Demand Total Executions', 0.000004),
  meters('Functions', 'Flex Consumption', '1 GB Second')('On Demand', 'On Demand Execution Time', 0.000026),
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
