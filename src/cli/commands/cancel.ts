import { RUN_ID } from '../../domain/run.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { openStoresForReading } from '../local-stores.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** Asks a run to start nothing new; what runs is followed to its end. */
export async function cancelCommand(
  terminal: Terminal,
  options: CommonOptions,
  run: string | undefined,
): Promise<ExitCode> {
  const { runs, state, workspace } = await openStoresForReading(options);
  const runId = run ?? (await state.read()).value.lock?.runId;
  if (runId === undefined) throw new UserError('No run is under way.', { code: 'run_unknown' });
  const summary = RUN_ID.test(runId) ? await runs.summary(runId) : undefined;
  if (!summary) {
    throw new UserError(`There is no run ${runId}.`, {
      code: 'run_unknown',
      hint: 'List them with: draftgenie-deploy runs',
    });
  }
  if (summary.finishedAt !== null) {
    terminal.stdout.write(`Run ${runId} has ended already: ${summary.status}.\n`);
    return ExitCode.ok;
  }
  await runs.requestCancel(runId, workspace.holder);
  terminal.stdout.write(`Run ${runId} will start nothing new; what runs is followed to its end.\n`);
  return ExitCode.ok;
}
