import { newestRun } from '../../runs/newest-run.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { writeOutput } from '../json/write-output.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** Asks a run to start nothing new; what runs is followed to its end. */
export async function cancelCommand(
  terminal: Terminal,
  options: CommonOptions,
  run: string | undefined,
): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  const runId = run ?? (await deployments.lock())?.runId ?? (await waitingRun(deployments));
  if (runId === undefined) throw new UserError('No run is under way.', { code: 'run_unknown' });
  const { finishedAt, status } = await deployments.run(runId);
  const requested = finishedAt === null;
  if (requested) await deployments.cancel(runId);
  if (options.output === 'json') writeOutput(terminal, 'cancelled', { type: 'cancelled', runId, requested, status });
  else terminal.stdout.write(cancelledText(runId, requested ? undefined : status));
  return ExitCode.ok;
}

/** @param ended how it had ended already */
function cancelledText(runId: string, ended: string | undefined): string {
  return ended === undefined
    ? `Run ${runId} will start nothing new; what runs is followed to its end.\n`
    : `Run ${runId} has ended already: ${ended}.\n`;
}

/** A run that waits for an approval holds no lock. */
async function waitingRun(deployments: Awaited<ReturnType<typeof openDeployments>>): Promise<string | undefined> {
  const newest = await newestRun(deployments.runs);
  return newest && newest.finishedAt === null ? newest.runId : undefined;
}
