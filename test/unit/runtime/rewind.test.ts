import { describe, expect, it } from 'vitest';
import { EventType, historyEvent } from '../../../src/runtime/durable/history.ts';
import { rewindHistory } from '../../../src/runtime/durable/rewind.ts';

const AT = '2026-01-01T00:00:00Z';
const scheduled = historyEvent(EventType.taskScheduled, AT, { Name: 'a' }, 0);
const failed = historyEvent(EventType.taskFailed, AT, { TaskScheduledId: 0 });
const created = historyEvent(EventType.subOrchestrationCreated, AT, { Name: 'c', InstanceId: 'child' }, 1);
const childFailed = historyEvent(EventType.subOrchestrationFailed, AT, { TaskScheduledId: 1 });

describe('a rewound history', () => {
  it('keeps the call of a failed activity without its failure, so that it is made again', () => {
    expect(rewindHistory([scheduled, failed], new Set()).history).toEqual([scheduled]);
  });

  it('keeps a failed sub-orchestration that can be rewound, and drops one that is gone', () => {
    expect(rewindHistory([created, childFailed], new Set(['child']))).toEqual({
      history: [created],
      failedChildren: ['child'],
    });
    expect(rewindHistory([created, childFailed], new Set())).toEqual({ history: [], failedChildren: [] });
  });
});
