import type { StartOptions } from '../domain/api/requests.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { RunOptions } from '../domain/run.ts';

type OfRuns = Omit<StartOptions, 'source' | 'resetState' | 'onBusy'>;
/** What a person or a caller may ask of a run; the names are those of the options of the command line and of the query. */
export type AskedOptions = {
  readonly [Name in keyof OfRuns]: OfRuns[Name] extends (infer Member)[] ? readonly Member[] : OfRuns[Name];
};

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
