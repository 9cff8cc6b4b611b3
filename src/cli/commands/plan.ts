import type { ExitCode } from '../../shared/errors.ts';
import { printPlan, tellWarnings } from '../carry-out.ts';
import { loadConfig } from '../load-config.ts';
import { planForStrangers } from '../local/strangers-plan.ts';
import { NO_RUN_OPTIONS } from '../no-run-options.ts';
import type { ComparisonOptions, PlanOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { compareCommand } from './compare.ts';
import { deployCommand } from './deploy.ts';

/** Shows what a deployment would do, and why; or else what differs between two environments of the file. */
export async function planCommand(terminal: Terminal, options: PlanOptions): Promise<ExitCode> {
  if (isComparison(options)) return await compareCommand(terminal, options);
  if (options.untrusted) return await planUntrusted(terminal, { ...NO_RUN_OPTIONS, ...options, dryRun: true });
  return await deployCommand(terminal, { ...NO_RUN_OPTIONS, ...options, dryRun: true });
}

async function planUntrusted(terminal: Terminal, options: PlanOptions): Promise<ExitCode> {
  const file = await loadConfig(options);
  tellWarnings(terminal, file);
  return printPlan(terminal, options, await planForStrangers(options, file));
}

function isComparison(options: PlanOptions): options is ComparisonOptions {
  return options.against !== undefined;
}
