import type { ArmResource, Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { Derives, Desire, DesiredResource, DesireInput, StepResource } from '../domain/desired.ts';
import type { MovedTraffic } from '../domain/events.ts';
import type { OutputReader } from '../domain/outputs.ts';
import type { Ownership } from '../domain/ownership/ownership.ts';
import type { PlannedResource } from '../domain/plan-schema.ts';
import type { RunOptions } from '../domain/run.ts';
import type { EnvironmentState, StepState } from '../domain/state.ts';
import type { Output, StepName } from '../domain/steps.ts';
import type { RegisteredKind } from '../resources/registry.ts';
import type { Clock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';
import type { LogLevel } from '../shared/logger.ts';
import type { SourceTree } from '../source/ports.ts';
import type { HistoryEntry } from '../state/ports.ts';
import type { LocalBuilder } from './local-builder.ts';
import type { StepMemory } from './memory.ts';
import type { Waiting } from './waiting/waiting.ts';

/**
 * One step of the deployment. `run` is called again and again until it answers `completed`: each call looks at
 * everything from the top, starts or polls each operation at most once, and never waits.
 * It throws AzureError or UserError; the caller decides what can be retried.
 */
export interface Step {
  readonly name: StepName;
  /** What the step wants to exist; pure, also called for the plan with symbols for outputs not known yet. */
  readonly desire: Desire<RegisteredKind>;
  /** What it depends on besides the bodies of what it wants, as far as it is made of configuration and outputs. */
  readonly derives?: Derives;
  /** Paths in the bodies of what it wants that it sets back where they are not as configured, whoever changed them. */
  readonly repairs?: readonly string[];
  /** Resources of earlier steps whose late fields it writes in the end; it depends on none of them. */
  finishes?(input: DesireInput): readonly DesiredResource[];
  /** Whether nothing that it makes is asked for: where it never ran, it need not. */
  isIdle?(config: DeploymentConfig): boolean;
  /** Looks up what the step depends on besides configuration, outputs and its own resources. */
  facts?(sources: FactSources): Promise<Facts>;
  /** Facts that can be told only after the step, and then are what it is compared with; all others stay as it was decided by. */
  lateFacts?(sources: FactSources): Promise<Facts>;
  /** For the plan: why the step is due although nothing that it depends on has changed. */
  troubles?(sources: FactSources): Promise<readonly string[]>;
  /** For the plan: what it leaves that can be told before it runs, and what it will have left if what is there stays. */
  foretells?(sources: PlanSources, look: Look): Promise<Readonly<Record<string, string>>>;
  /** For the plan: outputs that come out anew because of these dependencies; all others of what is there stay as they are. */
  renews?(due: Due, config: DeploymentConfig): readonly Output[];
  /** For the plan: keys of resources that it does not make although it wants them, as its sources are and what is live. */
  omits?(sources: FactSources, input: DesireInput, look: Look): Promise<readonly string[]>;
  /**
   * Called before the first call of a run that goes back to `to`: what the state must say from then on. Again when the storage has
   * lost that.
   */
  beginRollback?(to: HistoryEntry, amendStep: StepContext['amendStep']): Promise<void>;
  run(context: StepContext): Promise<StepResult>;
  /**
   * What of it can be done beforehand (see `headStart` of its definition), by the same rules as `run`, which is called later and finds that
   * done. The outputs with which it completes are there for others from then on.
   */
  headStart?(context: StepContext): Promise<StepResult>;
}

/** What a step wants to exist, each resource with the step that makes it. */
export function desiredBy({ name, desire }: Step, input: DesireInput): readonly StepResource<RegisteredKind>[] {
  return desire(input).map((resource) => ({ step: name, ...resource }));
}

export type StepResult =
  | Waiting
  | {
      readonly kind: 'completed';
      readonly outputs: Readonly<Record<string, string>>;
      /** What is kept in the state for people; never a secret. */
      readonly metadata?: Readonly<Record<string, Json>>;
    };

/** Of a step that is idle: what it left before is no output any more. */
export const NOTHING_TO_DO = { kind: 'completed', outputs: {} } as const satisfies StepResult;

export interface StepContext {
  readonly runId: string;
  readonly environment: string;
  /** The unfinished run whose place this one takes. */
  readonly predecessor?: string;
  readonly config: DeploymentConfig;
  readonly options: RunOptions;
  /** It only looks: what cannot be looked at is neither done nor recorded as done. */
  readonly looksOnly?: boolean;
  /** Outputs of the steps before this one, as completed. */
  readonly outputs: OutputReader;
  /** The state as it was when this call started. */
  readonly state: EnvironmentState;
  /** This step's record of its last run, if any. */
  readonly previous: StepState | undefined;
  /** Every write checks that this run still holds the environment's lock. */
  readonly azure: Azure;
  readonly source: SourceTree | undefined;
  readonly secrets: SecretSource;
  /** Undefined: there is no docker where this runs. */
  readonly localBuilder?: LocalBuilder | undefined;
  /** Durable between the calls of this step in this run, and handed on to the run that succeeds it. */
  readonly memory: StepMemory;
  readonly clock: Clock;
  /** The kept run that this one goes back to. */
  readonly rollback?: HistoryEntry;
  /** Why the step runs; `forced` is true for --force-step and --force-all. */
  readonly reason: { readonly text: string; readonly forced: boolean };
  /** Records a resource that this run created or owns, and whose its fields are. */
  recordResource(resource: DesiredResource, created: boolean, ownership: Ownership): void;
  /** Records that what a key stood for is ours still, and nothing stands for it any more. */
  recordLeftBehind(key: string): void;
  /** Records that this is not there any more. */
  recordRemoval(id: string): void;
  /** What the plan of this run says is deleted. */
  plannedRemovals(): Promise<readonly PlannedResource[]>;
  /** Changes what the state says of another step, e.g. that what it left does not stand; on disk when it resolves. */
  amendStep(step: StepName, change: (before: StepState) => StepState): Promise<void>;
  /** @param traffic what it says of traffic, for whoever draws it */
  progress(message: string, traffic?: MovedTraffic): void;
  log(level: LogLevel, message: string, service?: string): void;
  /** Resolves when what was told so far is on disk, before the memory says that it was told. */
  toldDurably(): Promise<void>;
}

/** What facts are made of. */
export type FactSources = Pick<StepContext, 'azure' | 'config' | 'state' | 'source' | 'secrets'>;

/** What a plan tells outputs from. */
interface PlanSources extends DesireInput {
  readonly azure: Azure;
  readonly subscriptionId: string;
}

/** The live resource; undefined when there is none, or none that may be looked at. */
export type Look = (resource: DesiredResource) => Promise<ArmResource | undefined>;

/** Why a step runs, or may. */
export interface Due {
  /** Names of dependencies that changed, or may, and keys of what somebody changed that the step sees to. */
  readonly changed: readonly string[];
  readonly forced: boolean;
}

/** By the name of the dependency, e.g. `file:api_gateway`; the values are hashed, and none is a secret. */
export type Facts = Readonly<Record<string, string>>;

/** Values of secrets that the configuration names; in memory only. */
export interface SecretSource {
  /** The value of a literal of the configuration, by its path. */
  literal(path: string): string | undefined;
  environment(variable: string): string | undefined;
}
