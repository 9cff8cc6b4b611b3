import type { ParsedConfig } from '../domain/config/model.ts';
import type { RunOptions } from '../domain/run.ts';
import { hashJson } from '../shared/json.ts';
import type { DeployOptions } from './options.ts';

/** Options of the command line; `deployment.*` of the configuration are their defaults. */
export function runOptions(options: Partial<DeployOptions>, { config }: ParsedConfig): RunOptions {
  const { deployment } = config;
  return {
    dryRun: options.dryRun || deployment.dryRun,
    resume: options.resume || deployment.resume,
    autoApprove: options.autoApprove || deployment.autoApprove,
    verbose: options.verbose || deployment.verbose,
    forceSteps: [...(options.forceStep ?? [])],
    forceAll: options.forceAll ?? false,
    adopt: options.adopt ?? false,
    allowReplace: [...(options.allowReplace ?? [])],
  };
}

/**
 * Equal digests mean the same request: it goes on with its unfinished run. How much is printed, and whether the user
 * wrote --resume or --auto-approve this time, makes no other request.
 */
export function requestDigest(request: {
  readonly configDigest: string;
  readonly source: string | null;
  readonly options: RunOptions;
  readonly version: string;
}): string {
  const { forceSteps, forceAll, adopt, allowReplace } = request.options;
  return hashJson({ ...request, options: { forceSteps, forceAll, adopt, allowReplace } });
}
