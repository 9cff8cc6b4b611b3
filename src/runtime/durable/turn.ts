import { randomUUID } from 'node:crypto';
import type { Json } from '../../shared/json.ts';
import { Trigger, triggerOf } from '../bindings.ts';
import type { FunctionsWorker } from '../worker.ts';
import { EventType, type HistoryEvent, historyEvent, jsonText } from './history.ts';
import type { Instance } from './instance.ts';
import type { InstanceStart, JournalRecord, Message } from './journal-record.ts';
import { type OrchestratorState, parseState, stateOfError, UnsupportedDurableCall } from './orchestrator-state.ts';
import { type Decision, NonDeterminism, type ReplayResult, replayActions } from './replay.ts';

export type TurnRecord = Extract<JournalRecord, { type: 'turn' }>;

/** Timers of the library are cut into pieces above this; this engine has no limit, so nothing is cut. */
const UNLIMITED = '3650.00:00:00';

/**
 * One turn of an orchestration: its history and the messages in its inbox go to the orchestrator function, and what that
 * asks for becomes one record. Pure but for the call of the function, which is deterministic.
 */
export async function runTurn(worker: FunctionsWorker, instance: Instance, now: string): Promise<TurnRecord> {
  // An orchestration's time never goes back, and the library would keep the later one.
  const at = instance.history.reduce((latest, { Timestamp }) => (Timestamp > latest ? Timestamp : latest), now);
  const inbox = [...instance.inbox];
  const incoming = [historyEvent(EventType.orchestratorStarted, at), ...inbox];
  const history = [...instance.history.map((event) => ({ ...event, IsPlayed: true })), ...incoming];
  const base: TurnRecord = {
    type: 'turn',
    instanceId: instance.instanceId,
    executionId: instance.executionId,
    consumed: inbox.length,
    events: incoming,
    status: 'Running',
    customStatus: instance.customStatus,
    output: null,
    starts: [],
    messages: [],
    at,
  };
  try {
    if (!isOrchestrator(worker, instance.name)) return fail(instance, base, noOrchestrator(instance.name));
    const state = await callOrchestrator(worker, instance, history);
    return completeTurn(instance, base, state, replayActions(state.actions, history));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isOurs = error instanceof NonDeterminism || error instanceof UnsupportedDurableCall;
    return fail(instance, base, isOurs ? message : `Orchestrator function '${instance.name}' failed: ${message}`);
  }
}

/** An activity of that name must not be called with a history. */
function isOrchestrator(worker: FunctionsWorker, name: string): boolean {
  const found = worker.functions().find(({ metadata }) => metadata.name === name);
  return found !== undefined && triggerOf(found.metadata)?.binding.type === Trigger.orchestration;
}

function noOrchestrator(name: string): string {
  return `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`;
}

async function callOrchestrator(
  worker: FunctionsWorker,
  instance: Instance,
  history: readonly HistoryEvent[],
): Promise<OrchestratorState> {
  const payload = {
    history,
    input: instance.input,
    instanceId: instance.instanceId,
    isReplaying: instance.history.length > 0,
    parentInstanceId: instance.parent?.instanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: UNLIMITED,
    maximumShortTimerDuration: UNLIMITED,
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
  try {
    return parseState(await worker.invoke(instance.name, payload as unknown as Json));
  } catch (error) {
    const state = stateOfError(error);
    if (!state) throw error;
    return state;
  }
}

function completeTurn(
  instance: Instance,
  base: TurnRecord,
  state: OrchestratorState,
  replay: ReplayResult,
): TurnRecord {
  const { at } = base;
  const scheduled = replay.decisions.map((decision) => schedulingEvent(instance, decision, at));
  const turn: TurnRecord = {
    ...base,
    customStatus: state.customStatus ?? base.customStatus,
    events: [...base.events, ...scheduled, historyEvent(EventType.orchestratorCompleted, at)],
    starts: replay.decisions.flatMap((decision) =>
      decision.kind === 'subOrchestration' ? [childStart(instance, decision, at)] : [],
    ),
  };
  if (!replay.isSettled) return turn;
  if (replay.continueAsNew) {
    const executionId = randomUUID();
    const { input } = replay.continueAsNew;
    const event = startedEvent({ ...instance, executionId, input }, at);
    return { ...turn, restart: { executionId, input, event } };
  }
  if (state.error !== undefined) return fail(instance, turn, state.error);
  if (!state.isDone) return turn;
  return end(instance, { ...turn, status: 'Completed', output: state.output });
}

function fail(instance: Instance, turn: TurnRecord, reason: string): TurnRecord {
  return end(instance, { ...turn, status: 'Failed', output: reason });
}

/** The message to the parent about the end, in the same record. */
function end(instance: Instance, turn: TurnRecord): TurnRecord {
  const { parent } = instance;
  if (!parent) return turn;
  const { taskId, ...address } = parent;
  const failed = turn.status === 'Failed';
  const reason = `Sub-orchestration '${instance.name}' failed: ${String(turn.output)}`;
  const event = failed
    ? historyEvent(EventType.subOrchestrationFailed, turn.at, { TaskScheduledId: taskId, Reason: reason, Details: '' })
    : historyEvent(EventType.subOrchestrationCompleted, turn.at, {
        TaskScheduledId: taskId,
        Result: jsonText(turn.output),
      });
  const message: Message = { ...address, event };
  return { ...turn, messages: [...turn.messages, message] };
}

function schedulingEvent(instance: Instance, decision: Decision, at: string): HistoryEvent {
  switch (decision.kind) {
    case 'activity':
      return historyEvent(
        EventType.taskScheduled,
        at,
        { Name: decision.name, Input: jsonText(decision.input) },
        decision.id,
      );
    case 'timer':
      return historyEvent(EventType.timerCreated, at, { FireAt: decision.fireAt }, decision.id);
    case 'subOrchestration': {
      const InstanceId = childId(instance, decision);
      const fields = { Name: decision.name, InstanceId, Input: jsonText(decision.input) };
      return historyEvent(EventType.subOrchestrationCreated, at, fields, decision.id);
    }
  }
}

type SubOrchestration = Extract<Decision, { kind: 'subOrchestration' }>;

/** As the host makes it when none is given: the parent's execution and the number of the call, in hexadecimal. */
function childId(instance: Instance, { id, instanceId }: SubOrchestration): string {
  return instanceId ?? `${instance.executionId}:${id.toString(16)}`;
}

function childStart(instance: Instance, decision: SubOrchestration, at: string): InstanceStart {
  const { instanceId, executionId, version } = instance;
  return newInstance(
    {
      instanceId: childId(instance, decision),
      name: decision.name,
      version,
      input: decision.input,
      parent: { instanceId, executionId, taskId: decision.id },
    },
    at,
  );
}

export function newInstance(
  fields: Pick<InstanceStart, 'instanceId' | 'name' | 'version' | 'input' | 'parent'>,
  at: string,
): InstanceStart {
  // The Durable Task framework writes those of children without dashes.
  const executionId = fields.parent ? randomUUID().replaceAll('-', '') : randomUUID();
  return { ...fields, executionId, event: startedEvent({ ...fields, executionId }, at), at };
}

function startedEvent(
  {
    instanceId,
    executionId,
    name,
    version,
    input,
  }: Pick<Instance, 'instanceId' | 'executionId' | 'name' | 'version' | 'input'>,
  at: string,
): HistoryEvent {
  return historyEvent(EventType.executionStarted, at, {
    Name: name,
    Version: version,
    Input: jsonText(input),
    OrchestrationInstance: { InstanceId: instanceId, ExecutionId: executionId },
  });
}
