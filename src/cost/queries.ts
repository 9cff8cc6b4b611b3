import type { PriceQuery } from '../domain/cost/price.ts';
import type { MeasuredResource } from './measure.ts';

/** What has to be asked, and no more: one question for each service and region. */
export function queriesOf(measured: readonly MeasuredResource[], currency: string): readonly PriceQuery[] {
  const uses = measured.flatMap(({ now, after }) => [...now.uses, ...after.uses]);
  const meters = uses.flatMap(({ meters, region }) =>
    meters.map(({ meter }) => ({ service: meter.service, region: meter.region ?? region, name: meter.name })),
  );
  const grouped = Map.groupBy(meters, ({ service, region }) => `${region}\n${service}`);
  return [...grouped.values()].map((same) => ({
    currency,
    region: same[0]?.region ?? '',
    service: same[0]?.service ?? '',
    meters: [...new Set(same.map(({ name }) => name))].sort(),
  }));
}
