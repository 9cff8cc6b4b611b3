import type { ParsedConfig } from '../domain/config/model.ts';
import type { RunOptions } from '../domain/run.ts';
import type { DeployOptions } from './options.ts';

/** Options of the command line; `deployment.*` of the configuration are their defaults. */
export function runOptions(options: Partial<DeployOptions>, { config }: ParsedConfig): RunOptions {
  const { deployment } = config;
  return {
    dryRun: options.dryRun || deployment.dryRun,
    resume: options.resume || deployment.resume,
    autoApprove: options.autoApprove || (deployment.autoApprove ?? false),
    verbose: options.verbose || deployment.verbose,
    forceSteps: [...(options.forceStep ?? [])],
    forceAll: options.forceAll ?? false,
    adopt: options.adopt ?? false,
    allowReplace: [...(options.allowReplace ?? [])],
    refresh: options.refresh ?? false,
  };
}
