import { prepareRollback } from '../../engine/rollback.ts';
import type { ExitCode } from '../../shared/errors.ts';
import { loadConfig } from '../load-config.ts';
import { type CommonOptions, NO_RUN_OPTIONS } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { carryOut } from './deploy.ts';

interface RollbackOptions extends CommonOptions {
  readonly to: string | undefined;
  readonly autoApprove: boolean;
  readonly dryRun: boolean;
}

/** Brings the images, variables and scale of a kept run back; the file only tells where the state is. */
export async function rollbackCommand(terminal: Terminal, options: RollbackOptions): Promise<ExitCode> {
  const { to } = options;
  const run = { ...NO_RUN_OPTIONS, ...options };
  if (options.remote !== undefined)
    return await (await import('../remote/deploy.ts')).rollBackRemotely(terminal, run, to);
  const parsed = await loadConfig(options.config);
  return await carryOut(terminal, run, parsed, {
    words: ['draftgenie-deploy', 'rollback', ...(to === undefined ? [] : ['--to', to])],
    async prepare(stores) {
      const rollback = await prepareRollback(stores, to);
      return {
        config: rollback.config,
        source: null,
        options: { rollbackTo: rollback.to.runId },
        rollback: rollback.to,
      };
    },
  });
}
