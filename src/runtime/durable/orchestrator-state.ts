import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/** Action types of the out-of-process protocol; only those in `Action` are supported. */
const ActionType = {
  callActivity: 0,
  callSubOrchestrator: 2,
  continueAsNew: 4,
  createTimer: 5,
  waitForExternalEvent: 6,
  whenAny: 11,
  whenAll: 12,
} as const;

const UNSUPPORTED: Readonly<Record<number, string>> = {
  1: 'callActivityWithRetry',
  3: 'callSubOrchestratorWithRetry',
  7: 'callEntity',
  8: 'callHttp',
  9: 'signalEntity',
  10: 'scheduled signalEntity',
  13: 'lock of entities',
  14: 'release of entities',
};

/** What an orchestrator asked for, from the start of its execution. */
export type Action =
  | { readonly kind: 'activity'; readonly name: string; readonly input: Json }
  | { readonly kind: 'subOrchestration'; readonly name: string; readonly input: Json; readonly instanceId?: string }
  | { readonly kind: 'timer'; readonly fireAt: string; readonly isCanceled: boolean }
  | { readonly kind: 'externalEvent'; readonly name: string }
  | { readonly kind: 'continueAsNew'; readonly input: Json }
  | { readonly kind: 'all' | 'any'; readonly actions: readonly Action[] };

/** What an orchestrator function answered. */
export interface OrchestratorState {
  readonly isDone: boolean;
  readonly actions: readonly Action[];
  readonly output: Json;
  readonly customStatus: Json;
  /** Present when the orchestrator threw. */
  readonly error?: string;
}

/** The library appends its state to the message of the error it throws. */
const STATE_LABEL = '$OutOfProcData$:';

export class UnsupportedDurableCall extends Error {
  override readonly name = 'UnsupportedDurableCall';
}

export function parseState(value: unknown): OrchestratorState {
  const document: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  if (!isJsonObject(document)) throw new Error('the orchestrator answered no state');
  const lists = Array.isArray(document.actions) ? document.actions : [];
  const actions = lists.flatMap((list) => (Array.isArray(list) ? list.map(parseAction) : []));
  return {
    isDone: document.isDone === true,
    actions,
    output: document.output ?? null,
    customStatus: document.customStatus ?? null,
    ...(typeof document.error === 'string' && { error: document.error }),
  };
}

/** The state within the error that a failing orchestrator function throws; undefined when there is none. */
export function stateOfError(error: unknown): OrchestratorState | undefined {
  const message = error instanceof Error ? error.message : String(error);
  const start = message.indexOf(STATE_LABEL);
  if (start < 0) return undefined;
  const state = parseState(message.slice(start + STATE_LABEL.length));
  return { ...state, error: state.error ?? message.slice(0, start).trim() };
}

function parseAction(value: Json): Action {
  if (!isJsonObject(value)) throw new Error('an action is no object');
  const type = value.actionType;
  switch (type) {
    case ActionType.callActivity:
      return { kind: 'activity', name: nameOf(value, 'functionName'), input: value.input ?? null };
    case ActionType.callSubOrchestrator: {
      const { instanceId } = value;
      const name = nameOf(value, 'functionName');
      return {
        kind: 'subOrchestration',
        name,
        input: value.input ?? null,
        ...(typeof instanceId === 'string' && { instanceId }),
      };
    }
    case ActionType.continueAsNew:
      return { kind: 'continueAsNew', input: value.input ?? null };
    case ActionType.createTimer:
      return { kind: 'timer', fireAt: nameOf(value, 'fireAt'), isCanceled: value.isCanceled === true };
    case ActionType.waitForExternalEvent:
      return { kind: 'externalEvent', name: nameOf(value, 'externalEventName') };
    case ActionType.whenAll:
    case ActionType.whenAny: {
      const children = Array.isArray(value.compoundActions) ? value.compoundActions : [];
      return { kind: type === ActionType.whenAll ? 'all' : 'any', actions: children.map(parseAction) };
    }
    default:
      throw new UnsupportedDurableCall(
        `the embedded runtime does not support ${UNSUPPORTED[Number(type)] ?? `the action type ${String(type)}`}`,
      );
  }
}

function nameOf(value: JsonObject, field: string): string {
  const found = value[field];
  if (typeof found !== 'string') throw new Error(`an action has no ${field}`);
  return found;
}
