import type { Arm, ArmResource } from '../azure/ports.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { overlay } from '../domain/merge.ts';

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
  const live = await arm.get(id, kind.apiVersion);
  const query = live ? undefined : kind.equivalents?.query(body);
  if (live || !query) return live;
  const collection = id.slice(0, id.lastIndexOf('/'));
  const same = (await arm.list(collection, kind.apiVersion, query)).find((one) =>
    kind.equivalents?.isSame(desired, one),
  );
  return same && { ...overlay(same, body), id: same.id };
}
