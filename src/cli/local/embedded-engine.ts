import { APPROVAL_EVENT, FunctionName } from '../../domain/function-names.ts';
import type { ExclusiveEngine } from '../../runs/engine.ts';
import type { EmbeddedHost } from '../../runtime/host.ts';

const ENDED: readonly string[] = ['Completed', 'Failed', 'Terminated'];

/**
 * The durable engine of this process, as far as starting runs needs it.
 * @param isOnlyTelling whether a run is over but for who is told of it; by default none is
 */
export function embeddedEngine(
  host: EmbeddedHost,
  isOnlyTelling: ExclusiveEngine['isOnlyTelling'] = async () => false,
): ExclusiveEngine {
  const unfinished = (): readonly string[] =>
    host.instances().flatMap(({ instanceId, runtimeStatus }) => (ENDED.includes(runtimeStatus) ? [] : [instanceId]));
  return {
    start: (run) => host.startNew(FunctionName.deploy, { instanceId: run.runId, input: { ...run } }),
    isAlive: async (runId) => unfinished().includes(runId),
    decide: (runId, decision) => host.raiseEvent(runId, APPROVAL_EVENT, decision),
    unfinished,
    terminate: (runId, reason) => host.terminate(runId, reason),
    isOnlyTelling,
  };
}
