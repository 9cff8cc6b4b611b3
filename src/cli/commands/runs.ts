import { ExitCode } from '../../shared/errors.ts';
import { countsText, formatDuration } from '../../text/words.ts';
import { writeOutput } from '../json/write-output.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** The runs of the environment, newest first. */
export async function runsCommand(terminal: Terminal, options: CommonOptions & { limit: number }): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  for (const run of await deployments.runs({ limit: options.limit })) {
    if (options.output === 'json') {
      writeOutput(terminal, 'run_overview', run);
      continue;
    }
    const { runId, status, startedAt, durationInMs } = run;
    const counts = countsText(run);
    const text = `${runId}  ${status.padEnd(10)} ${startedAt}  ${formatDuration(durationInMs).padStart(9)}  ${counts}`;
    terminal.stdout.write(`${text}\n`);
  }
  return ExitCode.ok;
}
