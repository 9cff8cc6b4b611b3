import { DONE } from '../../domain/audit.ts';
import { recordCall } from '../../runs/audit/record-call.ts';
import { systemClock } from '../../shared/clock.ts';
import { ExitCode } from '../../shared/errors.ts';
import { keptState, restoreState } from '../../state/restore.ts';
import { writeOutput } from '../json/write-output.ts';
import { openStoresForReading } from '../local/local-stores.ts';
import { type CommonOptions, refuseRemote } from '../options.ts';
import { requireConsent } from '../prompts.ts';
import type { Terminal } from '../terminal.ts';

type RestoreOptions = CommonOptions & { readonly autoApprove: boolean; readonly to?: string };

/** Goes back to the state that an earlier successful run left. Resources on Azure stay as they are. */
export async function restoreCommand(terminal: Terminal, options: RestoreOptions): Promise<ExitCode> {
  refuseRemote(options, 'state restore');
  const stores = await openStoresForReading(options);
  const { state, workspace } = stores;
  const kept = await keptState(state, options.to);
  const question = `Replace the state ${state.location} by that of run ${kept.runId} (${kept.at})?`;
  await requireConsent(terminal, question, { ...options, action: 'Restoring the state' });
  const copy = await restoreState(state, kept);
  const { environment } = options;
  const about = { operation: 'restoreState', environment, runId: kept.runId, outcome: DONE };
  await recordCall({ clock: systemClock, stores: () => stores }, { by: workspace.holder, from: 'command', ...about });
  if (options.output === 'json') {
    writeOutput(terminal, 'state_restored', { type: 'state_restored', runId: kept.runId, copy: copy ?? null });
    return ExitCode.ok;
  }
  const words = copy ? `; a copy of what was there is ${copy}` : '';
  terminal.stdout.write(`The state is that of run ${kept.runId} again${words}\n`);
  return ExitCode.ok;
}
