import { type AskedOptions, askedOptionsSchema } from '../domain/api/requests.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { RunOptions } from '../domain/run.ts';

/** The options of a run: what is asked for, else what `deployment.*` of the configuration says. */
export function runOptions(asked: AskedOptions, { deployment }: DeploymentConfig): RunOptions {
  const { forceStep, expires, acceptCost, ...options } = askedOf(asked);
  return {
    ...options,
    ...(expires !== undefined && { expires }),
    // Absent where it is not asked for: requests of earlier versions stay what they were.
    ...(acceptCost && { acceptCost }),
    forceSteps: forceStep,
    dryRun: options.dryRun || deployment.dryRun,
    resume: options.resume || deployment.resume,
    autoApprove: options.autoApprove || (deployment.autoApprove ?? false),
    verbose: options.verbose || deployment.verbose,
  };
}

/** What is asked of the run, out of everything that a command or a request was given. */
export function askedOf(given: AskedOptions): AskedOptions {
  const names = Object.keys(askedOptionsSchema.shape) as (keyof AskedOptions)[];
  return Object.fromEntries(names.map((name) => [name, given[name]])) as AskedOptions;
}
