import { regionName } from '../domain/compare.ts';
import type { Assumptions } from '../domain/cost/assumptions.ts';
import { isZero } from '../domain/cost/decimal.ts';
import type { MeterUse } from '../domain/cost/meter.ts';
import { isBelow } from '../domain/ids.ts';
import { costOf } from '../resources/registry.ts';
import { type JsonObject, scalarText } from '../shared/json.ts';

/** A resource as it is and as it will be; absent: it is not there. */
export interface CostedResource {
  readonly key: string;
  /** For people. */
  readonly title: string;
  readonly type: string;
  readonly id: string;
  readonly now?: JsonObject;
  readonly after?: JsonObject;
  /** Why nobody knows what it is like. */
  readonly unknown?: string;
}

/** What one takes of meters, before anything is known of prices. */
export interface MeasuredResource {
  readonly resource: CostedResource;
  readonly now: Measure;
  readonly after: Measure;
}

interface Measure {
  readonly uses: readonly LocatedUse[];
  /** Why nothing can be said. */
  readonly notPriced?: string;
}

/** A use in the region whose price counts. */
export type LocatedUse = MeterUse & { readonly region: string };

type Side = 'now' | 'after';

/** @param region of what says none, and is in nothing that does */
export function measure(
  resources: readonly CostedResource[],
  { assumptions, region }: { readonly assumptions: Assumptions; readonly region: string },
): readonly MeasuredResource[] {
  const on = (resource: CostedResource, side: Side): Measure => {
    if (resource.unknown !== undefined) return { uses: [], notPriced: resource.unknown };
    const body = resource[side];
    if (!body) return { uses: [] };
    const column = costOf(resource.type);
    if (column === undefined) return { uses: [], notPriced: `nothing is known here of what ${resource.type} costs` };
    if (typeof column === 'string') return { uses: [] };
    const parent = parentOf(resource, resources)?.[side];
    const measured = column({ body, parent, assumptions });
    if ('notPriced' in measured) return { uses: [], notPriced: measured.notPriced };
    const where = regionName(scalarText(body.location) || scalarText(parent?.location) || region);
    return { uses: measured.filter(isAnything).map((use) => ({ ...use, region: where })) };
  };
  return resources.map((resource) => ({ resource, now: on(resource, 'now'), after: on(resource, 'after') }));
}

/** The innermost of those in which it is. */
function parentOf({ id }: CostedResource, all: readonly CostedResource[]): CostedResource | undefined {
  const around = all.filter((other) => isBelow(id, other.id) && other.type.includes('/'));
  return around.reduce<CostedResource | undefined>(
    (inner, other) => (inner && inner.id.length >= other.id.length ? inner : other),
    undefined,
  );
}

function isAnything({ meters }: MeterUse): boolean {
  return meters.some(({ quantity, most = quantity }) => !isZero(quantity) || !isZero(most));
}
