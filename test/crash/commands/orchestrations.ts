import type { OrchestrationHandler } from 'durable-functions';
import type { Activity, ActivityName } from '../../../src/activities/activities.ts';
import { FunctionName, type RunInput } from '../../../src/domain/function-names.ts';
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
  readonly activities: Readonly<Record<ActivityName, Activity>>;
  readonly now: () => Date;
  /** Lets the time of a durable timer go by. */
  pass(seconds: number): Promise<void>;
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
    getInput: () => given,
    get currentUtcDateTime() {
      return surroundings.now();
    },
    callActivity: (activity: ActivityName, input: unknown) => () => surroundings.activities[activity](input as never),
    callSubOrchestrator: (other: string, input: unknown) => () => perform(surroundings, other, input),
    createTimer: (at: Date) => () =>
      surroundings.pass(Math.max(0, (at.getTime() - surroundings.now().getTime()) / 1000)),
    Task: { all: (tasks: readonly (() => Promise<unknown>)[]) => () => Promise.all(tasks.map((task) => task())) },
    setCustomStatus: () => undefined,
    continueAsNew: (input: unknown) => {
      next = input;
    },
  };
  const steps = handler({ df } as never) as Generator<() => Promise<unknown>, unknown, unknown>;
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
