import { settleAll } from '../engine/settle.ts';
import type { KnownResource, QuotaCheck } from '../resources/kind.ts';
import { canonicalJson, type Json, jsonAt, scalarText } from '../shared/json.ts';
import { type Beforehand, type Ground, together } from './beforehand.ts';
import type { Findings, PreflightTarget } from './findings.ts';
import { readableList } from './readable-list.ts';

/** A resource that takes of a quota. */
interface Demand {
  readonly check: QuotaCheck;
  readonly resource: KnownResource;
}

/** Quotas of the subscription that these new resources would pass together, so that Azure would refuse one of them. */
export async function quotaProblems(ground: Ground, created: readonly KnownResource[]): Promise<Beforehand> {
  const { azure, subscription } = ground;
  const wanted = created.flatMap((resource): readonly Demand[] =>
    (resource.kind.quotas ?? []).map((check) => ({ resource, check })),
  );
  const demands = Map.groupBy(wanted, ({ resource, check }) =>
    canonicalJson([check.question(resource, subscription), check.name(resource)]),
  );
  const asked = new Map<string, Promise<readonly Json[] | undefined>>();
  const usagesAt = (path: string, apiVersion: string): Promise<readonly Json[] | undefined> => {
    const usages = asked.get(path) ?? readableList(azure.arm, path, apiVersion);
    asked.set(path, usages);
    return usages;
  };
  const found = await settleAll(
    [...demands.values()].map(async ([first, ...others]): Promise<Beforehand> => {
      if (!first) return { refusals: new Map(), unseen: [] };
      const { path, apiVersion } = first.check.question(first.resource, subscription);
      return judged(
        first,
        [first, ...others].map(({ resource }) => resource),
        await usagesAt(path, apiVersion),
      );
    }),
  );
  return together(found);
}

/** The same of everything that would be made and is not there. */
export async function quotaFindings(target: PreflightTarget): Promise<Findings> {
  const { arm } = target.azure;
  const wanted = target.desired.filter(({ kind }) => (kind.quotas ?? []).length > 0);
  const absent = await settleAll(
    wanted.map(async (resource) => ((await arm.get(resource.id, resource.kind.apiVersion)) ? [] : [resource])),
  );
  const { refusals, unseen } = await quotaProblems(target, absent.flat());
  const repair = 'Ask for more quota in the portal (Usage + quotas), or set another region in locations.*.';
  return { problems: [...new Set(refusals.values())].map((text) => ({ text, repair })), unseen };
}

/** @param resources that take of the same quota, with the first of them */
function judged(
  { check, resource }: Demand,
  resources: readonly KnownResource[],
  usages: readonly Json[] | undefined,
): Beforehand {
  const usage = usages?.find((one) => jsonAt(one, 'name.value') === check.name(resource));
  const [current, limit] = [numberAt(usage, 'currentValue'), numberAt(usage, 'limit')];
  const [title, place] = [check.title(resource), scalarText(resource.body.location)];
  if (current === undefined || limit === undefined) {
    return { refusals: new Map(), unseen: [`the quota of ${title} in ${place}: Azure does not tell`] };
  }
  const more = resources.reduce((sum, one) => sum + check.amount(one), 0);
  // Less than nothing stands for no limit.
  if (limit < 0 || current + more <= limit) return { refusals: new Map(), unseen: [] };
  const problem = `the subscription may have ${limit} ${title} in ${place}, it has ${current}, and ${more} more would pass that; ask for more in the portal (Usage + quotas), or choose another region`;
  return { refusals: new Map(resources.map(({ key }) => [key, problem])), unseen: [] };
}

function numberAt(value: Json | undefined, path: string): number | undefined {
  const found = value === undefined ? undefined : jsonAt(value, path);
  return typeof found === 'number' ? found : undefined;
}
