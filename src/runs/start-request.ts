import type { DeploymentConfig } from '../domain/config/model.ts';
import type { RunOptions, RunRequest } from '../domain/run.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { DeploymentStorage, Versioned } from '../state/ports.ts';
import type { Engine, ExclusiveEngine } from './engine.ts';

/** What a run is started with. */
export interface StartRequest {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly options: RunOptions;
  /** A directory, or `sha256:<digest>` of an archive; null: no service is built. */
  readonly source: string | null;
  /** Takes a place in the queue of a busy environment. */
  readonly waits: boolean;
  /** Forgets what was deployed first. */
  readonly resetsState: boolean;
  readonly trigger: RunRequest['trigger'];
  readonly by: string;
  /** What it is about came after the unfinished run of the same request, if there is one: it does not go on with that. */
  readonly isNew?: boolean;
  /** The caller's place in its trace, by https://www.w3.org/TR/trace-context/, whatever was sent as that. */
  readonly traceparent?: string | undefined;
  /** Names the call: made again with the same key it answers the same run. */
  readonly key?: string;
  /** The state document by which it was judged that the run may start; absent: it is read. */
  readonly known?: Versioned<EnvironmentState> | undefined;
}

/** Where the runs are driven. */
export type StartEngine =
  /** An app's: it drives several runs, and calls may carry a key. */
  | { readonly kind: 'shared'; readonly engine: Engine; readonly storage: Pick<DeploymentStorage, 'keyedCall'> }
  /** A command's own: it drives one run, and goes on with the one that it left. */
  | { readonly kind: 'exclusive'; readonly engine: ExclusiveEngine };
