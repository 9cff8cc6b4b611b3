import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { createRetailPrices } from '../../../../src/azure/prices/retail-prices.ts';

const QUERY = { currency: 'EUR', region: 'westeurope', service: "Bob's Service", meters: ['A', 'B'] };

function item(more: object = {}) {
  return {
    ...{ armRegionName: 'westeurope', serviceName: "Bob's Service", productName: 'P', skuName: 'S', meterName: 'A' },
    ...{ unitOfMeasure: '1 Second', retailPrice: 3e-6, tierMinimumUnits: 0, type: 'Consumption' },
    ...{ effectiveStartDate: '2026-01-01T00:00:00Z', currencyCode: 'EUR', location: 'EU West' },
    ...more,
  };
}

function page(items: readonly object[], next: string | null = null, currency = 'EUR'): string {
  return JSON.stringify({ BillingCurrency: currency, Items: items, NextPageLink: next, Count: items.length });
}

/** Answers one after the other, and what was asked. */
function service(...answers: readonly (string | [status: number, body: string])[]) {
  const requests: PipelineRequest[] = [];
  const transport: HttpClient = {
    async sendRequest(request) {
      requests.push(request);
      const answer = answers[requests.length - 1] ?? '{}';
      const [status, bodyAsText] = typeof answer === 'string' ? ([200, answer] as const) : answer;
      return { request, status, headers: createHttpHeaders(), bodyAsText };
    },
  };
  return { requests, ask: createRetailPrices(transport) };
}

describe('retail prices', () => {
  it('are asked for by service, region and meters, without a token', async () => {
    const { ask, requests } = service(page([item(), item({ type: 'Reservation' })]));
    expect(await ask(QUERY)).toEqual([
      {
        ...{ region: 'westeurope', service: "Bob's Service", product: 'P', sku: 'S', meter: 'A', unit: '1 Second' },
        ...{ from: '0', price: '0.000003', since: '2026-01-01T00:00:00Z' },
      },
    ]);
    const address = new URL(requests[0]?.url ?? '');
    expect(address.origin + address.pathname).toBe('https://prices.azure.com/api/retail/prices');
    expect(address.searchParams.get('currencyCode')).toBe("'EUR'");
    expect(address.searchParams.get('$filter')).toBe(
      "serviceName eq 'Bob''s Service' and armRegionName eq 'westeurope' and priceType eq 'Consumption' and (meterName eq 'A' or meterName eq 'B')",
    );
    expect(requests[0]?.headers.has('authorization')).toBe(false);
  });

  it('come from all pages, as Azure links them', async () => {
    const next = 'https://prices.azure.com:443/api/retail/prices?$skip=1000';
    const { ask, requests } = service(page([item()], next), page([item({ meterName: 'B' })]));
    expect((await ask(QUERY)).map(({ meter }) => meter)).toEqual(['A', 'B']);
    expect(requests[1]?.url).toBe(next);
  });

  it.each([
    ['a page that leads to somebody else', [page([item()], 'https://prices.example.org/api')]],
    [
      'a page that leads back to itself',
      [page([], 'https://prices.azure.com/a'), page([], 'https://prices.azure.com/a')],
    ],
    ['another currency than was asked for', [page([item()], null, 'USD')]],
    ['something else', ['{"Items":[{}]}']],
    ['no JSON', ['<html>']],
    ['an error', [[429, '{"Error":{"Code":"TooManyRequests","Message":"slow down"}}'] as [number, string]]],
  ])('are none where the answer is %s', async (_, answers) => {
    const { ask, requests } = service(...answers);
    await expect(ask(QUERY)).rejects.toThrow();
    expect(requests.every(({ url }) => url.startsWith('https://prices.azure.com/'))).toBe(true);
  });
});
