import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import type { ScheduleInput, StepInput } from '../domain/function-names.ts';
import { FunctionName } from '../domain/function-names.ts';
import type { RunOutcome } from '../domain/run.ts';
import type { Schedule } from '../domain/schedule.ts';
import { type StepName, stepDefinition, waitsAfterHeadStart } from '../domain/steps.ts';
import { type Part, scheduleOf, stepOf } from './schedules.ts';
import {
  doneIn,
  type Ending,
  together,
  type Walked,
  type WalkOutcome,
  walkedHeadStart,
  walkedPart,
  walkedStep,
} from './walked.ts';

/** No step is called so often in one walk: the calls of different walks never have the same number. */
const CALLS_OF_A_WALK = 100_000;
/** Of these the first half are its head start's. */
const CALLS_OF_A_HEAD_START = CALLS_OF_A_WALK / 2;

/** What a part of the schedule ends with: of a step, or of a part that began before it told its steps, one word. */
type PartResult = Walked | Ending | WalkOutcome;

/**
 * Walks one series or parallel node of the compiled schedule. What comes later in a series is not started after a
 * part that did not succeed; parts that run beside it, and steps that have begun, are followed to their end. Each part is told which
 * steps are done before it.
 */
export const runSchedule: OrchestrationHandler = function* (context) {
  const input = context.df.getInput<ScheduleInput>();
  const walked = yield* walk(context, input);
  // As it began before anything was known of the storage, so it ends.
  return input.known ? walked : walked.outcome;
};

function* walk(context: OrchestrationContext, input: ScheduleInput): Generator<Task, Walked, unknown> {
  const node = nodeAt(scheduleOf(input.overlaps ?? false), input.path);
  if (node.kind === 'step') return walkedNode(node, (yield startPart(context, input, node, input.path)) as PartResult);
  const start = (part: Schedule<Part>, index: number, done: readonly StepName[]): Task =>
    startPart(context, { ...input, ...knowing(input, done) }, part, [...input.path, index]);
  if (node.kind === 'parallel') {
    const tasks = node.parts.map((part, index) => start(part, index, []));
    const results = (yield context.df.Task.all(tasks)) as PartResult[];
    return together(node.parts.map((part, index) => walkedNode(part, results[index] ?? 'failed')));
  }
  const before: Walked[] = [];
  for (const [index, part] of node.parts.entries()) {
    const walked = walkedNode(part, (yield start(part, index, doneIn(before).done)) as PartResult);
    before.push(walked);
    if (walked.outcome === 'succeeded') continue;
    const left = walked.outcome === 'behind' ? [] : begunAlready(node.parts.slice(index + 1), before);
    if (left.length > 0) {
      const tasks = left.map((one) => start(one, index, doneIn(before).done));
      const results = (yield context.df.Task.all(tasks)) as PartResult[];
      before.push(...left.map((one, at) => walkedNode(one, results[at] ?? 'failed')));
    }
    return { outcome: walked.outcome, ...doneIn(before) };
  }
  return { outcome: 'succeeded', ...doneIn(before) };
}

/** Of what would come: steps that have begun with a head start that was all of their beginning. They are followed to their end, too. */
function begunAlready(parts: readonly Schedule<Part>[], before: readonly Walked[]): readonly Schedule<Part>[] {
  return parts.flatMap((part) => {
    if (part.kind !== 'step') return begunAlready(part.parts, before);
    const { step, isHeadStart } = stepOf(part.step);
    return !isHeadStart && doneIn(before).ahead?.includes(step) && !waitsAfterHeadStart(step) ? [part] : [];
  });
}

function knowing({ known }: ScheduleInput, done: readonly StepName[]): Pick<ScheduleInput, 'known'> {
  return known ? { known: { ...known, done: [...known.done, ...done] } } : {};
}

function startPart(
  context: OrchestrationContext,
  { environment, runId, walk, known, overlaps }: ScheduleInput,
  part: Schedule<Part>,
  path: readonly number[],
): Task {
  const about = { environment, runId, ...(known && { known }) };
  if (part.kind === 'step') {
    const { step, isHeadStart } = stepOf(part.step);
    const isAhead = overlaps && !isHeadStart && stepDefinition(step).headStart !== undefined;
    const callNumber = (walk ?? 0) * CALLS_OF_A_WALK + (isAhead ? CALLS_OF_A_HEAD_START : 0) + 1;
    const input: StepInput = { ...about, step, callNumber, ...(isHeadStart && { headStart: true }) };
    return context.df.callSubOrchestrator(FunctionName.runStep, input);
  }
  const schedule: ScheduleInput = {
    ...about,
    path,
    ...(walk !== undefined && { walk }),
    ...(overlaps && { overlaps }),
  };
  return context.df.callSubOrchestrator(FunctionName.runSchedule, schedule);
}

function walkedNode(node: Schedule<Part>, result: PartResult): Walked {
  if (node.kind !== 'step') return walkedPart(result as Walked | RunOutcome);
  const { step, isHeadStart } = stepOf(node.step);
  return (isHeadStart ? walkedHeadStart : walkedStep)(step, result as Ending | RunOutcome);
}

function nodeAt(root: Schedule<Part>, path: readonly number[]): Schedule<Part> {
  let node = root;
  for (const index of path) {
    const part = node.kind === 'step' ? undefined : node.parts[index];
    if (!part) throw new Error(`the schedule has no part at ${path.join('.')}`);
    node = part;
  }
  return node;
}
