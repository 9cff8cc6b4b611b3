import { compareVersions } from '../shared/version-order.ts';
import type { KnownLock } from './run.ts';
import type { StepName } from './steps.ts';

/** Names under which functions are registered. The activities of steps have the names of their steps. */
export const FunctionName = {
  deploy: 'deploy',
  runSchedule: 'run_schedule',
  runStep: 'run_step',
  runRemoval: 'run_removal',
  openRun: 'open_run',
  closeRun: 'close_run',
  removeResources: 'remove_resources',
} as const;

/**
 * Version of the orchestrations that this program starts: `defaultVersion` of host.json, which a test compares. A host takes turns of
 * these and of older ones only.
 */
export const ORCHESTRATION_VERSION = '1.5';

/** The first version whose runs take head starts. */
const HEAD_STARTS_SINCE = '1.4';
/** The first version whose runs are not closed once more when `open_run` has closed them. */
const ENDS_AT_ONCE_SINCE = '1.5';

/**
 * Whether steps of an orchestration may take head starts. Its activities are performed by newer programs, too, while older ones take its
 * turns: what these do not know none of its turns may do.
 *
 * @param version that it began with
 * @see https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-orchestration-versioning
 */
export function takesHeadStarts(version: string | undefined): boolean {
  return compareVersions(version ?? '', HEAD_STARTS_SINCE) >= 0;
}

/** Whether an orchestration takes the word of `open_run` for it that the run has ended; those of before close it in any case. */
export function endsAtOnce(version: string | undefined): boolean {
  return compareVersions(version ?? '', ENDS_AT_ONCE_SINCE) >= 0;
}

/** The external event by which a person approves or rejects a plan. */
export const APPROVAL_EVENT = 'approval';

export interface RunInput {
  readonly environment: string;
  readonly runId: string;
}

/**
 * What the history of a run says of the storage, which may be older: it was restored, or forgot what it had acknowledged. Runs that
 * began before this was passed on know nothing.
 */
export interface Known {
  /** As the run took it. */
  readonly lock: KnownLock;
  /** Steps that this run has completed, so that the state has their records. */
  readonly done: readonly StepName[];
}

export interface OpenRunInput extends RunInput {
  /** The plan that somebody approved; the run goes on without asking again while the plan is still that one. */
  readonly approvedDigest?: string;
  readonly approvedBy?: string;
}

export interface CloseRunInput extends RunInput {
  readonly outcome: 'succeeded' | 'failed' | 'stopped' | 'rejected';
  readonly known?: Known;
}

export interface ScheduleInput extends RunInput {
  /** Where in the compiled schedule: the index of a part at each level. */
  readonly path: readonly number[];
  /** Steps with a head start take it: another schedule, see `orchestrators/schedules.ts`. */
  readonly overlaps?: true;
  /** How often the schedule was walked before in this run; absent: never. */
  readonly walk?: number;
  readonly known?: Known;
}

/** Of an activity that is called until it is done. */
export interface CalledInput extends RunInput {
  /** The number of the first call; grows across continue-as-new. */
  readonly callNumber: number;
  readonly known?: Known;
}

export interface StepInput extends CalledInput {
  readonly step: StepName;
  /** Only what can be done before all that it depends on is there; the step itself comes later. */
  readonly headStart?: true;
}
