import type { RunEvent } from '../domain/events.ts';
import type { RunSummary } from '../domain/run.ts';
import { hasEnded } from '../domain/runs/run-end.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { StepMemory } from '../engine/memory.ts';
import type { Services } from '../engine/services.ts';
import { settleAll } from '../engine/settle.ts';
import type { Versioned } from '../state/ports.ts';
import { updateState } from '../state/update-state.ts';
import { released, summaryOf, tellCompleted } from './run-summary.ts';
import { traceRun } from './trace-run.ts';

/** Whether a run that has nothing to do may end where that was found: nobody is to be told of it who may not be there. */
export function mayEndAtOnce(
  { post }: Services,
  { config, request, rollback }: LoadedRun,
  state: EnvironmentState,
): boolean {
  const tells = post !== undefined && Object.keys(config.notifications ?? {}).length > 0;
  // A rollback without anything to do fails.
  return !tells && !rollback && state.lock?.runId === request.runId;
}

/**
 * Ends a run that has nothing to do, whose plan and events are there. Its summary and its lock go side by side: of one that was killed
 * between them either says that it has ended (`isEndBegun`), and whoever closes it makes the other one of its events. Nobody who finds
 * the lock free misses anything for want of the summary, since nothing is left of such a run.
 */
export async function endAtOnce(
  services: Services,
  run: LoadedRun,
  memory: StepMemory,
  { told, known }: { readonly told: readonly RunEvent[]; readonly known: Versioned<EnvironmentState> },
): Promise<void> {
  const { state, runs } = run.stores;
  const now = services.clock.now();
  const summary = summaryOf(run, 'succeeded', { told, memory, state: known.value, now });
  const release = (current: EnvironmentState): EnvironmentState => released(current, run, summary, state.now());
  await settleAll([runs.writeSummary(summary), updateState(state, release, { known })]);
  await tellCompleted(services, summary);
  await traceRun(services, run);
}

/** A call that was killed had begun to end the run: it is brought to that end, and not planned anew, since others may know of it. */
export function isEndBegun(
  summary: RunSummary | undefined,
  { last_run: last }: EnvironmentState,
  runId: string,
): boolean {
  return (summary !== undefined && hasEnded(summary)) || last?.run_id === runId;
}
