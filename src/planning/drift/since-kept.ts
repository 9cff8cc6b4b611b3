import type { RunRequest } from '../../domain/run.ts';
import { hasEnded } from '../../domain/runs/run-end.ts';
import { isRepair } from '../../domain/runs/run-options.ts';
import { stepsSince } from '../../domain/runs/steps-since.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import { STEP_NAMES, type StepName } from '../../domain/steps.ts';
import { newestChange } from '../../state/newest-change.ts';
import type { HistoryEntry, RunStore } from '../../state/ports.ts';

/** What runs that did not succeed have made of a deployment since. */
export interface SinceKept {
  /** What is there is between two deployments: a run that is no repair changed something; `unknown` when nobody knows which. */
  readonly unsettledBy: RunRequest | 'unknown' | undefined;
  /** A repair of this very deployment has not done all that it was to do. */
  readonly repair: UnfinishedRepair | undefined;
}

interface UnfinishedRepair {
  /** The last one. */
  readonly runId: string;
  /** What it, and those whose place it took, were about. */
  readonly steps: readonly StepName[];
  /** What of that was done. */
  readonly done: readonly StepName[];
}

export async function sinceKept(runs: RunStore, now: EnvironmentState, kept: HistoryEntry): Promise<SinceKept> {
  const changed = stepsSince(now.steps, kept.state.steps);
  const ids = [...new Set(changed.map(({ by }) => by))];
  const requests = await Promise.all(ids.map(async (id) => (id === undefined ? undefined : await runs.request(id))));
  const isOfKept = (request: RunRequest | undefined): request is RunRequest =>
    request !== undefined && isRepair(request.options) && request.configDigest === kept.configDigest;
  const last = await lastUndone(runs);
  const repairs = [...requests, last].filter(isOfKept);
  const others = requests.filter((request) => !isOfKept(request));
  return {
    unsettledBy: others.length === 0 ? undefined : (others.find((one) => one !== undefined) ?? takenOutBy(last)),
    repair:
      repairs.length === 0
        ? undefined
        : unfinished(
            repairs,
            changed.flatMap(({ step, isDone }) => (isDone ? [step] : [])),
          ),
  };
}

/** A deletion takes steps out of the state, and leaves its name on none. */
function takenOutBy(last: RunRequest | undefined): RunRequest | 'unknown' {
  return last?.options.destroy ? last : 'unknown';
}

function unfinished(repairs: readonly RunRequest[], done: readonly StepName[]): UnfinishedRepair {
  const steps = new Set(repairs.flatMap(({ options }) => options.onlySteps ?? []));
  // Their ids sort by their time.
  const runId =
    repairs
      .map((one) => one.runId)
      .sort()
      .at(-1) ?? '';
  return { runId, steps: STEP_NAMES.filter((step) => steps.has(step)), done };
}

/** The newest run that was to change something, when it is not over or failed; what a person rejected or cancelled is withdrawn. */
async function lastUndone(runs: RunStore): Promise<RunRequest | undefined> {
  const last = await newestChange(runs);
  if (!last || (hasEnded(last) && last.status !== 'failed')) return undefined;
  return await runs.request(last.runId);
}
