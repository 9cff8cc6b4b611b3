import type { Json } from '../shared/json.ts';
import type { HistoryEvent } from './history.ts';

export type RuntimeStatus = 'Pending' | 'Running' | 'Completed' | 'Failed' | 'Terminated';

/** One orchestration as the journal's records add up to it. */
export interface Instance {
  readonly instanceId: string;
  readonly name: string;
  readonly version: string;
  /** Changes with each continue-as-new. */
  executionId: string;
  readonly parent: { readonly instanceId: string; readonly executionId: string; readonly taskId: number } | null;
  input: Json;
  status: RuntimeStatus;
  customStatus: Json;
  output: Json;
  history: HistoryEvent[];
  /** Messages that no turn has taken yet. */
  inbox: HistoryEvent[];
  readonly createdAt: string;
  updatedAt: string;
}

/** A new orchestration, with the event that begins it in its inbox. */
export interface InstanceStart {
  readonly instanceId: string;
  readonly executionId: string;
  readonly name: string;
  readonly version: string;
  readonly input: Json;
  readonly parent: Instance['parent'];
  readonly event: HistoryEvent;
  readonly at: string;
}

/** A message for another orchestration: a child's end for its parent. */
export interface Message {
  readonly instanceId: string;
  /** Messages for an execution that is over are dropped. */
  readonly executionId?: string;
  readonly event: HistoryEvent;
}

/** What the journal keeps. Each record is applied whole or not at all. */
export type JournalRecord =
  | { readonly type: 'start'; readonly start: InstanceStart }
  | { readonly type: 'message'; readonly message: Message; readonly at: string }
  | {
      readonly type: 'turn';
      readonly instanceId: string;
      readonly executionId: string;
      /** How many messages of the inbox the turn took. */
      readonly consumed: number;
      readonly events: readonly HistoryEvent[];
      readonly status: RuntimeStatus;
      readonly customStatus: Json;
      readonly output: Json;
      readonly starts: readonly InstanceStart[];
      readonly messages: readonly Message[];
      /** The orchestration starts over with this event and input. */
      readonly restart?: { readonly executionId: string; readonly input: Json; readonly event: HistoryEvent };
      readonly at: string;
    }
  | { readonly type: 'terminate'; readonly instanceId: string; readonly reason: string; readonly at: string }
  | { readonly type: 'purge'; readonly instanceId: string }
  | { readonly type: 'snapshot'; readonly instance: Instance };

export type Instances = Map<string, Instance>;

export function hasEnded({ status }: Instance): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Terminated';
}

/** Applies one record; the same function builds the state live and when the journal is loaded. */
export function applyRecord(instances: Instances, record: JournalRecord): void {
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
      for (const { instanceId } of withDescendants(instances, record.instanceId)) instances.delete(instanceId);
      break;
    case 'snapshot':
      instances.set(record.instance.instanceId, structuredClone(record.instance));
      break;
  }
}

function addInstance(instances: Instances, { event, at, ...start }: InstanceStart): void {
  instances.set(start.instanceId, {
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

function deliver(instances: Instances, { instanceId, executionId, event }: Message, at: string): void {
  const instance = instances.get(instanceId);
  if (!instance || hasEnded(instance)) return;
  if (executionId !== undefined && executionId !== instance.executionId) return;
  instance.inbox.push(event);
  instance.updatedAt = at;
}

function applyTurn(instances: Instances, turn: Extract<JournalRecord, { type: 'turn' }>): void {
  const instance = instances.get(turn.instanceId);
  if (!instance || hasEnded(instance) || instance.executionId !== turn.executionId) return;
  instance.inbox.splice(0, turn.consumed);
  instance.history.push(...turn.events);
  instance.status = turn.status;
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

function terminate(instances: Instances, instanceId: string, reason: string, at: string): void {
  for (const instance of withDescendants(instances, instanceId)) {
    if (hasEnded(instance)) continue;
    instance.status = 'Terminated';
    instance.output = reason;
    instance.inbox = [];
    instance.updatedAt = at;
  }
}

/** The instance and every sub-orchestration below it. */
export function withDescendants(instances: Instances, instanceId: string): readonly Instance[] {
  const root = instances.get(instanceId);
  if (!root) return [];
  const children = [...instances.values()].filter(({ parent }) => parent?.instanceId === instanceId);
  return [root, ...children.flatMap((child) => withDescendants(instances, child.instanceId))];
}
