import { AzureError } from '../../azure/errors.ts';
import type { Azure } from '../../azure/ports.ts';
import type { StepResource } from '../../domain/desired.ts';
import { type NeededField, neededFields, ownParts } from '../../engine/dependents.ts';
import { kindOfWanted } from '../../resources/registry.ts';
import { mapLimited } from '../../shared/map-limited.ts';
import { type LiveResources, READS_AT_A_TIME } from '../live-resources.ts';

export interface NeededByOthers {
  /** By lower-case id. */
  readonly fields: ReadonlyMap<string, readonly NeededField[]>;
  /** Where nobody may look for them, one sentence each. */
  readonly unseen: readonly string[];
}

/** By which fields of what exists others live, where a write would change them. */
export async function neededByOthers(
  {
    azure,
    subscriptionId,
    ours,
  }: {
    readonly azure: Pick<Azure, 'arm' | 'resources'>;
    readonly subscriptionId: string | undefined;
    /** Ids of what the deployment makes, in lower case. */
    readonly ours: ReadonlySet<string>;
  },
  looked: readonly StepResource[],
  live: LiveResources,
): Promise<NeededByOthers> {
  const asked = looked.filter((one) => kindOfWanted(one)?.dependents);
  if (subscriptionId === undefined || asked.length === 0) return { fields: new Map(), unseen: [] };
  const { objectId } = await azure.resources.principal();
  const parts = { subscription: `/subscriptions/${subscriptionId}`, own: ownParts([...ours, objectId]) };
  const found = await mapLimited(asked, READS_AT_A_TIME, async (resource) => {
    const body = live.get(resource.id.toLowerCase());
    if (body === undefined || body === 'unreadable') return { fields: [], unseen: [] };
    try {
      return {
        fields: [[resource.id.toLowerCase(), await neededFields(azure.arm, resource, body, parts)] as const],
        unseen: [],
      };
    } catch (error) {
      if (!(error instanceof AzureError) || error.statusCode !== 403) throw error;
      return { fields: [], unseen: [`who else lives by ${resource.title}: it may not be asked (${error.message})`] };
    }
  });
  return { fields: new Map(found.flatMap(({ fields }) => fields)), unseen: found.flatMap(({ unseen }) => unseen) };
}
