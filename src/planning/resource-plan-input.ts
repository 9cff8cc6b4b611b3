import type { DeploymentConfig } from '../domain/config/model.ts';
import type { PlannedStep } from '../domain/plan-schema.ts';
import type { RunOptions } from '../domain/run.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { NeededField } from '../engine/dependents.ts';
import type { SoftDeleted } from '../engine/soft-deleted.ts';
import type { FoundResources } from './find-resources.ts';
import type { WantedResource } from './forecast.ts';
import type { ForeignChild } from './foreign/foreign-children.ts';
import type { Lock } from './foreign/locks.ts';
import type { LiveResources } from './live-resources.ts';

export interface ResourcePlanInput {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly wanted: readonly WantedResource[];
  /** Keys of wanted resources that are not made, e.g. the job of a migration that is not there. */
  readonly omitted: ReadonlySet<string>;
  /** Why a resource stays what it is although a new one would be of another kind, by key. */
  readonly kept: ReadonlyMap<string, string>;
  readonly planned: readonly PlannedStep[];
  readonly state: EnvironmentState;
  readonly options: RunOptions;
  readonly found: FoundResources | undefined;
  /** Why Azure would refuse to make a resource, as far as it was asked, by key. */
  readonly refusals?: ReadonlyMap<string, string>;
  /** What became of deleted ones under the names of what is made, by lower-case id; without: nothing. */
  readonly deleted?: ReadonlyMap<string, SoftDeleted>;
  /** The bodies of what exists, as far as a step that runs, or may, sees to it. */
  readonly live: LiveResources;
  /** Fields of them by which others live, by lower-case id. */
  readonly needed: ReadonlyMap<string, readonly NeededField[]>;
  /** What may not be changed or deleted. */
  readonly locks: readonly Lock[];
  /** What others made in them and endangers them. */
  readonly dangers: readonly ForeignChild[];
}
