import { describe, expect, it } from 'vitest';
import { costCsv } from '../../../src/cli/cost/cost-csv.ts';
import { estimate, isOverLimit } from '../../../src/cost/estimate.ts';
import { type CostedResource, measure } from '../../../src/cost/measure.ts';
import { queriesOf } from '../../../src/cost/queries.ts';
import { type Assumptions, assumptionsOf } from '../../../src/domain/cost/assumptions.ts';
import type { PriceItem } from '../../../src/domain/cost/price.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { costText } from '../../../src/text/cost-text.ts';

const PG = 'Azure Database for PostgreSQL';
const APPS = 'Azure Container Apps';

function item(
  service: string,
  product: string,
  sku: string,
  meter: string,
  unit: string,
  price: string,
  more = {},
): PriceItem {
  return { region: 'eastus', service, product, sku, meter, unit, price, from: '0', since: '2026-01-01', ...more };
}

const BURSTABLE = `${PG} Flexible Server Burstable BS Series Compute`;
const PRICES: readonly PriceItem[] = [
  item(PG, BURSTABLE, 'B1MS', 'B1MS', '1 Hour', '0.017'),
  item(PG, BURSTABLE, 'B2S', 'B2S', '1 Hour', '0.068'),
  item(PG, 'Az DB for PostgreSQL Flexible Server Storage', 'Storage', 'Storage Data Stored', '1 GB/Month', '0.115'),
  item(APPS, APPS, 'Standard', 'Standard vCPU Active Usage', '1 Second', '0.000024'),
  item(APPS, APPS, 'Standard', 'Standard vCPU Idle Usage', '1 Second', '0.000003'),
  item(APPS, APPS, 'Standard', 'Standard Memory Active Usage', '1 GiB Second', '0.000003'),
  item(APPS, APPS, 'Standard', 'Standard Memory Idle Usage', '1 GiB Second', '0.000003'),
];

const server = (sku: string): JsonObject => ({
  location: 'East US',
  sku: { name: sku, tier: 'Burstable' },
  properties: { storage: { storageSizeGB: 32 } },
});
const app = (minReplicas: number): JsonObject => ({
  location: 'eastus',
  properties: {
    template: {
      containers: [{ name: 'a', resources: { cpu: 0.5, memory: '1Gi' } }],
      scale: { minReplicas, maxReplicas: 3 },
    },
  },
});

function resource(key: string, type: string, bodies: Pick<CostedResource, 'now' | 'after'>): CostedResource {
  return { key, title: key, type, id: `/subscriptions/s/resourceGroups/g/providers/${type}/${key}`, ...bodies };
}

const SERVER = 'Microsoft.DBforPostgreSQL/flexibleServers';
const APP = 'Microsoft.App/containerApps';

function costOf(
  resources: readonly CostedResource[],
  {
    prices = PRICES,
    currency = 'USD',
    limit,
    ...said
  }: Partial<Assumptions> & { prices?: readonly PriceItem[]; currency?: string; limit?: number } = {},
) {
  const assumptions = assumptionsOf(said);
  const measured = measure(resources, { assumptions, region: 'eastus' });
  const known = { items: prices, asOf: '2026-05-01T08:00:00Z', problem: undefined };
  return estimate(measured, known, { currency, assumptions, ...(limit !== undefined && { limit }) });
}

describe('an estimate', () => {
  it('tells what a change costs: now, after, and the difference', () => {
    const bodies = { now: server('Standard_B1ms'), after: server('Standard_B2s') };
    const cost = costOf([resource('postgresql', SERVER, bodies)], { currency: 'EUR' });
    expect(cost).toMatchObject({ now: { sum: '16.09' }, after: { sum: '53.32' }, change: '37.23' });
    const [one] = cost.resources;
    expect(one?.components.map(({ what, now, after }) => [what, now, after])).toEqual([
      ['compute Standard_B1ms', '12.41', '0.00'],
      ['storage', '3.68', '3.68'],
      ['compute Standard_B2s', '0.00', '49.64'],
    ]);
    expect(costText(cost, false)).toContain('€16.09 → €53.32 (+€37.23)');
    expect(cost.notes.join(' ')).toContain('Azure sets its prices in US dollars');
  });

  it('counts what is free once for all apps of the subscription, and says so', () => {
    const two = ['a', 'b'].map((key) => resource(key, APP, { after: app(1) }));
    const cost = costOf(two, { activeHours: 0 });
    expect(cost.resources.map(({ after }) => after.sum)).toEqual(['11.83', '11.83']);
    expect(cost.allowances.map(({ after }) => after)).toEqual(['-0.54', '-1.08']);
    expect(cost.after.sum).toBe('22.03');
    expect(cost.notes.join(' ')).toContain('counts once');
  });

  it('tells what it is at most where replicas scale out, all of them at work', () => {
    const [one] = costOf([resource('a', APP, { after: app(0) })]).resources;
    // 3 x 2,628,000 s x (0.5 x 0.000024 + 0.000003)
    expect(one?.most).toBe('118.26');
  });

  it('ends with what is deleted', () => {
    const cost = costOf([resource('postgresql', SERVER, { now: server('Standard_B1ms') })]);
    expect(cost).toMatchObject({ now: { sum: '16.09' }, after: { sum: '0.00' }, change: '-16.09' });
  });

  it.each([
    ['a retired size', 'Standard_B7s', 'Azure tells no price in eastus'],
    ['a size that is called otherwise', 'Huge', 'its size Huge is not known here'],
  ])('lists as not priced what has %s, and what of it has a price counts', (_, sku, why) => {
    const cost = costOf([resource('postgresql', SERVER, { after: server(sku) })]);
    const told = [
      ...cost.notPriced.map((one) => one.why),
      ...cost.resources.flatMap(({ notPriced = [] }) => notPriced),
    ];
    expect(told.join()).toContain(why);
  });

  it('lists a type of which nothing is known, and a region without prices', () => {
    const cost = costOf([
      resource('search', 'Microsoft.Search/searchServices', { after: {} }),
      resource('postgresql', SERVER, { after: { ...server('Standard_B1ms'), location: 'Atlantis' } }),
    ]);
    expect(cost.notPriced).toMatchObject([
      { key: 'search', why: 'nothing is known here of what Microsoft.Search/searchServices costs' },
      { key: 'postgresql', why: expect.stringContaining('Azure tells no price in atlantis') },
    ]);
    expect(costText(cost, false)).toContain('Not priced:\n  search: nothing is known');
    expect(costCsv(cost)).toContain(
      'search,nothing is known here of what Microsoft.Search/searchServices costs,not priced',
    );
  });

  it('takes no price where the same units have two of the same day, and the newest of several', () => {
    const body = { after: server('Standard_B1ms') };
    const twice = [...PRICES, item(PG, BURSTABLE, 'B1MS', 'B1MS', '1 Hour', '0.018')];
    const [doubtful] = costOf([resource('postgresql', SERVER, body)], { prices: twice }).resources;
    expect(doubtful?.notPriced?.join()).toContain('B1MS has more than one price');
    const newer = [...PRICES, item(PG, BURSTABLE, 'B1MS', 'B1MS', '1 Hour', '0.018', { since: '2026-04-01' })];
    expect(costOf([resource('postgresql', SERVER, body)], { prices: newer }).after.sum).toBe('16.82');
  });

  it('asks for the meters of what is there and no others, once for each service and region', () => {
    const resources = [
      resource('a', APP, { after: app(0) }),
      resource('b', APP, { after: app(0) }),
      resource('group', 'Microsoft.Resources/resourceGroups', { after: {} }),
    ];
    const measured = measure(resources, { assumptions: assumptionsOf(), region: 'eastus' });
    expect(queriesOf(measured, 'EUR')).toEqual([
      {
        currency: 'EUR',
        region: 'eastus',
        service: APPS,
        meters: ['Standard Memory Active Usage', 'Standard vCPU Active Usage'],
      },
    ]);
  });

  it.each([
    [53, 'Standard_B1ms', 'Standard_B2s', true],
    [54, 'Standard_B1ms', 'Standard_B2s', false],
    // Cheaper than before, if not cheap enough.
    [10, 'Standard_B2s', 'Standard_B1ms', false],
    [10, 'Standard_B1ms', 'Standard_B1ms', true],
  ])('is over a limit of %i from %s to %s: %s', (limit, now, after, expected) => {
    const cost = costOf([resource('postgresql', SERVER, { now: server(now), after: server(after) })], { limit });
    expect(isOverLimit(cost)).toBe(expected);
  });

  it('is the same CSV to a spreadsheet, whatever the names of things begin with', () => {
    const cost = costOf([resource('=cmd', SERVER, { after: server('Standard_B1ms') })]);
    expect(costCsv(cost).split('\n').slice(0, 2)).toEqual([
      'resource,what,kind,meter,unit,price,quantity_now,quantity_after,now,after,currency',
      "'=cmd,compute Standard_B1ms,fixed,B1MS,1 Hour,0.017,,730,0.00,12.41,USD",
    ]);
  });
});
