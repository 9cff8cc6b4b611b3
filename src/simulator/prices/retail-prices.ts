import { createHash } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';
import { regionDisplayNames } from '../container-apps/locations.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { parseFilter } from './filter.ts';
import { METERS, type Meter } from './meters.ts';

const PAGE_SIZE = 1000;
/** Values are compared with their case from this version on. */
const CASE_SENSITIVE_VERSION = '2023-01-01-preview';
/** What prices are of that are the same everywhere, or in a part of the world. */
const OTHER_REGIONS: readonly string[] = ['Global', 'Zone 1'];
/** What one dollar is in other currencies, for reference as on Azure. */
const RATES: Readonly<Record<string, number>> = {
  USD: 1,
  AUD: 1.45,
  BRL: 5.4,
  CAD: 1.35,
  CHF: 0.8,
  CNY: 7,
  DKK: 6.7,
  EUR: 0.9,
  GBP: 0.8,
  INR: 88,
  JPY: 150,
  KRW: 1400,
  NOK: 10,
  NZD: 1.7,
  RUB: 80,
  SEK: 9.5,
  TWD: 31,
};

const FAMILIES: Readonly<Record<string, string>> = {
  'Container Registry': 'Containers',
  'Azure Container Apps': 'Containers',
  'Azure Database for PostgreSQL': 'Databases',
  'Redis Cache': 'Databases',
  'Log Analytics': 'Management and Governance',
  'Key Vault': 'Security',
  'Azure DNS': 'Networking',
  Bandwidth: 'Networking',
  Functions: 'Compute',
  'Service Bus': 'Integration',
  Storage: 'Storage',
  'Virtual Network': 'Networking',
};

/** `GET https://prices.azure.com/api/retail/prices`: no sign-in, a filter, pages of a thousand. */
export function answerPrices({ method, path, query }: HttpRequest): HttpReply {
  if (path !== '/api/retail/prices') return failure(404, 'NotFound', 'There is nothing here.');
  if (method !== 'GET') return failure(405, 'MethodNotAllowed', `The method ${method} is not allowed here.`);
  const currency = (query.get('currencyCode') ?? 'USD').replaceAll("'", '');
  const rate = RATES[currency];
  if (rate === undefined) return failure(400, 'BadRequest', `The currency '${currency}' is not supported.`);
  const filter = query.get('$filter');
  const isWanted =
    filter === null ? () => true : parseFilter(filter, query.get('api-version') !== CASE_SENSITIVE_VERSION);
  if (!isWanted) return failure(400, 'BadRequest', `Invalid OData parameters supplied: ${filter}`);
  const found = items(currency, rate).filter(isWanted);
  const skip = Math.max(0, Number(query.get('$skip') ?? 0) || 0);
  const page = found.slice(skip, skip + PAGE_SIZE);
  const next = new URLSearchParams(query);
  next.set('$skip', String(skip + PAGE_SIZE));
  return json(200, {
    BillingCurrency: currency,
    CustomerEntityId: 'Default',
    CustomerEntityType: 'Retail',
    Items: page,
    NextPageLink: skip + PAGE_SIZE < found.length ? `https://prices.azure.com:443/api/retail/prices?${next}` : null,
    Count: page.length,
  });
}

function items(currency: string, rate: number): JsonObject[] {
  return [...regionDisplayNames(), ...OTHER_REGIONS].flatMap((location) => {
    const region = OTHER_REGIONS.includes(location) ? location : location.toLowerCase().replaceAll(' ', '');
    const isEverywhere = !OTHER_REGIONS.includes(location);
    return METERS.filter(
      ({ only, except }) => (only === undefined ? isEverywhere : only === region) && except !== region,
    ).map((meter) => item(meter, region, location, currency, rate));
  });
}

function item(meter: Meter, armRegionName: string, location: string, currencyCode: string, rate: number): JsonObject {
  const { serviceName, productName, skuName, meterName, unitOfMeasure, price, armSkuName, tierMinimumUnits } = meter;
  const id = (...parts: string[]): string => createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 12);
  const amount = Number((price * rate).toPrecision(6));
  return {
    currencyCode,
    tierMinimumUnits: tierMinimumUnits ?? 0,
    retailPrice: amount,
    unitPrice: amount,
    armRegionName,
    location,
    effectiveStartDate: '2026-01-01T00:00:00Z',
    meterId: id(productName, skuName, meterName, armRegionName),
    meterName,
    productId: id(productName),
    skuId: id(productName, skuName),
    productName,
    skuName,
    serviceName,
    serviceId: id(serviceName),
    serviceFamily: FAMILIES[serviceName] ?? 'Other',
    unitOfMeasure,
    type: 'Consumption',
    isPrimaryMeterRegion: armRegionName === 'eastus',
    armSkuName: armSkuName ?? '',
  };
}

function failure(status: number, Code: string, Message: string): HttpReply {
  return json(status, { Error: { Code, Message } });
}

function json(status: number, body: JsonObject): HttpReply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
