import type { OrchestrationHandler } from 'durable-functions';
import { FunctionName, type ScheduleInput, type StepInput } from '../../src/domain/function-names.ts';
import type { RunOutcome } from '../../src/domain/run.ts';
import { STEPS } from '../../src/domain/steps.ts';

/** Stands in for `orchestrators/run-schedule.ts`: all steps one after the other, in an order that their dependencies allow. */
export const runSchedule: OrchestrationHandler = function* (context) {
  const { environment, runId } = context.df.getInput<ScheduleInput>();
  const left = new Set(STEPS);
  while (left.size > 0) {
    const next = STEPS.find((one) => left.has(one) && one.dependsOn.every((name) => !has(left, name)));
    if (!next) throw new Error('the steps depend on each other');
    const step: StepInput = { environment, runId, step: next.name, callNumber: 1 };
    const outcome = (yield context.df.callSubOrchestrator(FunctionName.runStep, step)) as RunOutcome;
    if (outcome !== 'succeeded') return outcome;
    left.delete(next);
  }
  return 'succeeded' satisfies RunOutcome;
};

function has(steps: ReadonlySet<{ readonly name: string }>, name: string): boolean {
  return [...steps].some((step) => step.name === name);
}
