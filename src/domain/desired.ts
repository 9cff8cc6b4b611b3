import type { JsonObject } from '../shared/json.ts';
import type { DeploymentConfig } from './config/model.ts';
import type { OutputReader } from './outputs.ts';
import type { StepName } from './steps.ts';

/**
 * A resource as it should be: the ARM body we would send, a pure function of configuration and outputs.
 * Only the fields in `body` are ours; everything else of the live resource is left as it is.
 */
export interface DesiredResource {
  /** Stable key, e.g. `postgresql`, `app:api_gateway`, `role:acr-pull`. */
  readonly key: string;
  /** For people: `PostgreSQL server draftgenie-postgres`. */
  readonly title: string;
  /** The step that makes it, where another one asks for it; whoever asks a step for its resources fills it in. */
  readonly step?: StepName;
  /** Full ARM id; what precedes it in the graph may be symbols while planning. */
  readonly id: string;
  readonly type: string;
  readonly apiVersion: string;
  /** Wire form, with `properties`. */
  readonly body: JsonObject;
  /** `tagged`: carries our tag, and is ours only then. `child`: belongs to a tagged parent and takes no tags. */
  readonly ownership: 'tagged' | 'child';
  readonly holdsData: boolean;
  /** Dotted paths of body fields that Azure refuses to change after creation. */
  readonly immutable: readonly string[];
  /** Dotted paths sent when creating and neither compared nor sent later. */
  readonly createOnly: readonly string[];
  /** Limit for the long-running operation; `advanced.operation_timeout` may raise it. */
  readonly timeoutInSeconds: number;
  /** True when Azure's resource list of a group does not contain it (children, extensions). */
  readonly unlisted?: boolean;
  /**
   * How a difference is written (merge.ts). `replace`, the default: PUT of our own body, for types whose PUT keeps or
   * does not have what we do not name. `merge`: PUT of the live body without `readOnly`, overlaid with ours.
   * `patch`: PATCH of our fields without location and immutable fields.
   */
  readonly update?: 'replace' | 'merge' | 'patch';
  /** Dotted paths, through arrays too, that Azure computes and refuses in a request; left out by `merge`. */
  readonly readOnly?: readonly string[];
  /** Dotted paths of numbers that Azure lets grow and never shrink: a larger live value is as good. */
  readonly atLeast?: readonly string[];
  /** Dotted paths of arrays in which Azure or others keep members of their own; everywhere else an extra one differs. */
  readonly openArrays?: readonly string[];
  /** False: never deleted to be made anew, not even with --allow-replace (default true). */
  readonly replaceable?: boolean;
}

export interface DesireInput {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly outputs: OutputReader;
}

/** A resource with the step that makes it and repairs it. */
export type StepResource = DesiredResource & { readonly step: StepName };

/** The pure part of a step: what it wants to exist. */
export type Desire = (input: DesireInput) => readonly DesiredResource[];
