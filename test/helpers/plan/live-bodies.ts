import type { Arm } from '../../../src/azure/ports.ts';
import { kindOf } from '../../../src/resources/registry.ts';
import type { JsonObject } from '../../../src/shared/json.ts';

/** What Azure answers of the resources that are of kinds that deployments make, by lower-case id. */
export async function liveBodies(arm: Arm, ids: readonly string[]): Promise<Readonly<Record<string, JsonObject>>> {
  const bodies = await Promise.all(
    ids.map(async (id) => {
      const kind = kindOf(typeOf(id));
      const body = kind && (await arm.get(id, kind.apiVersion));
      return body ? [[id.toLowerCase(), body] as const] : [];
    }),
  );
  return Object.fromEntries(bodies.flat());
}

/** `Microsoft.App/jobs` of an id; extensions count by their own type. */
function typeOf(id: string): string {
  const [group = '', ...providers] = id.split(/\/providers\//i);
  const own = providers.at(-1);
  if (own === undefined) return /\/resourceGroups\/[^/]+$/i.test(group) ? 'Microsoft.Resources/resourceGroups' : '';
  const [namespace = '', ...rest] = own.split('/');
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/');
}
