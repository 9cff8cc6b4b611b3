import type { DeploymentConfig } from '../domain/config/model.ts';
import type { RunOptions } from '../domain/run.ts';
import type { StepName } from '../domain/steps.ts';

/** What a person or a caller may ask of a run; the names are those of the options of the command line and of the query. */
export interface AskedOptions {
  readonly dryRun: boolean;
  readonly resume: boolean;
  readonly autoApprove: boolean;
  readonly verbose: boolean;
  readonly forceStep: readonly StepName[];
  readonly forceAll: boolean;
  readonly adopt: boolean;
  readonly allowReplace: readonly string[];
  readonly refresh: boolean;
}

/** The options of a run: what is asked for, else what `deployment.*` of the configuration says. */
export function runOptions(asked: AskedOptions, { deployment }: DeploymentConfig): RunOptions {
  return {
    dryRun: asked.dryRun || deployment.dryRun,
    resume: asked.resume || deployment.resume,
    autoApprove: asked.autoApprove || (deployment.autoApprove ?? false),
    verbose: asked.verbose || deployment.verbose,
    forceSteps: [...asked.forceStep],
    forceAll: asked.forceAll,
    adopt: asked.adopt,
    allowReplace: [...asked.allowReplace],
    refresh: asked.refresh,
  };
}
