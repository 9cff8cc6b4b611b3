import { EventType, historyEvent } from './history.ts';
import { hasEnded } from './instance.ts';
import type { InstanceTable } from './instance-table.ts';
import type { InstanceStart, JournalRecord, Message } from './journal-record.ts';
import { rewindHistory } from './rewind.ts';

/** Applies one record; the same function builds the state live and when the journal is loaded. */
export function applyRecord(instances: InstanceTable, record: JournalRecord): void {
  switch (record.type) {
    case 'start':
      addInstance(instances, record.start);
      break;
    case 'message':
      deliver(instances, record.message, record.at);
      break;
    case 'turn':
      applyTurn(instances, record);
      break;
    case 'terminate':
      terminate(instances, record.instanceId, record.reason, record.at);
      break;
    case 'purge':
      for (const { instanceId } of instances.family(record.instanceId)) instances.delete(instanceId);
      break;
    case 'suspend':
    case 'resume':
      setSuspended(instances, record.instanceId, record.type === 'suspend', record.reason, record.at);
      break;
    case 'rewind':
      rewind(instances, record.instanceId, record.reason, record.at);
      break;
    case 'snapshot':
      instances.add(structuredClone(record.instance));
      break;
  }
}

function addInstance(instances: InstanceTable, { event, at, ...start }: InstanceStart): void {
  instances.add({
    ...start,
    status: 'Pending',
    customStatus: null,
    output: null,
    history: [],
    inbox: [event],
    createdAt: at,
    updatedAt: at,
  });
}

function deliver(instances: InstanceTable, { instanceId, executionId, event }: Message, at: string): void {
  const instance = instances.get(instanceId);
  if (!instance || hasEnded(instance)) return;
  if (executionId !== undefined && executionId !== instance.executionId) return;
  instance.inbox.push(event);
  instance.updatedAt = at;
}

function applyTurn(instances: InstanceTable, turn: Extract<JournalRecord, { type: 'turn' }>): void {
  const instance = instances.get(turn.instanceId);
  if (!instance || hasEnded(instance) || instance.executionId !== turn.executionId) return;
  instance.inbox.splice(0, turn.consumed);
  instance.history.push(...turn.events);
  // A turn that was under way when the instance was suspended counts, and the instance stays suspended.
  if (instance.status !== 'Suspended' || turn.status !== 'Running') instance.status = turn.status;
  instance.customStatus = turn.customStatus;
  instance.output = turn.output;
  instance.updatedAt = turn.at;
  for (const start of turn.starts) addInstance(instances, start);
  for (const message of turn.messages) deliver(instances, message, turn.at);
  if (turn.restart) {
    instance.executionId = turn.restart.executionId;
    instance.input = turn.restart.input;
    instance.history = [];
    instance.inbox.unshift(turn.restart.event);
  } else if (hasEnded(instance)) {
    instance.inbox = [];
  }
}

function terminate(instances: InstanceTable, instanceId: string, reason: string, at: string): void {
  for (const instance of instances.family(instanceId)) {
    if (hasEnded(instance)) continue;
    instance.status = 'Terminated';
    instance.output = reason;
    instance.inbox = [];
    instance.updatedAt = at;
  }
}

/** Suspended, an instance takes no turn; what comes waits in its inbox. The library reads over both events. */
function setSuspended(
  instances: InstanceTable,
  instanceId: string,
  isSuspended: boolean,
  reason: string,
  at: string,
): void {
  const instance = instances.get(instanceId);
  if (!instance || hasEnded(instance) || (instance.status === 'Suspended') === isSuspended) return;
  const type = isSuspended ? EventType.executionSuspended : EventType.executionResumed;
  const hasStarted = instance.history.some((event) => event.EventType === EventType.executionStarted);
  instance.status = isSuspended ? 'Suspended' : hasStarted ? 'Running' : 'Pending';
  instance.history.push(historyEvent(type, at, { Reason: reason }));
  instance.updatedAt = at;
}

/** Failed sub-orchestrations are rewound as well; those that are gone start anew. */
function rewind(instances: InstanceTable, instanceId: string, reason: string, at: string): void {
  const instance = instances.get(instanceId);
  if (instance?.status !== 'Failed') return;
  const children = instances.children(instanceId);
  const rewound = rewindHistory(instance.history, new Set(children.map((child) => child.instanceId)));
  instance.history = [...rewound.history];
  instance.status = 'Running';
  instance.output = null;
  instance.inbox = [historyEvent(EventType.genericEvent, at, { Reason: reason })];
  instance.updatedAt = at;
  for (const child of rewound.failedChildren) rewind(instances, child, reason, at);
}
