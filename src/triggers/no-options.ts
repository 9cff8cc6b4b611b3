import type { RunOptions } from '../domain/run.ts';

/** A run of which nothing special is asked. */
export const NO_OPTIONS: RunOptions = {
  dryRun: false,
  resume: false,
  autoApprove: false,
  verbose: false,
  forceSteps: [],
  forceAll: false,
  adopt: false,
  allowReplace: [],
};
