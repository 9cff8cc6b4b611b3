import type { OrchestrationHandler } from 'durable-functions';
import { ORCHESTRATION_VERSION } from '../../../src/domain/function-names.ts';

/** What an orchestrator yielded, as plain data. */
export type FakeTask =
  | { readonly kind: 'activity' | 'orchestration'; readonly name: string; readonly input: unknown }
  | { readonly kind: 'timer'; readonly seconds: number; isCancelled: boolean; cancel(): void }
  | { readonly kind: 'event'; readonly name: string; result?: unknown }
  | { readonly kind: 'all' | 'any'; readonly tasks: readonly FakeTask[] };

export interface Driven {
  readonly result: unknown;
  readonly yielded: readonly FakeTask[];
  readonly continuedAs: unknown;
}

const START = Date.parse('2026-01-01T00:00:00Z');

/**
 * Runs an orchestrator in memory: every task it yields goes to `answer`, whose value (or thrown error) it gets back. The
 * time moves by the timers that it waits for.
 */
export function drive(handler: OrchestrationHandler, input: unknown, answer: (task: FakeTask) => unknown): Driven {
  let now = START;
  let continuedAs: unknown;
  const yielded: FakeTask[] = [];
  const df = {
    version: ORCHESTRATION_VERSION,
    getInput: () => input,
    get currentUtcDateTime() {
      return new Date(now);
    },
    callActivity: (name: string, given: unknown) => ({ kind: 'activity', name, input: given }),
    callSubOrchestrator: (name: string, given: unknown) => ({ kind: 'orchestration', name, input: given }),
    createTimer(at: Date) {
      const timer = {
        kind: 'timer',
        seconds: (at.getTime() - now) / 1000,
        isCancelled: false,
        cancel: () => {
          timer.isCancelled = true;
        },
      };
      return timer;
    },
    waitForExternalEvent: (name: string) => ({ kind: 'event', name }),
    Task: {
      all: (tasks: readonly FakeTask[]) => ({ kind: 'all', tasks }),
      any: (tasks: readonly FakeTask[]) => ({ kind: 'any', tasks }),
    },
    setCustomStatus: () => undefined,
    continueAsNew: (given: unknown) => {
      continuedAs = given;
    },
  };
  const steps = handler({ df } as never) as Generator<FakeTask, unknown, unknown>;
  let step = steps.next();
  while (step.done !== true) {
    const task = step.value;
    yielded.push(task);
    if (task.kind === 'timer') now += task.seconds * 1000;
    let value: unknown;
    try {
      value = answer(task);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
  return { result: step.value, yielded, continuedAs };
}
