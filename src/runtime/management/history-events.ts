import type { Json } from '../../shared/json.ts';
import { EventType, type HistoryEvent, parseJsonText } from '../durable/history.ts';
import type { OrchestrationStatus } from '../durable/orchestration-status.ts';

type JsonFields = Record<string, Json>;

const NAMES: Readonly<Record<number, string>> = {
  [EventType.executionStarted]: 'ExecutionStarted',
  [EventType.executionTerminated]: 'ExecutionTerminated',
  [EventType.taskCompleted]: 'TaskCompleted',
  [EventType.taskFailed]: 'TaskFailed',
  [EventType.subOrchestrationCompleted]: 'SubOrchestrationInstanceCompleted',
  [EventType.subOrchestrationFailed]: 'SubOrchestrationInstanceFailed',
  [EventType.timerCreated]: 'TimerCreated',
  [EventType.timerFired]: 'TimerFired',
  [EventType.eventRaised]: 'EventRaised',
  [EventType.genericEvent]: 'GenericEvent',
  [EventType.executionSuspended]: 'ExecutionSuspended',
  [EventType.executionResumed]: 'ExecutionResumed',
};

/** What an orchestration of the host may have from its start, and one of this engine never has. */
const NOT_USED_AT_START: JsonFields = {
  Correlation: null,
  ParentTraceContext: null,
  ScheduledStartTime: null,
  Generation: 0,
  GenerateNewTrace: false,
};

/**
 * The history as the status API shows it: named types, each completion joined with what it completes, turns left out.
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api#get-instance-status
 */
export function historyEvents(
  history: readonly HistoryEvent[],
  status: OrchestrationStatus,
  withOutput: boolean,
): readonly JsonFields[] {
  const scheduled = new Map(history.filter(({ EventId }) => EventId >= 0).map((event) => [event.EventId, event]));
  const shown = history.flatMap((event): JsonFields[] => {
    const name = NAMES[event.EventType];
    if (name === undefined) return [];
    const call = scheduled.get(event.TaskScheduledId ?? event.TimerId ?? -1);
    return [
      {
        EventType: name,
        Timestamp: event.Timestamp,
        ...(event.EventType === EventType.executionStarted && {
          ...NOT_USED_AT_START,
          FunctionName: event.Name ?? '',
          ...(withOutput && { Input: event.Input ?? null }),
        }),
        ...(event.EventType === EventType.eventRaised && { Name: event.Name ?? '' }),
        ...(call && { ScheduledTime: call.Timestamp }),
        // Whoever wants to know it looks at the child, or at what it came of.
        ...(call?.Name !== undefined && { FunctionName: call.Name, Input: null }),
        ...(call?.InstanceId !== undefined && { InstanceId: call.InstanceId }),
        ...(event.FireAt !== undefined && { FireAt: event.FireAt }),
        ...(event.Reason !== undefined && { Reason: event.Reason }),
        ...(withOutput && event.Result !== undefined && { Result: parseJsonText(event.Result) }),
        ...(withOutput && event.EventType === EventType.eventRaised && { Input: parseJsonText(event.Input) }),
      },
    ];
  });
  if (!['Completed', 'Failed', 'Terminated'].includes(status.runtimeStatus)) return shown;
  const end = { EventType: 'ExecutionCompleted', OrchestrationStatus: status.runtimeStatus, FailureDetails: null };
  return [...shown, { ...end, Timestamp: status.lastUpdatedTime, ...(withOutput && { Result: status.output }) }];
}
