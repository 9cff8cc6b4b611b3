import type { ExitCode } from '../../shared/errors.ts';
import { type DeployOptions, NO_RUN_OPTIONS } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { deployCommand } from './deploy.ts';

/** Shows what a deployment would do, and why. */
export async function planCommand(terminal: Terminal, options: DeployOptions): Promise<ExitCode> {
  return await deployCommand(terminal, { ...NO_RUN_OPTIONS, ...options, dryRun: true });
}
