import type { Arm, ArmResource } from '../azure/ports.ts';
import { isEmpty } from '../domain/compare.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { overlay } from '../domain/merge.ts';
import { type Json, type JsonObject, jsonAt } from '../shared/json.ts';

/**
 * The resource as it is; undefined when there is none. One that Azure takes for the same under another id counts, with that
 * id and as we want it: there is nothing in it to write.
 *
 * @throws AzureError as Azure refused
 */
export async function liveResource(
  arm: Pick<Arm, 'get' | 'list'>,
  desired: DesiredResource,
): Promise<ArmResource | undefined> {
  const { id, kind, body } = desired;
  const live = await answered(arm, desired);
  const query = live ? undefined : kind.equivalents?.query(body);
  if (live || !query) return live;
  const collection = id.slice(0, id.lastIndexOf('/'));
  const same = (await arm.list(collection, kind.apiVersion, query)).find((one) =>
    kind.equivalents?.isSame(desired, one),
  );
  return same && { ...overlay(same, body), id: same.id };
}

/** What Azure answers, with what it leaves out. */
async function answered(arm: Pick<Arm, 'get'>, { id, kind }: DesiredResource): Promise<ArmResource | undefined> {
  const live = await arm.get(id, kind.apiVersion);
  const unsaid = Object.entries(kind.implied ?? {}).filter(([path]) => live && isEmpty(jsonAt(live, path)));
  return (
    live &&
    unsaid.reduce((body, [path, value]) => ({ ...overlay(body, at(path.split('.'), value)), id: body.id }), live)
  );
}

function at([key = '', ...rest]: readonly string[], value: Json): JsonObject {
  return { [key]: rest.length === 0 ? value : at(rest, value) };
}
