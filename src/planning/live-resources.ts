import { AzureError } from '../azure/errors.ts';
import type { ArmResource, Azure } from '../azure/ports.ts';
import type { DesiredResource } from '../domain/desired.ts';
import { isBelow } from '../domain/ids.ts';
import { liveResource } from '../engine/live-resource.ts';
import type { Look } from '../engine/step.ts';
import { mapLimited } from '../shared/map-limited.ts';
import type { FoundResources } from './find-resources.ts';

/** Reads at a time: Azure allows a principal 250 in a burst and 25 a second; other tools want some too. */
export const READS_AT_A_TIME = 8;

/** Live bodies by lower-case id; `unreadable` for what may not be looked at. What is not in it does not exist. */
export type LiveResources = ReadonlyMap<string, ArmResource | 'unreadable'>;

export interface LiveReader {
  readonly look: Look;
  /** Reads them side by side, each once. */
  readAll(resources: readonly DesiredResource[]): Promise<LiveResources>;
}

/** Reads live resources, each by at most one GET; what the group's list says is not there is not asked for. */
export function liveReader(azure: Azure, found: FoundResources | undefined): LiveReader {
  const reads = new Map<string, Promise<ArmResource | 'unreadable' | undefined>>();
  const read = (resource: DesiredResource): Promise<ArmResource | 'unreadable' | undefined> => {
    const key = resource.id.toLowerCase();
    const known = reads.get(key) ?? readOne(azure, resource);
    reads.set(key, known);
    return known;
  };
  const mayExist = (resource: DesiredResource): boolean => found !== undefined && isFound(found, resource);
  return {
    async look(resource) {
      const live = mayExist(resource) ? await read(resource) : undefined;
      return live === 'unreadable' ? undefined : live;
    },
    async readAll(resources) {
      const open = resources.filter(mayExist);
      const bodies = await mapLimited(open, READS_AT_A_TIME, read);
      return new Map(
        open.flatMap(({ id }, index) => {
          const body = bodies[index];
          return body === undefined ? [] : [[id.toLowerCase(), body] as const];
        }),
      );
    },
  };
}

/** What no list shows may exist where that which it belongs to does. */
function isFound({ marks }: FoundResources, { id, kind }: DesiredResource): boolean {
  // What it lies in is somebody else's, and in no list of ours.
  if (kind.claim) return true;
  if (kind.listing !== 'absent') return marks.has(id.toLowerCase());
  // It may be anywhere, once it is known where.
  if (kind.ownership === 'recorded') return !id.includes('${');
  return [...marks.keys()].some((found) => isBelow(id, found));
}

/** Whatever else is wrong passes, and planning is tried again. */
async function readOne(azure: Azure, resource: DesiredResource): Promise<ArmResource | 'unreadable' | undefined> {
  try {
    return await liveResource(azure.arm, resource);
  } catch (error) {
    if (error instanceof AzureError && error.statusCode === 403) return 'unreadable';
    throw error;
  }
}
