import type { LockView } from '../domain/api/problem.ts';
import type { ApprovalRequest } from '../domain/api/requests.ts';
import type { EnvironmentView, RunOverview, RunView } from '../domain/api/views.ts';
import type { RunEvent } from '../domain/events.ts';
import { UserError } from '../shared/errors.ts';

/** State and runs of one environment, wherever they are: on this machine, in a shared storage, or behind a served app. */
export interface Deployments {
  readonly environment: string;
  /** For people: a file, a blob, or the address of an app. */
  readonly location: string;
  /** Undefined when nothing was deployed yet. */
  show(): Promise<EnvironmentView | undefined>;
  /** The state document; behind an app what it tells of it. */
  document(): Promise<object>;
  /** Newest first. */
  runs(limit: number): Promise<readonly RunOverview[]>;
  /** Throws UserError `run_unknown`, as all that take a run's id. */
  run(runId: string): Promise<RunView>;
  /** The events so far; with `follow` on to the end of the run. */
  events(runId: string, options: FollowEvents): AsyncIterable<RunEvent>;
  decide(runId: string, decision: ApprovalRequest): Promise<void>;
  cancel(runId: string): Promise<void>;
  lock(): Promise<LockView | null>;
  /** @returns the lock that was broken */
  breakLock(): Promise<LockView | null>;
  /** @returns where the copy is; null when there was no state */
  reset(): Promise<string | null>;
}

export interface FollowEvents {
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

export function runUnknown(runId: string): UserError {
  return new UserError(`There is no run ${runId}.`, {
    code: 'run_unknown',
    hint: 'List them with: draftgenie-deploy runs',
  });
}
