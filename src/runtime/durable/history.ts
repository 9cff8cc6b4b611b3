import type { Json } from '../../shared/json.ts';

/** Event types of the Durable Task framework, as the durable-functions library reads them. */
export const EventType = {
  executionStarted: 0,
  executionTerminated: 3,
  taskScheduled: 4,
  taskCompleted: 5,
  taskFailed: 6,
  subOrchestrationCreated: 7,
  subOrchestrationCompleted: 8,
  subOrchestrationFailed: 9,
  timerCreated: 10,
  timerFired: 11,
  orchestratorStarted: 12,
  orchestratorCompleted: 13,
  eventRaised: 15,
  genericEvent: 17,
  executionSuspended: 19,
  executionResumed: 20,
} as const;

/** One event of an orchestration's history, in the wire form (PascalCase). */
export interface HistoryEvent {
  readonly EventType: number;
  /** The id of what it schedules; -1 for everything else. */
  readonly EventId: number;
  readonly IsPlayed: boolean;
  /** ISO 8601. */
  readonly Timestamp: string;
  readonly Name?: string;
  readonly Version?: string;
  /** JSON text. */
  readonly Input?: string;
  /** JSON text. */
  readonly Result?: string;
  readonly Reason?: string;
  readonly Details?: string;
  readonly InstanceId?: string;
  readonly TaskScheduledId?: number;
  readonly TimerId?: number;
  readonly FireAt?: string;
  readonly OrchestrationInstance?: { readonly InstanceId: string; readonly ExecutionId: string };
}

type EventFields = Omit<HistoryEvent, 'EventType' | 'EventId' | 'IsPlayed' | 'Timestamp'>;

export function historyEvent(type: number, at: string, fields: EventFields = {}, id = -1): HistoryEvent {
  return { EventType: type, EventId: id, IsPlayed: false, Timestamp: at, ...fields };
}

/** JSON text of a value; absent values become null, as the host writes them. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value ?? null) ?? 'null';
}

export function parseJsonText(text: string | undefined): Json {
  return text === undefined || text === '' ? null : (JSON.parse(text) as Json);
}
