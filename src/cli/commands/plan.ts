import type { ExitCode } from '../../shared/errors.ts';
import { type ComparisonOptions, NO_RUN_OPTIONS, type PlanOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { compareCommand } from './compare.ts';
import { deployCommand } from './deploy.ts';

/** Shows what a deployment would do, and why; or else what differs between two environments of the file. */
export async function planCommand(terminal: Terminal, options: PlanOptions): Promise<ExitCode> {
  if (isComparison(options)) return await compareCommand(terminal, options);
  return await deployCommand(terminal, { ...NO_RUN_OPTIONS, ...options, dryRun: true });
}

function isComparison(options: PlanOptions): options is ComparisonOptions {
  return options.against !== undefined;
}
