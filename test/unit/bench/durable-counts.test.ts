import { expect, it } from 'vitest';
import { durableCounts } from '../../../bench/runs/durable-counts.ts';
import { EventType, type HistoryEvent, historyEvent } from '../../../src/runtime/durable/history.ts';
import type { InstanceStart, JournalRecord } from '../../../src/runtime/durable/journal-record.ts';

it('counts starts, turns, activities with their time, timers that fired, events and continuations', () => {
  const counts = durableCounts([
    { type: 'start', start: start('run') },
    turn({ events: [historyEvent(EventType.taskScheduled, at(1), {}, 0)], starts: [start('child')] }),
    message(historyEvent(EventType.taskCompleted, at(3), { TaskScheduledId: 0 })),
    turn({
      events: [historyEvent(EventType.taskScheduled, at(4), {}, 1), historyEvent(EventType.timerCreated, at(4), {}, 2)],
    }),
    message(historyEvent(EventType.taskFailed, at(5), { TaskScheduledId: 1 })),
    message(historyEvent(EventType.timerFired, at(9), { TimerId: 2 })),
    message(historyEvent(EventType.eventRaised, at(9))),
    turn({ restart: { executionId: 'next', input: null, event: historyEvent(EventType.executionStarted, at(10)) } }),
  ]);
  expect(counts).toEqual({
    orchestrations: 1,
    subOrchestrations: 1,
    continuations: 1,
    turns: 3,
    activitySeconds: [2, 1],
    timersFired: 1,
    externalEvents: 1,
    seconds: 10,
  });
});

it('an end of what was scheduled in another execution counts as no activity', () => {
  const records = [
    turn({ events: [historyEvent(EventType.taskScheduled, at(1), {}, 0)] }),
    message(historyEvent(EventType.taskCompleted, at(3), { TaskScheduledId: 0 }), 'another'),
  ];
  expect(durableCounts(records).activitySeconds).toEqual([]);
});

it('of no records there is nothing', () => {
  expect(durableCounts([])).toMatchObject({ orchestrations: 0, turns: 0, seconds: 0 });
});

type Turn = Extract<JournalRecord, { type: 'turn' }>;

function turn(parts: Partial<Turn>): Turn {
  return {
    type: 'turn',
    instanceId: 'run',
    executionId: 'one',
    consumed: 1,
    events: [],
    status: 'Running',
    customStatus: null,
    output: null,
    starts: [],
    messages: [],
    at: at(10),
    ...parts,
  };
}

function message(event: HistoryEvent, executionId = 'one'): JournalRecord {
  return { type: 'message', message: { instanceId: 'run', executionId, event }, at: at(0) };
}

function start(instanceId: string): InstanceStart {
  const event = historyEvent(EventType.executionStarted, at(0));
  return { instanceId, executionId: 'one', name: 'deploy', version: '1', input: null, parent: null, event, at: at(0) };
}

function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
}
