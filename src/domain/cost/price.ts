/** One price of the Retail Prices API, as much of it as an estimate reads. Numbers are decimal texts. */
export interface PriceItem {
  readonly region: string;
  readonly service: string;
  readonly product: string;
  readonly sku: string;
  readonly meter: string;
  readonly unit: string;
  /** From so many units on. */
  readonly from: string;
  readonly price: string;
  /** Since when, ISO 8601. */
  readonly since: string;
}

/** Prices of some meters of one service in one region. */
export interface PriceQuery {
  readonly currency: string;
  readonly region: string;
  readonly service: string;
  /** Names of meters, sorted. */
  readonly meters: readonly string[];
}

/** Asks Azure. Rejects when it does not answer; what it has no price for is not among the answers. */
export type AskPrices = (query: PriceQuery) => Promise<readonly PriceItem[]>;

/** What is known of prices, and since when. */
export interface KnownPrices {
  readonly items: readonly PriceItem[];
  /** When the oldest of them was asked for, ISO 8601; undefined where nothing is known. */
  readonly asOf: string | undefined;
  /** Why they are not of today, or not all there, for people. */
  readonly problem: string | undefined;
}

/** A text that is kept between plans. Neither of both need succeed. */
export interface KeptText {
  /** Undefined: nothing is kept. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}
