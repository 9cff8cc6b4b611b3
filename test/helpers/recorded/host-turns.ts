import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EventType, type HistoryEvent, parseJsonText } from '../../../src/runtime/durable/history.ts';
import type { Json } from '../../../src/shared/json.ts';

const FOLDER = fileURLToPath(new URL('../../fixtures/histories/functions-host', import.meta.url));

interface HostEvent extends HistoryEvent {
  readonly ParentInstance?: { readonly OrchestrationInstance: Execution; readonly TaskScheduleId: number } | null;
}

interface Execution {
  readonly InstanceId: string;
  readonly ExecutionId: string;
}

/** What the durable extension hands to the worker for one turn of an orchestration. */
interface Payload {
  readonly history: readonly HostEvent[];
  readonly instanceId: string;
  readonly input: Json;
}

/** What an orchestrator asked for in a turn. The host writes the input of a child orchestration into the child alone. */
export type Asked =
  | { readonly kind: 'activity'; readonly id: number; readonly name: string }
  | { readonly kind: 'subOrchestration'; readonly id: number; readonly name: string; readonly input: Json }
  | { readonly kind: 'timer'; readonly id: number; readonly fireAt: string };

export interface HostTurn {
  readonly title: string;
  readonly orchestrator: string;
  readonly payload: Payload;
  /** What the host scheduled after this turn, by the history of the next one. */
  readonly asked: readonly Asked[];
  readonly isLast: boolean;
  /** How the orchestration ended, by its parent's history; undefined while it goes on, and without a parent. */
  readonly output: Json | undefined;
}

/** Every recorded turn, in order. */
export const HOST_TURNS: readonly HostTurn[] = readdirSync(FOLDER).flatMap((file) => {
  const lines = readFileSync(`${FOLDER}/${file}`, 'utf8').trimEnd().split('\n');
  return turnsOf(
    file,
    lines.map((line) => JSON.parse(line) as Payload),
  );
});

function turnsOf(run: string, payloads: readonly Payload[]): readonly HostTurn[] {
  const byInstance = Map.groupBy(payloads, ({ instanceId }) => instanceId);
  return payloads.map((payload): HostTurn => {
    const turns = byInstance.get(payload.instanceId) ?? [];
    const number = turns.indexOf(payload);
    const next = turns[number + 1];
    const { Name = '' } = started(payload);
    return {
      title: `${run}: ${Name} ${JSON.stringify(payload.input)}, turn ${number + 1}`,
      orchestrator: Name,
      payload,
      asked: next ? scheduledSince(payload, next, payloads) : [],
      isLast: !next,
      output: next ? undefined : outputOf(payload, payloads),
    };
  });
}

function started({ history }: Payload): HostEvent {
  const event = history.find(({ EventType: type }) => type === EventType.executionStarted);
  if (!event) throw new Error('a recorded history has no start');
  return event;
}

function scheduledSince(turn: Payload, next: Payload, all: readonly Payload[]): readonly Asked[] {
  const news = next.history.slice(turn.history.length);
  const end = news.findIndex(({ EventType: type }) => type === EventType.orchestratorCompleted);
  return news.slice(0, end).map(({ EventType: type, EventId: id, Name = '', FireAt = '' }): Asked => {
    if (type === EventType.taskScheduled) return { kind: 'activity', id, name: Name };
    // The host drops zeros at the end of a second's fraction.
    if (type === EventType.timerCreated) return { kind: 'timer', id, fireAt: new Date(FireAt).toISOString() };
    return { kind: 'subOrchestration', id, name: Name, input: childOf(turn, id, all).input };
  });
}

function childOf(parent: Payload, id: number, all: readonly Payload[]): Payload {
  const execution = started(parent).OrchestrationInstance?.ExecutionId;
  const child = all.find((payload) => {
    const { ParentInstance } = started(payload);
    return ParentInstance?.OrchestrationInstance.ExecutionId === execution && ParentInstance?.TaskScheduleId === id;
  });
  if (!child) throw new Error(`${parent.instanceId} has no recorded child ${id}`);
  return child;
}

function outputOf(payload: Payload, all: readonly Payload[]): Json | undefined {
  const { ParentInstance: parent } = started(payload);
  if (!parent) return undefined;
  const told = all
    .filter(({ instanceId }) => instanceId === parent.OrchestrationInstance.InstanceId)
    .flatMap(({ history }) => history)
    .find(
      ({ EventType: type, TaskScheduledId }) =>
        type === EventType.subOrchestrationCompleted && TaskScheduledId === parent.TaskScheduleId,
    );
  if (!told) throw new Error(`${payload.instanceId} ended unseen by its parent`);
  return parseJsonText(told.Result);
}
