import type { ExitCode } from '../../shared/errors.ts';
import { carryOut } from '../carry-out.ts';
import { loadConfig } from '../load-config.ts';
import { NO_RUN_OPTIONS } from '../no-run-options.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface RollbackOptions extends CommonOptions {
  readonly to: string | undefined;
  readonly autoApprove: boolean;
  readonly dryRun: boolean;
}

/** Brings the images, variables and scale of a kept run back; the file only tells where the state is. */
export async function rollbackCommand(terminal: Terminal, options: RollbackOptions): Promise<ExitCode> {
  const { to } = options;
  return await carryOut(
    terminal,
    { ...NO_RUN_OPTIONS, ...options },
    {
      work: { kind: 'rollback', to },
      words: ['draftgenie-deploy', 'rollback', ...(to === undefined ? [] : ['--to', to])],
      file: options.remote === undefined ? await loadConfig(options) : undefined,
    },
  );
}
