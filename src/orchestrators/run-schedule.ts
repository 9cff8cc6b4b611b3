import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import type { ScheduleInput, StepInput } from '../domain/function-names.ts';
import { FunctionName } from '../domain/function-names.ts';
import type { RunOutcome } from '../domain/run.ts';
import { compileSchedule, type Schedule } from '../domain/schedule.ts';
import { STEPS } from '../domain/steps.ts';

const SCHEDULE = compileSchedule(STEPS);

/**
 * Walks one series or parallel node of the compiled schedule. What comes later in a series is not started after a
 * part that did not succeed; parts that run beside it are followed to their end.
 */
export const runSchedule: OrchestrationHandler = function* (context) {
  const input = context.df.getInput<ScheduleInput>();
  const node = nodeAt(SCHEDULE, input.path);
  if (node.kind === 'step') return yield startPart(context, input, node, input.path);
  const starts = node.parts.map((part, index) => () => startPart(context, input, part, [...input.path, index]));
  if (node.kind === 'parallel') {
    const outcomes = (yield context.df.Task.all(starts.map((start) => start()))) as RunOutcome[];
    return worst(outcomes);
  }
  for (const start of starts) {
    const outcome = (yield start()) as RunOutcome;
    if (outcome !== 'succeeded') return outcome;
  }
  return 'succeeded' satisfies RunOutcome;
};

function startPart(
  context: OrchestrationContext,
  { environment, runId }: ScheduleInput,
  part: Schedule,
  path: readonly number[],
): Task {
  if (part.kind === 'step') {
    const step: StepInput = { environment, runId, step: part.step, callNumber: 1 };
    return context.df.callSubOrchestrator(FunctionName.runStep, step);
  }
  const schedule: ScheduleInput = { environment, runId, path };
  return context.df.callSubOrchestrator(FunctionName.runSchedule, schedule);
}

function nodeAt(root: Schedule, path: readonly number[]): Schedule {
  let node = root;
  for (const index of path) {
    const part = node.kind === 'step' ? undefined : node.parts[index];
    if (!part) throw new Error(`the schedule has no part at ${path.join('.')}`);
    node = part;
  }
  return node;
}

function worst(outcomes: readonly RunOutcome[]): RunOutcome {
  return outcomes.find((outcome) => outcome === 'failed') ?? outcomes.find((o) => o !== 'succeeded') ?? 'succeeded';
}
