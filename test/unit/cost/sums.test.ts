import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { estimate } from '../../../src/cost/estimate.ts';
import { type CostedResource, measure } from '../../../src/cost/measure.ts';
import { type Assumptions, assumptionsOf } from '../../../src/domain/cost/assumptions.ts';
import type { PriceItem } from '../../../src/domain/cost/price.ts';
import type { JsonObject } from '../../../src/shared/json.ts';

interface Sum {
  readonly name: string;
  readonly currency: string;
  readonly region: string;
  readonly type: string;
  readonly body: JsonObject;
  readonly parent?: JsonObject;
  /** How many more of it there are. */
  readonly others?: number;
  readonly assumptions?: Partial<Assumptions>;
  readonly prices: readonly (Omit<PriceItem, 'region' | 'from' | 'since'> & Partial<PriceItem>)[];
  /** Of the resource by itself, before what is free for all together. */
  readonly isGross?: true;
  readonly fixed: string;
  readonly use: string;
  readonly most?: string;
}

const SUMS: readonly Sum[] = JSON.parse(
  readFileSync(new URL('../../fixtures/prices/sums.json', import.meta.url), 'utf8'),
);
const GROUP = '/subscriptions/s/resourceGroups/g/providers';

function costed({ type, body, parent, others = 0 }: Sum): readonly CostedResource[] {
  const parentId = `${GROUP}/Microsoft.Storage/storageAccounts/account`;
  const around = { key: 'parent', title: 'parent', type: 'Microsoft.Storage/storageAccounts', id: parentId };
  const one = { key: 'one', title: 'one', type, after: body };
  const more = Array.from({ length: others }, (_, index) => ({
    ...one,
    key: `${index}`,
    id: `${GROUP}/${type}/${index}`,
  }));
  if (!parent) return [{ ...one, id: `${GROUP}/${type}/one` }, ...more];
  return [
    { ...around, after: { ...parent } },
    { ...one, id: `${parentId}/fileServices/default/shares/one` },
  ];
}

function items({ prices, region }: Sum): readonly PriceItem[] {
  return prices.map((price) => ({ region, from: '0', since: '2026-01-01T00:00:00Z', ...price }));
}

describe('sums that were made by hand', () => {
  it.each(SUMS.map((sum) => [sum.name, sum] as const))('are equal to the cent: %s', (_, sum) => {
    const assumptions = assumptionsOf(sum.assumptions);
    const measured = measure(costed(sum), { assumptions, region: sum.region });
    const prices = { items: items(sum), asOf: '2026-01-01T00:00:00Z', problem: undefined };
    const { after, resources } = estimate(measured, prices, { currency: sum.currency, assumptions });
    const one = resources.find(({ key }) => key === 'one');
    const told = sum.isGross || sum.parent ? one?.after : after;
    expect(one?.notPriced).toBeUndefined();
    expect({ fixed: told?.fixed, use: told?.use }).toEqual({ fixed: sum.fixed, use: sum.use });
    if (sum.most !== undefined) expect(one?.most).toBe(sum.most);
  });
});
