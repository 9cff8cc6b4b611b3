import type { CloudState } from '../../src/simulator/store.ts';
import { type AzureOperation, isAtOrBelow } from './operations.ts';
import { type Needs, needsOf } from './resource-needs.ts';

/** A chain of Azure operations, first to last, and how long it takes. */
export interface ResourcePath {
  readonly seconds: number;
  readonly chain: readonly AzureOperation[];
}

const NOTHING: ResourcePath = { seconds: 0, chain: [] };

/**
 * What nobody could do without, whatever a deployment's code looks like: the longest chain of Azure operations of which each needs
 * the one before it. Our steps are not asked:
 *
 * - a resource needs what it lies in, the registration of its provider, and what its body names (`resource-needs.ts`);
 * - who needs something needs what belongs to it as well: grants on it, databases and rules of a server;
 * - a database server and its children take one change at a time;
 * - migrations run one after the other, and code that they belong to starts after them, which is what a deployment promises.
 *
 * The record is that of one run, so that only what had ended there before the other began is a need.
 */
export function resourcePathOf(operations: readonly AzureOperation[], cloud: CloudState): ResourcePath {
  const needs = needsOf(cloud);
  const sorted = operations.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const paths: ResourcePath[] = [];
  for (const later of sorted) {
    const before = paths.filter((_, index) => {
      const earlier = sorted[index];
      return earlier !== undefined && endOf(earlier) <= Date.parse(later.startedAt) && hasToWait(later, earlier, needs);
    });
    const { seconds, chain } = longest(before);
    paths.push({ seconds: seconds + later.seconds, chain: [...chain, later] });
  }
  return longest(paths);
}

function hasToWait(later: AzureOperation, earlier: AzureOperation, needs: ReadonlyMap<string, Needs>): boolean {
  const needed = needs.get(later.resourceId);
  if (earlier.kind === 'registration') return later.resourceId.includes(`${earlier.resourceId}/`);
  if (earlier.kind === 'build') return earlier.digest !== undefined && (needed?.digests.has(earlier.digest) ?? false);
  if (earlier.kind === 'execution')
    return later.kind === 'execution' || isSameCode(needed, needs.get(earlier.resourceId));
  if (isAtOrBelow(later.resourceId, earlier.resourceId)) return true;
  if (later.kind === 'build') return false;
  const server = serverOf(later.resourceId);
  if (server !== undefined && server === serverOf(earlier.resourceId)) return true;
  return [...(needed?.ids ?? [])].some((id) => isAtOrBelow(earlier.resourceId, id));
}

function isSameCode(one: Needs | undefined, other: Needs | undefined): boolean {
  return [...(one?.digests ?? [])].some((digest) => other?.digests.has(digest));
}

/** The database server that the operation changes, or a child of it. */
function serverOf(resourceId: string): string | undefined {
  return /^.*\/flexibleservers\/[^/]+/.exec(resourceId)?.[0];
}

function endOf({ startedAt, seconds }: AzureOperation): number {
  return Date.parse(startedAt) + seconds * 1000;
}

function longest(paths: readonly ResourcePath[]): ResourcePath {
  return paths.reduce((a, b) => (b.seconds > a.seconds ? b : a), NOTHING);
}

/** The chain for people: `write of redis 42.00 s, …`. */
export function chainText({ chain }: ResourcePath): string {
  return chain
    .map(({ kind, resourceId, seconds }) => `${kind} of ${resourceId.split('/').at(-1)} ${seconds.toFixed(2)} s`)
    .join(', ');
}
