import { ExitCode, UserError } from '../../shared/errors.ts';
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
  if (finishedAt !== null) {
    terminal.stdout.write(`Run ${runId} has ended already: ${status}.\n`);
    return ExitCode.ok;
  }
  await deployments.cancel(runId);
  terminal.stdout.write(`Run ${runId} will start nothing new; what runs is followed to its end.\n`);
  return ExitCode.ok;
}

/** A run that waits for an approval holds no lock. */
async function waitingRun(deployments: Awaited<ReturnType<typeof openDeployments>>): Promise<string | undefined> {
  const [newest] = await deployments.runs(1);
  return newest && newest.finishedAt === null ? newest.runId : undefined;
}
