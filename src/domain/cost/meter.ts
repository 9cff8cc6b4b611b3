import type { JsonObject } from '../../shared/json.ts';
import type { Assumptions } from './assumptions.ts';
import type { Decimal } from './decimal.ts';

/**
 * What Azure counts, by the names of the Retail Prices API:
 * https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices. Case does not count.
 */
export interface Meter {
  /** `serviceName` */
  readonly service: string;
  /** `productName` */
  readonly product: string;
  /** `skuName`; absent: whichever the product has of that meter. */
  readonly sku?: string;
  /** `meterName` */
  readonly name: string;
  /** `unitOfMeasure`, e.g. `1 Hour`. One meter may be told in two of them. */
  readonly unit: string;
  /** `armRegionName` where that is not the region of the resource: `Global`, `Zone 1`. */
  readonly region?: string;
}

/** What of a meter is free, before anything is charged. */
export interface Grant {
  /** In units of the meter, per month. */
  readonly amount: Decimal;
  /** For people: for all of what it is counted once. */
  readonly per: 'subscription' | 'billing account';
  /** Meters with the same pool take from one grant, in the order in which they are said. */
  readonly pool: string;
}

/** How much of one meter a resource takes in a month. */
export interface MeterUse {
  /** For people, e.g. `compute`. */
  readonly what: string;
  /** `fixed`: for being there. `use`: for what is done with it, as it is assumed. */
  readonly kind: 'fixed' | 'use';
  /** The first of them that has a price counts: some meters are called otherwise in some regions. */
  readonly meters: readonly MeterQuantity[];
  readonly grant?: Grant;
}

export interface MeterQuantity {
  readonly meter: Meter;
  /** In units of the meter. */
  readonly quantity: Decimal;
  /** As far as it may scale out, where that is another quantity. */
  readonly most?: Decimal;
}

/** Of which the price is to be told. */
export interface CostInput {
  /** As ARM has it, or will. */
  readonly body: JsonObject;
  /** Body of what it is in, where that is known. */
  readonly parent: JsonObject | undefined;
  readonly assumptions: Assumptions;
}

/** Why no price can be told, for people. */
export interface NotPriced {
  readonly notPriced: string;
}

/**
 * What one resource of a kind costs. `free`: Azure charges nothing for it. `elsewhere`: what is charged for it counts with
 * another resource, such as the one it is in.
 */
export type CostColumn = 'free' | 'elsewhere' | ((input: CostInput) => readonly MeterUse[] | NotPriced);
