import { criticalPath } from '../../src/domain/schedule.ts';
import { STEPS, type StepName } from '../../src/domain/steps.ts';
import { type AzureOperation, isAtOrBelow } from './operations.ts';
import type { MeasuredRun } from './run-cli.ts';

/**
 * What a scheduler without any overhead would have needed: the longest path over the steps' graph, where a step lasts as long
 * as the longest chain of Azure operations in it. Operations are of one chain only where one truly has to wait for the other:
 *
 * - it works on the same resource, or on a child of it (a grant on a vault, a database on its server);
 * - both are children of one database server, which takes one change at a time;
 * - both are migrations: one after the other is what the product promises.
 *
 * An order that only our own code makes counts against us. All times are the simulator's own, of this very run.
 */
export interface CriticalPath {
  readonly seconds: number;
  readonly steps: readonly { readonly step: StepName; readonly seconds: number }[];
}

export function criticalPathOf(
  operations: readonly AzureOperation[],
  resources: MeasuredRun['resources'],
): CriticalPath {
  const byStep = Map.groupBy(operations, (operation) => stepOf(operation, resources));
  const secondsOf = (step: StepName): number => longestChain(byStep.get(step) ?? []);
  const steps = criticalPath(STEPS, secondsOf).map((step) => ({ step, seconds: secondsOf(step) }));
  return { seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0), steps };
}

function stepOf({ kind, resourceId }: AzureOperation, resources: MeasuredRun['resources']): StepName {
  if (kind === 'registration') return 'check_prerequisites';
  if (kind === 'build') return 'build_and_push_images';
  // What runs already is waited for only where all of it is looked at.
  if (kind === 'start') return 'verify_deployment';
  // The second password of the server is set when there is a vault to keep it.
  if (kind === 'password') return 'store_secrets';
  const owners = resources.filter(({ id }) => isAtOrBelow(resourceId, id.toLowerCase()));
  const [nearest] = owners.toSorted((a, b) => b.id.length - a.id.length);
  if (!nearest) throw new Error(`no step made ${resourceId}`);
  return nearest.step as StepName;
}

function longestChain(operations: readonly AzureOperation[]): number {
  const sorted = operations.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const ends: number[] = [];
  sorted.forEach((later, index) => {
    const before = sorted.slice(0, index).map((earlier, at) => (hasToWait(later, earlier) ? (ends[at] ?? 0) : 0));
    ends.push(later.seconds + Math.max(0, ...before));
  });
  return Math.max(0, ...ends);
}

function hasToWait(later: AzureOperation, earlier: AzureOperation): boolean {
  if (later.kind === 'execution' && earlier.kind === 'execution') return true;
  if (later.kind === 'build' && earlier.kind === 'build') return false;
  if (later.kind === 'registration') return false;
  if (isAtOrBelow(later.resourceId, earlier.resourceId)) return true;
  return parentServer(later) !== undefined && parentServer(later) === parentServer(earlier);
}

function parentServer({ resourceId }: AzureOperation): string | undefined {
  return /^(.*\/flexibleservers\/[^/]+)\/[^/]+\/[^/]+$/.exec(resourceId)?.[1];
}
