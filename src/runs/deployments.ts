import type { LockView } from '../domain/api/problem.ts';
import type { ApprovalRequest, AskedOptions } from '../domain/api/requests.ts';
import type { ServicesView } from '../domain/api/service-views.ts';
import type { DriftReportView, EnvironmentView, RunOverview, RunView } from '../domain/api/views.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { ParsedConfig } from '../domain/config/model.ts';
import type { OverlayText } from '../domain/config/overlay/overlaid.ts';
import type { RunEvent } from '../domain/events.ts';
import type { Plan } from '../domain/plan-schema.ts';
import type { OutputValues } from '../domain/terraform/outputs.ts';
import type { JsonObject } from '../shared/json.ts';
import type { DestroyWork } from './prepare-destroy.ts';

/**
 * State and runs of one environment, wherever they are: on this machine, in a shared storage, or behind a served app. Two
 * implementations, one conformance suite: test/e2e/deployments.
 */
export interface Deployments {
  readonly environment: string;
  /** For people: a file, a blob, or the address of an app. */
  readonly location: string;
  /** This process drives the runs that it starts, and they stop with it; else an app does. */
  readonly drivesRuns: boolean;

  /** Undefined when nothing was deployed yet. */
  show(): Promise<EnvironmentView | undefined>;
  /** The state document; behind an app what it tells of it. */
  document(): Promise<object>;
  /** Newest first; those before a run, or all. */
  runs(options: { readonly limit: number; readonly before?: string }): Promise<readonly RunOverview[]>;
  /** Who asked for what, newest first. */
  audit(limit: number): Promise<readonly AuditEntry[]>;
  /** Throws UserError `run_unknown`, as all that take a run's id. */
  run(runId: string): Promise<RunView>;
  /** The events so far; with `follow` on to the end of the run. A run of this process begins to work when it is followed. */
  events(runId: string, options: FollowEvents): AsyncIterable<RunEvent>;
  /** What Azure says of the services now. Throws UserError `nothing_deployed`, and what Azure or the app refuses. */
  services(): Promise<ServicesView>;
  /** What is no longer as the last successful run left it. Throws UserError `nothing_deployed`. */
  drift(): Promise<DriftReportView>;

  /** What a run would do, and why. Nothing is changed. */
  plan(request: DeploymentRequest): Promise<Plan>;
  /** Starts a run, or goes on with the unfinished one of the same request where this process drives them. */
  start(request: DeploymentRequest): Promise<StartedDeployment>;
  /** Throws UserError `run_ended`, `plan_not_pending`, `driven_elsewhere`, `decided_already`. */
  decide(runId: string, decision: ApprovalRequest): Promise<void>;
  /** Nothing new is started; what runs is followed to its end. Throws UserError `run_ended`. */
  cancel(runId: string): Promise<void>;
  /** Follows a run no longer. One that this process drives is parked: whoever comes next goes on with it. */
  leave(runId: string): Promise<void>;

  lock(): Promise<LockView | null>;
  /** @returns the lock that was broken; null: it was free. Throws UserError `state_locked` when another run than that holds it. */
  breakLock(runId: string): Promise<LockView | null>;
  /** Lets go of what was left behind under that name. Throws UserError `not_left_behind`. */
  forget(name: string): Promise<void>;
  /** @returns where the copy is; null when there was no state */
  reset(): Promise<string | null>;
  /** Lets go of what was opened to plan and to run. */
  close(): Promise<void>;
}

export interface FollowEvents {
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

/** What a run is to do: the configuration as it is written, the release of a kept run, the repair of what drifted, or its end. */
export type DeploymentWork =
  | {
      readonly kind: 'deploy';
      readonly config: ConfigFile;
      /** The application's source tree; undefined: it is looked for around the configuration. */
      readonly source: string | undefined;
    }
  | {
      readonly kind: 'rollback';
      /** A kept successful run; undefined: the one before the last. */
      readonly to: string | undefined;
    }
  | { readonly kind: 'repair' }
  | (DestroyWork & { readonly kind: 'destroy' });

export interface DeploymentRequest {
  readonly work: DeploymentWork;
  readonly options: AskedOptions;
  /** Forgets what was deployed first. */
  readonly resetState: boolean;
}

/** A configuration as it was read from a file. */
export interface ConfigFile extends ParsedConfig {
  readonly path: string;
  readonly text: string;
  /** Whether its unknown keys were let pass. */
  readonly allowUnknownKeys: boolean;
  /** What a file beside it says of the environment; undefined: there is none. */
  readonly overlay: OverlayText | undefined;
  /** The variables that were filled in, and those that decided what was, as far as they are set. */
  readonly variables: Readonly<Record<string, string>>;
  /** The outputs of states that were filled in; absent: there are none. */
  readonly terraform?: OutputValues;
  /** The templates that it names, compiled; absent: there are none. */
  readonly templates?: Readonly<Record<string, JsonObject>>;
}

/** The files that a configuration was read from: they are no sources of the application. */
export function configFilesOf({ path, overlay }: Pick<ConfigFile, 'path' | 'overlay'>): readonly string[] {
  return overlay ? [path, overlay.file] : [path];
}

export interface StartedDeployment {
  readonly runId: string;
  /** An unfinished run of the same request goes on. */
  readonly resumed: boolean;
}
