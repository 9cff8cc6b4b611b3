import { readFileSync } from 'node:fs';
import type { Json } from '../../../src/shared/json.ts';

interface Exchange {
  readonly request: { readonly method: string; readonly url: string; readonly body: Json };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  };
}

const { exchanges } = JSON.parse(
  readFileSync(new URL('../../fixtures/azure/exchanges.json', import.meta.url), 'utf8'),
) as { exchanges: Readonly<Record<string, Exchange>> };

/** A request to the real Azure and its answer: `containerApp.patch`. */
export function recordedExchange(name: string): Exchange {
  const exchange = exchanges[name];
  if (!exchange) throw new Error(`${name} is not recorded`);
  return exchange;
}
