import type { ExitCode } from '../../shared/errors.ts';
import { carryOut } from '../carry-out.ts';
import { loadConfig } from '../load-config.ts';
import type { DeployOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** Deploys what changed. */
export async function deployCommand(terminal: Terminal, options: DeployOptions): Promise<ExitCode> {
  const file = await loadConfig(options);
  const { source } = options;
  return await carryOut(terminal, options, {
    work: { kind: 'deploy', config: file, source },
    words: ['draftgenie-deploy'],
    file,
  });
}
