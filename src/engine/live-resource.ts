import { AzureError } from '../azure/errors.ts';
import type { Arm, ArmResource } from '../azure/ports.ts';
import { isEmpty } from '../domain/compare.ts';
import type { DesiredResource, ResourceRules } from '../domain/desired.ts';
import { overlay } from '../domain/merge.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../shared/json.ts';

/**
 * The resource as it is; undefined when there is none. One that Azure takes for the same under another id counts, with that
 * id and as we want it: there is nothing in it to write.
 *
 * @throws AzureError as Azure refused
 */
export async function liveResource(
  arm: Pick<Arm, 'get' | 'list' | 'post'>,
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
async function answered(
  arm: Pick<Arm, 'get' | 'post'>,
  { id, kind }: DesiredResource,
): Promise<ArmResource | undefined> {
  const live = await readResource(arm, id, kind);
  const unsaid = Object.entries(kind.implied ?? {}).filter(([path]) => live && isEmpty(jsonAt(live, path)));
  return (
    live &&
    unsaid.reduce((body, [path, value]) => ({ ...overlay(body, at(path.split('.'), value)), id: body.id }), live)
  );
}

/**
 * What Azure answers of it, by GET or by the action that stands for it; undefined when there is none.
 *
 * @throws AzureError as Azure refused
 */
export async function readResource(
  arm: Pick<Arm, 'get' | 'post'>,
  id: string,
  { apiVersion, readAction }: Pick<ResourceRules, 'apiVersion' | 'readAction'>,
): Promise<ArmResource | undefined> {
  if (readAction === undefined) return await arm.get(id, apiVersion);
  try {
    const reply = await arm.post(`${id}/${readAction}`, apiVersion, undefined, { repeatable: true });
    return reply.kind === 'done' && isJsonObject(reply.body) ? { ...reply.body, id } : undefined;
  } catch (error) {
    if (error instanceof AzureError && error.statusCode === 404) return undefined;
    throw error;
  }
}

function at([key = '', ...rest]: readonly string[], value: Json): JsonObject {
  return { [key]: rest.length === 0 ? value : at(rest, value) };
}
