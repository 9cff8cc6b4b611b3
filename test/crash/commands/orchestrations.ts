import type { OrchestrationHandler } from 'durable-functions';
import type { ActivityName } from '../../../src/activities/activities.ts';
import { FunctionName, ORCHESTRATION_VERSION, type RunInput } from '../../../src/domain/function-names.ts';
import { deploy } from '../../../src/orchestrators/deploy.ts';
import { runRemoval } from '../../../src/orchestrators/run-removal.ts';
import { runSchedule } from '../../../src/orchestrators/run-schedule.ts';
import { runStep } from '../../../src/orchestrators/run-step.ts';

const ORCHESTRATIONS: Readonly<Record<string, OrchestrationHandler>> = {
  [FunctionName.deploy]: deploy,
  [FunctionName.runSchedule]: runSchedule,
  [FunctionName.runStep]: runStep,
  [FunctionName.runRemoval]: runRemoval,
};

export interface Surroundings {
  call(activity: ActivityName, input: unknown): Promise<unknown>;
  readonly now: () => Date;
  /** Lets the time of a durable timer go by. */
  pass(seconds: number): Promise<void>;
  /** What could go side by side goes one after the other. */
  readonly inTurn?: boolean;
}

type Task = () => Promise<unknown>;

async function all(tasks: readonly Task[], { inTurn = false }: Surroundings): Promise<readonly unknown[]> {
  if (!inTurn) return await Promise.all(tasks.map((task) => task()));
  const results: unknown[] = [];
  for (const task of tasks) results.push(await task());
  return results;
}

/** Drives the product's orchestrations to their end in this process, without a journal: a kill leaves what the stores have. */
export async function orchestrate(surroundings: Surroundings, run: RunInput): Promise<unknown> {
  return await perform(surroundings, FunctionName.deploy, run);
}

async function perform(surroundings: Surroundings, name: string, given: unknown): Promise<unknown> {
  const handler = ORCHESTRATIONS[name];
  if (!handler) throw new Error(`no orchestration ${name}`);
  let next: unknown;
  const df = {
    version: ORCHESTRATION_VERSION,
    getInput: () => given,
    get currentUtcDateTime() {
      return surroundings.now();
    },
    callActivity: (activity: ActivityName, input: unknown) => () => surroundings.call(activity, input),
    callSubOrchestrator: (other: string, input: unknown) => () => perform(surroundings, other, input),
    createTimer: (at: Date) => () =>
      surroundings.pass(Math.max(0, (at.getTime() - surroundings.now().getTime()) / 1000)),
    Task: { all: (tasks: readonly Task[]) => () => all(tasks, surroundings) },
    setCustomStatus: () => undefined,
    continueAsNew: (input: unknown) => {
      next = input;
    },
  };
  const steps = handler({ df } as never) as Generator<Task, unknown, unknown>;
  let step = steps.next();
  while (step.done !== true) {
    const outcome = await step.value().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    step = 'error' in outcome ? steps.throw(outcome.error) : steps.next(outcome.value);
  }
  return next === undefined ? step.value : await perform(surroundings, name, next);
}
