import type { StepResource } from '../../domain/desired.ts';
import { findSoftDeleted, type SoftDeleted } from '../../engine/soft-deleted.ts';
import type { StepContext } from '../../engine/step.ts';
import { kindOfWanted } from '../../resources/registry.ts';
import { mapLimited } from '../../shared/map-limited.ts';
import type { FoundResources } from '../find-resources.ts';
import { READS_AT_A_TIME } from '../live-resources.ts';

/** Of what is not there, and of kinds that hold their names when they are deleted: what became of a deleted one, by lower-case id. */
export async function deletedNames(
  context: Pick<StepContext, 'azure' | 'environment' | 'options'>,
  wanted: readonly StepResource[],
  {
    found,
    subscriptionId,
  }: { readonly found: FoundResources | undefined; readonly subscriptionId: string | undefined },
): Promise<ReadonlyMap<string, SoftDeleted>> {
  if (!found || subscriptionId === undefined) return new Map();
  const absent = wanted.flatMap((resource) => {
    const kind = kindOfWanted(resource);
    const isAbsent = !found.marks.has(resource.id.toLowerCase());
    return kind?.deletion.softDeleted && isAbsent ? [{ ...resource, kind }] : [];
  });
  const answers = await mapLimited(
    absent,
    READS_AT_A_TIME,
    async (resource) =>
      [
        resource.id.toLowerCase(),
        await findSoftDeleted(context, resource, `/subscriptions/${subscriptionId}`),
      ] as const,
  );
  return new Map(answers);
}
