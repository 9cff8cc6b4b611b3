import type { ExitCode } from '../../shared/errors.ts';
import type { DeployOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { deployCommand } from './deploy.ts';

/** Shows what a deployment would do, and why. */
export async function planCommand(terminal: Terminal, options: DeployOptions): Promise<ExitCode> {
  return await deployCommand(terminal, { ...NOT_ASKED_OF_A_PLAN, ...options, dryRun: true });
}

const NOT_ASKED_OF_A_PLAN = { resume: false, autoApprove: false, resetState: false } as const;
