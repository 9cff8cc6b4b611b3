import type { DeploymentConfig } from '../config/model.ts';

/** An output by its name, or a member of a family of outputs: `['vaultUri']`, `['image', 'api_gateway']`. */
type NamedOutput = [name: string] | [family: string, member: string];

/**
 * All that is said of a step besides its code: the schedule, the plan, drift, rollbacks, the README's table and the texts follow
 * from it. Names of steps and outputs are text here; src/domain/steps.ts puts the definitions together and has the types
 * of those that exist.
 */
export interface Definition<Step extends string = string, Output extends NamedOutput = NamedOutput> {
  readonly name: Step;
  /** From 1, as users know them from the original script. */
  readonly number: number;
  readonly title: string;
  /** For the README's table. */
  readonly makes: string;
  readonly dependsOn: readonly Step[];
  /**
   * A part of it can be done before all of what it depends on is there, where everything is made for the first time: after these steps, and
   * after the head starts of those that it follows. What it leaves by then is there for whoever comes next.
   */
  readonly headStart?: { readonly dependsOn: readonly Step[]; readonly follows?: readonly Step[] };
  /** Dotted paths of the normalized configuration whose values are part of the fingerprint. */
  readonly configKeys: readonly string[];
  /** Names of what it hands to other steps, each the name of this step's alone. Strings, and none of them a secret. */
  readonly outputs?: readonly string[];
  /**
   * Outputs of which there is one for each service, secret and the like: the name by which the family is read, which is this step's
   * alone, and the prefix under which the state has its members (`image` → `image.api_gateway`).
   */
  readonly families?: Readonly<Record<string, string>>;
  /** Outputs on which it depends although no body of it holds them. */
  consumes?(config: DeploymentConfig): readonly Readonly<Output>[];
  /** How long it takes on Azure the first time (durations of its slowest chain of operations). */
  readonly typicalSeconds: number;
  /** Has a part in a rollback, which brings releases back and nothing else. */
  readonly inRollback?: boolean;
  /** Steps whose repair it has to look at, because it hands on what they leave. */
  readonly joinsRepairOf?: readonly Step[];
  /** Looks at what all others left: it is due when any of them runs, and is part of every repair. */
  readonly verifies?: boolean;
  /** Decides which revisions of an app have the traffic. */
  readonly movesTraffic?: boolean;
}
