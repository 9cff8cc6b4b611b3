import type { Arm } from '../azure/ports.ts';
import type { StepResource } from '../domain/desired.ts';
import { type Drift, driftOf } from '../domain/drift.ts';
import { nameOf } from '../domain/ids.ts';
import { settleAll } from '../engine/settle.ts';
import type { ResourceKind } from '../resources/kind.ts';
import { RESOURCE_KINDS } from '../resources/registry.ts';

/** What others made in a resource of ours, of the kinds that say what one is; a repair leaves it. @param ours ids in lower case */
export async function foreignChildren(
  arm: Pick<Arm, 'list'>,
  parent: StepResource,
  ours: ReadonlySet<string>,
): Promise<readonly Drift[]> {
  const found = await settleAll(
    childrenToLookAt(parent).map(async (kind) => {
      const collection = nameOf(kind.type);
      const live = await arm.list(`${parent.id}/${collection}`, kind.apiVersion);
      return live.flatMap((one): Drift[] => {
        const foreign = ours.has(one.id.toLowerCase()) ? undefined : kind.foreign?.(one);
        if (!foreign) return [];
        const path = `${collection}[${nameOf(one.id)}]`;
        return [driftOf({ ...parent, id: one.id }, { path, expected: null, found: foreign.text }, false)];
      });
    }),
  );
  return found.flat();
}

function childrenToLookAt({ kind: { type } }: StepResource): readonly ResourceKind[] {
  const kinds: readonly ResourceKind[] = RESOURCE_KINDS;
  return kinds.filter((kind) => kind.foreign && kind.type === `${type}/${nameOf(kind.type)}`);
}
