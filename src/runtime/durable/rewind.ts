import { EventType, type HistoryEvent } from './history.ts';

/**
 * Takes the failures out of a failed orchestration's history, so that what failed runs again under the same number, as the
 * Durable Task framework does (RewindHistoryAsync of AzureTableTrackingStore).
 */
export function rewindHistory(
  history: readonly HistoryEvent[],
  knownChildren: ReadonlySet<string>,
): { readonly history: readonly HistoryEvent[]; readonly failedChildren: readonly string[] } {
  const failedCalls = new Set(
    history
      .filter(({ EventType: type }) => type === EventType.subOrchestrationFailed)
      .map((one) => one.TaskScheduledId),
  );
  const failedChildren = history.filter(
    (event) => event.EventType === EventType.subOrchestrationCreated && failedCalls.has(event.EventId),
  );
  const lost = new Set(failedChildren.filter(({ InstanceId = '' }) => !knownChildren.has(InstanceId)));
  const kept = history.filter(({ EventType: type }) => {
    return type !== EventType.taskFailed && type !== EventType.subOrchestrationFailed;
  });
  return {
    history: kept.filter((event) => !lost.has(event)),
    failedChildren: failedChildren.filter((event) => !lost.has(event)).map(({ InstanceId = '' }) => InstanceId),
  };
}
