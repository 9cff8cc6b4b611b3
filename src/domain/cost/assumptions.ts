/** What nobody can know before: how long a month is, and how much the application is used. Per month, all of them. */
export interface Assumptions {
  readonly hours: number;
  readonly activeHours: number;
  readonly requestsPerMonth: number;
  readonly egressGb: number;
  readonly logsGb: number;
  readonly storageGb: number;
  readonly storageWrites: number;
  readonly shareGb: number;
  readonly backupGb: number;
  readonly imagesGb: number;
  readonly buildMinutes: number;
  readonly vaultOperations: number;
  readonly jobHours: number;
  readonly messages: number;
  readonly functionExecutions: number;
  readonly functionGbSeconds: number;
}

interface Assumption {
  readonly fallback: number;
  /** For people, after the number. */
  readonly text: string;
}

/** All of them, with what is assumed where the configuration does not say. */
export const ASSUMPTIONS = {
  hours: { fallback: 730, text: 'hours in a month' },
  activeHours: {
    fallback: 73,
    text: 'of them in which replicas work, and are idle in the others',
  },
  requestsPerMonth: { fallback: 1_000_000, text: 'requests from outside' },
  egressGb: { fallback: 10, text: 'GB sent to the internet' },
  logsGb: { fallback: 5, text: 'GB of logs' },
  storageGb: { fallback: 10, text: 'GB of blobs in each storage account' },
  storageWrites: { fallback: 100_000, text: 'write operations on each storage account' },
  shareGb: { fallback: 10, text: 'GB in each share that is charged by what it holds' },
  backupGb: { fallback: 0, text: 'GB of backups beyond what is included' },
  imagesGb: { fallback: 5, text: 'GB of images in each registry' },
  buildMinutes: { fallback: 60, text: 'minutes of builds in the registry' },
  vaultOperations: { fallback: 10_000, text: 'operations on each key vault' },
  jobHours: { fallback: 1, text: 'hours that the executions of each job take' },
  messages: { fallback: 1_000_000, text: 'operations on each Service Bus' },
  functionExecutions: { fallback: 100_000, text: 'executions of each Functions app' },
  functionGbSeconds: { fallback: 50_000, text: 'GB seconds of each Functions app' },
} as const satisfies { readonly [Name in keyof Assumptions]: Assumption };

export const ASSUMPTION_NAMES = Object.keys(ASSUMPTIONS) as readonly (keyof Assumptions)[];

/** Its key under `cost` in the configuration: `egress_gb`. */
export function keyOfAssumption(name: keyof Assumptions): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** With what is not said filled in. */
export function assumptionsOf(said: Partial<Assumptions> = {}): Assumptions {
  const all = ASSUMPTION_NAMES.map((name) => [name, said[name] ?? ASSUMPTIONS[name].fallback] as const);
  return Object.fromEntries(all) as unknown as Assumptions;
}

/**
 * Currencies in which the Retail Prices API answers. Azure sets its prices in US dollars; others are for reference.
 * https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices#supported-currencies
 */
export const CURRENCIES = [
  'USD',
  'AUD',
  'BRL',
  'CAD',
  'CHF',
  'CNY',
  'DKK',
  'EUR',
  'GBP',
  'INR',
  'JPY',
  'KRW',
  'NOK',
  'NZD',
  'RUB',
  'SEK',
  'TWD',
] as const;
export type Currency = (typeof CURRENCIES)[number];
export const DEFAULT_CURRENCY: Currency = 'USD';

/** What the configuration says of money; absent: nothing. */
export interface CostConfig extends Partial<Assumptions> {
  readonly currency?: Currency;
  /** A plan that costs more in a month needs a permission of its own. */
  readonly limit?: number;
}
