import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import type { AskPrices, PriceItem, PriceQuery } from '../../domain/cost/price.ts';
import { type ClientTerms, withTerms } from '../../outbound/terms.ts';
import { AzureError, errorOfException, errorOfResponse } from '../errors.ts';
import { jsonOf } from '../json-answer.ts';
import { armPages } from '../pages.ts';

const ORIGIN = 'https://prices.azure.com';

/** Nobody waits long for what a plan can do without. */
const TERMS: ClientTerms = { origins: [ORIGIN], limits: { connect: 3, firstByte: 5, idle: 3, whole: 8 } };

const pageSchema = z.object({
  BillingCurrency: z.string(),
  Items: z.array(
    z.object({
      armRegionName: z.string(),
      serviceName: z.string(),
      productName: z.string(),
      skuName: z.string(),
      meterName: z.string(),
      unitOfMeasure: z.string(),
      retailPrice: z.number(),
      tierMinimumUnits: z.number(),
      effectiveStartDate: z.string(),
      type: z.string(),
    }),
  ),
  NextPageLink: z.string().nullish(),
});
type Page = z.infer<typeof pageSchema>;

/**
 * The Retail Prices API, which asks nobody who he is:
 * https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
 *
 * @throws AzureError
 */
export function createRetailPrices(transport: HttpClient): AskPrices {
  const client = withTerms(transport, TERMS);

  async function* pages(query: PriceQuery): AsyncGenerator<Page> {
    let next: string | undefined = addressOf(query);
    while (next !== undefined) {
      const page: Page = await ask(client, next);
      // A page in another currency than was asked for would be a wrong price.
      if (page.BillingCurrency !== query.currency) throw unexpected(`prices in ${page.BillingCurrency}`);
      yield page;
      next = page.NextPageLink ?? undefined;
    }
  }

  return async (query) => {
    const items: PriceItem[] = [];
    for await (const { Items } of armPages(pages(query), ({ NextPageLink }) => NextPageLink ?? undefined)) {
      items.push(...Items.filter(({ type }) => type === 'Consumption').map(itemOf));
    }
    return items;
  };
}

async function ask(client: HttpClient, url: string): Promise<Page> {
  const request = createPipelineRequest({ url, method: 'GET' });
  const { status, headers, bodyAsText } = await client.sendRequest(request).catch((error: unknown) => {
    throw errorOfException(error);
  });
  if (status !== 200) throw errorOfResponse(status, headers.toJSON(), bodyAsText);
  const parsed = pageSchema.safeParse(jsonOf(bodyAsText));
  if (parsed.success) return parsed.data;
  throw unexpected('something that are no prices');
}

function unexpected(what: string): AzureError {
  return new AzureError({ code: 'UnexpectedAnswer', message: `${new URL(ORIGIN).host} answered ${what}` });
}

/** Filters name `priceType` what answers call `type`. */
function addressOf({ currency, region, service, meters }: PriceQuery): string {
  const any = meters.map((name) => `meterName eq ${quoted(name)}`).join(' or ');
  const filter = `serviceName eq ${quoted(service)} and armRegionName eq ${quoted(region)} and priceType eq 'Consumption' and (${any})`;
  return `${ORIGIN}/api/retail/prices?${new URLSearchParams({ currencyCode: quoted(currency), $filter: filter })}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A number of JSON is told by its shortest decimal form, which is the one that was sent. */
function itemOf(item: Page['Items'][number]): PriceItem {
  return {
    region: item.armRegionName,
    service: item.serviceName,
    product: item.productName,
    sku: item.skuName,
    meter: item.meterName,
    unit: item.unitOfMeasure,
    from: String(item.tierMinimumUnits),
    price: String(item.retailPrice),
    since: item.effectiveStartDate,
  };
}
