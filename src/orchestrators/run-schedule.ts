import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import type { ScheduleInput, StepInput } from '../domain/function-names.ts';
import { FunctionName } from '../domain/function-names.ts';
import type { RunOutcome } from '../domain/run.ts';
import { compileSchedule, type Schedule } from '../domain/schedule.ts';
import { STEPS, type StepName } from '../domain/steps.ts';
import { type Ending, together, type Walked, type WalkOutcome, walkedPart, walkedStep } from './walked.ts';

let compiled: Schedule | undefined;

/** Compiled for the first turn: a host that starts waits for what is done on import. */
function schedule(): Schedule {
  compiled ??= compileSchedule(STEPS);
  return compiled;
}

/** No step is called so often in one walk: the calls of different walks never have the same number. */
const CALLS_OF_A_WALK = 100_000;

/** What a part of the schedule ends with: of a step, or of a part that began before it told its steps, one word. */
type PartResult = Walked | Ending | WalkOutcome;

/**
 * Walks one series or parallel node of the compiled schedule. What comes later in a series is not started after a
 * part that did not succeed; parts that run beside it are followed to their end. Each part is told which steps are done before it.
 */
export const runSchedule: OrchestrationHandler = function* (context) {
  const input = context.df.getInput<ScheduleInput>();
  const walked = yield* walk(context, input);
  // As it began before anything was known of the storage, so it ends.
  return input.known ? walked : walked.outcome;
};

function* walk(context: OrchestrationContext, input: ScheduleInput): Generator<Task, Walked, unknown> {
  const node = nodeAt(schedule(), input.path);
  if (node.kind === 'step') return walkedNode(node, (yield startPart(context, input, node, input.path)) as PartResult);
  const start = (part: Schedule, index: number, done: readonly StepName[]): Task =>
    startPart(context, { ...input, ...knowing(input, done) }, part, [...input.path, index]);
  if (node.kind === 'parallel') {
    const tasks = node.parts.map((part, index) => start(part, index, []));
    const results = (yield context.df.Task.all(tasks)) as PartResult[];
    return together(node.parts.map((part, index) => walkedNode(part, results[index] ?? 'failed')));
  }
  const done: StepName[] = [];
  for (const [index, part] of node.parts.entries()) {
    const walked = walkedNode(part, (yield start(part, index, done)) as PartResult);
    done.push(...walked.done);
    if (walked.outcome !== 'succeeded') return { outcome: walked.outcome, done };
  }
  return { outcome: 'succeeded', done };
}

function knowing({ known }: ScheduleInput, done: readonly StepName[]): Pick<ScheduleInput, 'known'> {
  return known ? { known: { ...known, done: [...known.done, ...done] } } : {};
}

function startPart(
  context: OrchestrationContext,
  { environment, runId, walk, known }: ScheduleInput,
  part: Schedule,
  path: readonly number[],
): Task {
  const about = { environment, runId, ...(known && { known }) };
  if (part.kind === 'step') {
    const step: StepInput = { ...about, step: part.step, callNumber: (walk ?? 0) * CALLS_OF_A_WALK + 1 };
    return context.df.callSubOrchestrator(FunctionName.runStep, step);
  }
  const schedule: ScheduleInput = { ...about, path, ...(walk !== undefined && { walk }) };
  return context.df.callSubOrchestrator(FunctionName.runSchedule, schedule);
}

function walkedNode(node: Schedule, result: PartResult): Walked {
  return node.kind === 'step'
    ? walkedStep(node.step, result as Ending | RunOutcome)
    : walkedPart(result as Walked | RunOutcome);
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
