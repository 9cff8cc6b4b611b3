import type { Json } from '../../shared/json.ts';
import { EventType, type HistoryEvent } from './history.ts';
import type { Action } from './orchestrator-state.ts';

/** Something an orchestration waits for; settled once, by an event of its history. */
class Task {
  isSettled = false;
  readonly #waiting: (() => void)[] = [];

  settle(): void {
    if (this.isSettled) return;
    this.isSettled = true;
    for (const resume of this.#waiting) resume();
  }

  whenSettled(resume: () => void): void {
    if (this.isSettled) resume();
    else this.#waiting.push(resume);
  }
}

/** What the orchestration asks for now that its history does not hold yet. Ids count from 0 in the order of the calls. */
export type Decision =
  | { readonly kind: 'activity'; readonly id: number; readonly name: string; readonly input: Json }
  | {
      readonly kind: 'subOrchestration';
      readonly id: number;
      readonly name: string;
      readonly input: Json;
      readonly instanceId?: string;
    }
  | { readonly kind: 'timer'; readonly id: number; readonly fireAt: string };

export interface ReplayResult {
  readonly decisions: readonly Decision[];
  /** Every action was taken and nothing that was started is still open: the orchestration may end. */
  readonly isSettled: boolean;
  readonly continueAsNew?: { readonly input: Json };
}

export class NonDeterminism extends Error {
  override readonly name = 'NonDeterminism';
  constructor(detail: string) {
    super(`Non-Deterministic workflow detected: ${detail}`);
  }
}

/**
 * Takes an orchestrator's actions against its history, as the Functions host does: ids are given when an action is invoked
 * while the history is walked, scheduled events confirm decisions, completions settle tasks, and what remains unconfirmed
 * is new. Throws NonDeterminism when the history holds what the actions did not ask for.
 */
export function replayActions(actions: readonly Action[], history: readonly HistoryEvent[]): ReplayResult {
  const replay = new Replay(actions);
  for (const event of history) replay.apply(event);
  return replay.result();
}

class Replay {
  readonly #actions: readonly Action[];
  #next = 0;
  #nextId = 0;
  #loopDone = false;
  #continueAsNew: { readonly input: Json } | undefined;
  readonly #unconfirmed = new Map<number, Decision>();
  readonly #open = new Map<number, Task>();
  /** Waiters of external events are a stack, as in the host; names are compared without case. */
  readonly #waiters = new Map<string, Task[]>();
  readonly #buffered = new Map<string, number>();

  constructor(actions: readonly Action[]) {
    this.#actions = actions;
  }

  apply(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.executionStarted:
        this.#advance();
        break;
      case EventType.taskScheduled:
        this.#confirm(event, 'activity');
        break;
      case EventType.subOrchestrationCreated:
        this.#confirm(event, 'subOrchestration');
        break;
      case EventType.timerCreated:
        this.#confirm(event, 'timer');
        break;
      case EventType.taskCompleted:
      case EventType.taskFailed:
      case EventType.subOrchestrationCompleted:
      case EventType.subOrchestrationFailed:
        this.#settle(event.TaskScheduledId);
        break;
      case EventType.timerFired:
        this.#settle(event.TimerId);
        break;
      case EventType.eventRaised:
        this.#raise((event.Name ?? '').toLowerCase());
        break;
    }
  }

  result(): ReplayResult {
    const isSettled = this.#loopDone && this.#open.size === 0;
    const continueAsNew = isSettled ? this.#continueAsNew : undefined;
    return { decisions: [...this.#unconfirmed.values()], isSettled, ...(continueAsNew && { continueAsNew }) };
  }

  #advance(): void {
    for (;;) {
      const action = this.#actions[this.#next];
      if (!action) {
        this.#loopDone = true;
        return;
      }
      this.#next += 1;
      const task = this.#invoke(action);
      if (!task.isSettled) {
        task.whenSettled(() => this.#advance());
        return;
      }
    }
  }

  #invoke(action: Action): Task {
    switch (action.kind) {
      case 'activity':
      case 'subOrchestration':
        return this.#schedule({ ...action, id: this.#nextId });
      case 'timer': {
        const task = this.#schedule({ kind: 'timer', id: this.#nextId, fireAt: action.fireAt });
        if (action.isCanceled) {
          this.#open.delete(this.#nextId - 1);
          task.settle();
        }
        return task;
      }
      case 'externalEvent':
        return this.#waitForEvent(action.name.toLowerCase());
      case 'continueAsNew': {
        this.#continueAsNew = { input: action.input };
        const task = new Task();
        task.settle();
        return task;
      }
      case 'all':
      case 'any':
        return this.#combine(
          action.kind,
          action.actions.map((child) => this.#invoke(child)),
        );
    }
  }

  #schedule(decision: Decision): Task {
    this.#nextId += 1;
    this.#unconfirmed.set(decision.id, decision);
    const task = new Task();
    this.#open.set(decision.id, task);
    return task;
  }

  #combine(kind: 'all' | 'any', children: readonly Task[]): Task {
    const task = new Task();
    let left = kind === 'all' ? children.length : 1;
    for (const child of children) {
      child.whenSettled(() => {
        left -= 1;
        if (left === 0) task.settle();
      });
    }
    return task;
  }

  #waitForEvent(name: string): Task {
    const task = new Task();
    const buffered = this.#buffered.get(name) ?? 0;
    if (buffered > 0) {
      this.#buffered.set(name, buffered - 1);
      task.settle();
    } else {
      this.#waiters.set(name, [...(this.#waiters.get(name) ?? []), task]);
    }
    return task;
  }

  #raise(name: string): void {
    const waiter = this.#waiters.get(name)?.pop();
    if (waiter) waiter.settle();
    else this.#buffered.set(name, (this.#buffered.get(name) ?? 0) + 1);
  }

  #confirm(event: HistoryEvent, kind: Decision['kind']): void {
    const decision = this.#unconfirmed.get(event.EventId);
    const asked = decision && decision.kind === kind && (decision.kind === 'timer' || decision.name === event.Name);
    if (!asked) {
      const found = decision ? `${decision.kind} ${'name' in decision ? decision.name : ''}` : 'nothing';
      throw new NonDeterminism(
        `the history has ${kind} ${event.Name ?? ''} as call ${event.EventId}, the code asks for ${found.trim()}`,
      );
    }
    this.#unconfirmed.delete(event.EventId);
  }

  #settle(id: number | undefined): void {
    if (id === undefined) return;
    const task = this.#open.get(id);
    // A canceled timer may still fire, and a completion may be delivered twice; both are ignored.
    this.#open.delete(id);
    task?.settle();
  }
}
