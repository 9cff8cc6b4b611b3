import { newestRun } from '../../runs/newest-run.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { runWaits } from '../console/run-waits.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions, ServiceLogOptions } from '../options.ts';
import { createRenderer } from '../render/create-renderer.ts';
import { stopWithReader, type Terminal } from '../terminal.ts';

type LogsOptions = CommonOptions &
  ServiceLogOptions & { readonly follow: boolean; readonly service: string | undefined };

/** Prints the events of a run, with --follow until it ends or nobody reads on; or what a service writes. */
export async function logsCommand(
  terminal: Terminal,
  options: LogsOptions,
  run: string | undefined,
): Promise<ExitCode> {
  requireOneOf(options, run);
  if (options.service !== undefined) {
    return await (await import('./service-logs.ts')).printServiceLogs(terminal, options, options.service);
  }
  const deployments = await openDeployments(terminal, options);
  const runId = run ?? (await newestRun(deployments.runs))?.runId;
  if (runId === undefined) throw new UserError('There are no runs yet.', { code: 'run_unknown' });
  const renderer = await createRenderer(options.output === 'json' ? 'json' : 'plain', terminal, true);
  const { signal } = stopWithReader(terminal);
  const tellWait = runWaits(terminal);
  try {
    for await (const event of deployments.events(runId, { follow: options.follow, signal })) {
      if (signal.aborted) break;
      renderer.event(event);
      tellWait(event);
      await terminal.flushed?.();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    tellWait.stop();
  }
  return signal.aborted ? ExitCode.unread : ExitCode.ok;
}

/** What is of services is none of a run's, and the other way round. */
function requireOneOf({ service, since, tail, revision, system }: LogsOptions, run: string | undefined): void {
  if (service === undefined && [since, tail, revision].every((one) => one === undefined) && !system) return;
  if (service !== undefined && run === undefined) return;
  const message =
    service === undefined
      ? '--since, --tail, --revision and --system are about a service, and none is named.'
      : 'A run and a service cannot be shown at once.';
  throw new UserError(message, { code: 'logs_of_what', hint: 'Name a service with --service NAME, or a run.' });
}
