import { describe, expect, it } from 'vitest';
import { knownPrices } from '../../../src/cost/known-prices.ts';
import type { KeptText, PriceItem, PriceQuery } from '../../../src/domain/cost/price.ts';

const MORNING = new Date('2026-05-01T08:00:00Z');
const NEXT_DAY = new Date('2026-05-02T09:00:00Z');
const QUERY: PriceQuery = { currency: 'USD', region: 'eastus', service: 'Key Vault', meters: ['Operations'] };
const ITEM: PriceItem = {
  ...{ region: 'eastus', service: 'Key Vault', product: 'Key Vault', sku: 'Standard', meter: 'Operations' },
  ...{ unit: '10K', from: '0', price: '0.03', since: '2026-01-01T00:00:00Z' },
};

function memory(text?: string): KeptText & { text: string | undefined } {
  const kept = {
    text,
    read: async () => kept.text,
    write: async (next: string) => {
      kept.text = next;
    },
  };
  return kept;
}

/** Azure, and how often it was asked. */
function azure(answer: () => readonly PriceItem[] = () => [ITEM]) {
  const asked: PriceQuery[] = [];
  return {
    asked,
    ask: async (query: PriceQuery) => {
      asked.push(query);
      return answer();
    },
  };
}

const away = () => {
  throw new Error('no answer from prices.azure.com');
};

describe('prices', () => {
  it('are asked for once a day', async () => {
    const kept = memory();
    const { ask, asked } = azure();
    const first = await knownPrices({ ask, kept, now: MORNING }, [QUERY]);
    expect(first).toEqual({ items: [ITEM], asOf: MORNING.toISOString(), problem: undefined });
    expect(await knownPrices({ ask, kept, now: new Date(MORNING.getTime() + 3_600_000) }, [QUERY])).toEqual(first);
    expect(asked).toHaveLength(1);
    expect((await knownPrices({ ask, kept, now: NEXT_DAY }, [QUERY])).asOf).toBe(NEXT_DAY.toISOString());
    expect(asked).toHaveLength(2);
  });

  it('are those of the last time where Azure does not answer, and it is said so', async () => {
    const kept = memory();
    await knownPrices({ ask: azure().ask, kept, now: MORNING }, [QUERY]);
    const before = kept.text;
    const offline = await knownPrices({ ask: azure(away).ask, kept, now: NEXT_DAY }, [QUERY]);
    expect(offline.items).toEqual([ITEM]);
    expect(offline.asOf).toBe(MORNING.toISOString());
    expect(offline.problem).toContain('those of 2026-05-01');
    expect(offline.problem).toContain('no answer from prices.azure.com');
    expect(kept.text).toBe(before);
  });

  it('are unknown where nobody ever answered, which is no failure', async () => {
    const found = await knownPrices({ ask: azure(away).ask, kept: memory(), now: MORNING }, [QUERY]);
    expect(found).toMatchObject({ items: [], asOf: undefined });
    expect(found.problem).toContain('no price is known');
  });

  it.each(['', '{', '{"version":2}', 'null', '{"version":1,"answers":[{}]}'])(
    'are asked for anew where what is kept is %j',
    async (text) => {
      const { ask, asked } = azure();
      expect((await knownPrices({ ask, kept: memory(text), now: MORNING }, [QUERY])).items).toEqual([ITEM]);
      expect(asked).toHaveLength(1);
    },
  );

  it('are told although they can neither be read nor kept', async () => {
    const broken: KeptText = {
      read: () => Promise.reject(new Error('EACCES')),
      write: () => Promise.reject(new Error('EROFS')),
    };
    const found = await knownPrices({ ask: azure().ask, kept: broken, now: MORNING }, [QUERY]);
    expect(found.items).toEqual([ITEM]);
    expect(found.problem).toContain('EROFS');
  });

  it('of one currency, region and service say nothing of another, nor of another meter', async () => {
    const kept = memory();
    const { ask, asked } = azure();
    await knownPrices({ ask, kept, now: MORNING }, [QUERY]);
    const others = [
      { ...QUERY, currency: 'EUR' },
      { ...QUERY, region: 'westeurope' },
      { ...QUERY, meters: ['Operations', 'Renewals'] },
    ];
    await knownPrices({ ask, kept, now: MORNING }, others);
    expect(asked).toEqual([QUERY, ...others]);
    await knownPrices({ ask, kept, now: MORNING }, [QUERY, ...others]);
    expect(asked).toHaveLength(4);
  });
});
