import { ExitCode, UserError } from '../../shared/errors.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import { createRenderer } from '../render/create-renderer.ts';
import type { Terminal } from '../terminal.ts';
import { newestRun } from './status.ts';

/** Prints the events of a run; with --follow until the run ends. */
export async function logsCommand(
  terminal: Terminal,
  options: CommonOptions & { follow: boolean },
  run: string | undefined,
): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  const runId = run ?? (await newestRun(deployments))?.runId;
  if (runId === undefined) throw new UserError('There are no runs yet.', { code: 'run_unknown' });
  const renderer = await createRenderer(options.output === 'json' ? 'json' : 'plain', terminal, true);
  for await (const event of deployments.events(runId, { follow: options.follow })) renderer.event(event);
  return ExitCode.ok;
}
