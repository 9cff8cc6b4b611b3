import { EventType, type HistoryEvent } from '../../src/runtime/durable/history.ts';
import type { JournalRecord } from '../../src/runtime/durable/journal-record.ts';

/** What a run asked of the durable engine, whichever that is. */
export interface DurableCounts {
  /** Orchestrations that somebody started. */
  readonly orchestrations: number;
  readonly subOrchestrations: number;
  /** Orchestrations that went on as new ones, with an empty history. */
  readonly continuations: number;
  /** Calls of orchestrators, replays included, as they are billed. */
  readonly turns: number;
  /** Each as long as it took, its wait for a free place included. */
  readonly activitySeconds: readonly number[];
  readonly timersFired: number;
  readonly externalEvents: number;
  /** From the first record to the last. */
  readonly seconds: number;
}

/** Counts what the embedded engine wrote down: on Azure the same functions are called by the same messages. */
export function durableCounts(records: readonly JournalRecord[]): DurableCounts {
  const turns = records.filter((record) => record.type === 'turn');
  const messages = records.flatMap((record) => (record.type === 'message' ? [record.message.event] : []));
  const times = records.flatMap((record) => ('at' in record ? [Date.parse(record.at)] : []));
  return {
    orchestrations: records.filter(({ type }) => type === 'start').length,
    subOrchestrations: turns.reduce((sum, { starts }) => sum + starts.length, 0),
    continuations: turns.filter(({ restart }) => restart !== undefined).length,
    turns: turns.length,
    activitySeconds: activitySeconds(records),
    timersFired: numberOf(messages, EventType.timerFired),
    externalEvents: numberOf(messages, EventType.eventRaised),
    seconds: times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 1000,
  };
}

function numberOf(events: readonly HistoryEvent[], type: number): number {
  return events.filter((event) => event.EventType === type).length;
}

function activitySeconds(records: readonly JournalRecord[]): readonly number[] {
  const scheduled = new Map<string, number>();
  const seconds: number[] = [];
  for (const record of records) {
    if (record.type === 'turn') {
      for (const event of record.events) {
        if (event.EventType === EventType.taskScheduled)
          scheduled.set(`${record.executionId}/${event.EventId}`, at(event));
      }
    }
    if (record.type !== 'message') continue;
    const { executionId, event } = record.message;
    if (event.EventType !== EventType.taskCompleted && event.EventType !== EventType.taskFailed) continue;
    const since = scheduled.get(`${executionId}/${event.TaskScheduledId}`);
    if (since !== undefined) seconds.push((at(event) - since) / 1000);
  }
  return seconds;
}

function at({ Timestamp }: HistoryEvent): number {
  return Date.parse(Timestamp);
}
