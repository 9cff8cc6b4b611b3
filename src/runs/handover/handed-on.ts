import type { RunOptions, RunRequest } from '../../domain/run.ts';
import { hasEnded } from '../../domain/runs/run-end.ts';
import { isWholeDeployment, type Work, withWork, wordsFor, workLeft } from '../../domain/runs/run-options.ts';
import type { StepName } from '../../domain/steps.ts';
import type { EnvironmentStores } from '../../state/ports.ts';
import { lastUnsuccessful } from '../reservation.ts';
import { openApproval } from '../run-view.ts';
import type { RunServices } from '../services.ts';
import { unfinishedRuns } from './unfinished-runs.ts';

/** What the run before was to do and has not done. */
interface Left {
  readonly from: string;
  readonly work: Work;
  /** It did not come to an end: whoever comes now takes its place. */
  readonly isOpen: boolean;
}

/**
 * The options with what the run before was to do besides what changed: a deployment that takes the place of a run that did not
 * come to an end does it; any other one says that it does not. What was allowed to that run is allowed to no other.
 */
export async function handedOn(
  stores: EnvironmentStores,
  options: RunOptions,
  before: string | null,
): Promise<Pick<RunRequest, 'options' | 'handedOn'>> {
  if (before === null || options.destroy) return { options };
  const left = await leftBy(stores, before);
  const words = left ? wordsFor(left.work, options) : [];
  if (!left || words.length === 0) return { options };
  const { from, work, isOpen } = left;
  return isOpen && isWholeDeployment(options)
    ? { options: withWork(options, work), handedOn: { from, inherited: words, dropped: [] } }
    : { options, handedOn: { from, inherited: [], dropped: words } };
}

/** Undefined: somebody withdrew it, or nobody knows it any more. */
async function leftBy({ runs, state }: EnvironmentStores, runId: string): Promise<Left | undefined> {
  const [summary, request, isCancelled] = await Promise.all([
    runs.summary(runId),
    runs.request(runId),
    runs.isCancelRequested(runId),
  ]);
  if (!request || isCancelled || ['cancelled', 'rejected', 'succeeded'].includes(summary?.status ?? ''))
    return undefined;
  // One whose orchestration was lost was closed by somebody else.
  const isOpen = !summary || !hasEnded(summary) || summary.error?.code === 'orchestration_gone';
  // Nobody has agreed to what it was to do; to what it was handed itself somebody has.
  if (isOpen && openApproval((await runs.events(runId)).events) !== null) {
    const { from, inherited = [] } = request.handedOn ?? {};
    return from === undefined || inherited.length === 0 ? undefined : await leftBy({ runs, state }, from);
  }
  const { steps } = (await state.read()).value;
  const isDone = (step: StepName): boolean => {
    const { run_id: by, status, begun_by: begunBy } = steps[step] ?? {};
    return by === runId && status === 'completed' && begunBy === undefined;
  };
  return { from: runId, work: workLeft(request.options, isDone), isOpen };
}

/** What a deployment would be asked for that is started now. */
export async function withLeftWork(
  services: RunServices,
  environment: string,
  options: RunOptions,
): Promise<RunOptions> {
  const stores = services.stores(environment);
  const [unfinished] = await unfinishedRuns(services, environment);
  const before = unfinished?.runId ?? (await lastUnsuccessful(stores.runs, { kind: 'shared' }));
  return (await handedOn(stores, options, before)).options;
}
