import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { simulatedClients } from '../../helpers/cloud/simulated-clients.ts';

async function prices() {
  const { send } = await simulatedClients();
  const ask = (url: string) => send('GET', url);
  const list = async (filter: string, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ $filter: filter, ...more });
    const { status, body } = await ask(`https://prices.azure.com/api/retail/prices?${query}`);
    return { status, body, items: (body.Items ?? []) as JsonObject[] };
  };
  return { ask, list };
}

const REGISTRY = "serviceName eq 'Container Registry' and meterName eq 'Basic Registry Unit'";

describe('the retail prices', () => {
  it('are found by region, meter and price type, without signing in', async () => {
    const { list } = await prices();
    const { items, body } = await list(`${REGISTRY} and armRegionName eq 'westeurope' and priceType eq 'Consumption'`);
    expect(items).toMatchObject([
      { retailPrice: 0.1666, unitOfMeasure: '1/Day', type: 'Consumption', currencyCode: 'USD' },
    ]);
    expect(body).toMatchObject({ BillingCurrency: 'USD', Count: 1, NextPageLink: null });
  });

  it('are filtered with or, parentheses and contains', async () => {
    const { list } = await prices();
    const { items } = await list(
      "armRegionName eq 'eastus' and (meterName eq 'B1MS' or (contains(productName, 'Flex') and skuName eq 'Storage'))",
    );
    expect(items.map(({ meterName }) => meterName)).toEqual(['B1MS', 'Storage Data Stored']);
  });

  it.each([
    'meterName eq B1MS',
    "meterName ne 'B1MS'",
    "(meterName eq 'B1MS'",
    "colour eq 'red'",
    "meterName eq 'B1MS' and",
  ])('refuse the filter %s', async (filter) => {
    expect((await (await prices()).list(filter)).status).toBe(400);
  });

  it('regard the case of values in the preview version only', async () => {
    const { list } = await prices();
    const filter = "meterName eq 'b1ms' and armRegionName eq 'eastus'";
    expect((await list(filter)).items).toHaveLength(1);
    expect((await list(filter, { 'api-version': '2023-01-01-preview' })).items).toHaveLength(0);
  });

  it('come in pages and in other currencies', async () => {
    const { ask, list } = await prices();
    const first = (await ask('https://prices.azure.com/api/retail/prices')).body;
    expect(first.Count).toBe(1000);
    let last = first;
    let pages = 1;
    for (; last.NextPageLink !== null && pages < 20; pages += 1) last = (await ask(String(last.NextPageLink))).body;
    expect([pages > 1, Number(last.Count) > 0, last.NextPageLink]).toEqual([true, true, null]);
    const { items } = await list(`${REGISTRY} and armRegionName eq 'eastus'`, { currencyCode: "'EUR'" });
    expect(items).toMatchObject([{ retailPrice: 0.14994, currencyCode: 'EUR' }]);
    expect((await list(REGISTRY, { currencyCode: "'XXX'" })).status).toBe(400);
  });
});
