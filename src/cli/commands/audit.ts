import { ExitCode } from '../../shared/errors.ts';
import { writeOutput } from '../json/write-output.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** Who asked for what in the environment, newest first. */
export async function auditCommand(terminal: Terminal, options: CommonOptions & { limit: number }): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  for (const entry of await deployments.audit(options.limit)) {
    if (options.output === 'json') {
      writeOutput(terminal, 'audit_entry', entry);
      continue;
    }
    const { at, operation, outcome, by, from, runId } = entry;
    const text = `${at}  ${operation.padEnd(18)} ${outcome.padEnd(8)} ${by}, from ${from}${runId === null ? '' : `, ${runId}`}`;
    terminal.stdout.write(`${text}\n`);
  }
  return ExitCode.ok;
}
