import { expect, it } from 'vitest';
import type { ActivityName } from '../../../src/activities/activities.ts';
import { FunctionName } from '../../../src/domain/function-names.ts';
import { compileSchedule, type Schedule } from '../../../src/domain/schedule.ts';
import { STEPS, type StepName } from '../../../src/domain/steps.ts';
import type { LoggedRequest } from '../../../src/simulator/request-log.ts';
import { differences, outcomeLines } from '../outcome.ts';
import { IS_FULL } from '../torture.ts';
import { type Answer, type Bench, type Copy, createBench, type Input, type Snapshot } from './bench.ts';

/** In how many places of each activity the first copy is held up; all of them in `npm run test:crash`. */
const PLACES = Number(process.env.COPIES ?? (IS_FULL ? Infinity : 2));
const MAX_CALLS = 200;
/** Problems of one place. */
const SHOWN = 4;

/** One call of an activity in an undisturbed run, and what everything was like before it. */
interface Call {
  readonly activity: ActivityName;
  readonly input: Input;
  readonly before: Snapshot;
  /** What the calls before it had asked of Azure. */
  readonly requests: readonly LoggedRequest[];
  /** What this one asked of Azure and of the stores. */
  readonly asked: readonly string[];
}

/** All calls of one activity, and what is there after the last. */
interface Done {
  readonly calls: readonly Call[];
  readonly outcome: readonly string[];
}

/** The step that the lock names, and the password that a server is made with and that nobody knows. */
const BY_CHANCE = /^state \.lock\.|\.extra\.password = /;

const isOver = ({ kind }: Answer): boolean => kind !== 'waiting';

function inOrder(part: Schedule): readonly StepName[] {
  return part.kind === 'step' ? [part.step] : part.parts.flatMap(inOrder);
}

function inputOf(activity: ActivityName, runId: string, callNumber: number): Input {
  const run = { environment: 'default', runId };
  if (activity === FunctionName.openRun) return run;
  if (activity === FunctionName.closeRun) return { ...run, outcome: 'succeeded' };
  return { ...run, callNumber, ...(activity !== FunctionName.removeResources && { step: activity }) };
}

/** Calls an activity until it is done, from this call on. */
async function untilOver(
  bench: Bench,
  activity: ActivityName,
  runId: string,
  from: number,
  around: (input: Input, call: () => Promise<Called>) => Promise<Called> = async (_input, call) => await call(),
): Promise<Answer> {
  for (let number = from; number < from + MAX_CALLS; number += 1) {
    const input = inputOf(activity, runId, number);
    const { answer } = await around(input, async () => {
      const { gate, call } = await bench.copy();
      return { answer: await call(activity, input), asked: gate.asked };
    });
    if (isOver(answer)) return answer;
    bench.pass(answer.retryAfterInSeconds ?? 0);
  }
  throw new Error(`${activity} does not end`);
}

interface Called {
  readonly answer: Answer;
  readonly asked: readonly string[];
}

async function undisturbed(bench: Bench, activity: ActivityName, runId: string): Promise<Done> {
  const since = bench.requests().length;
  const calls: Call[] = [];
  const answer = await untilOver(bench, activity, runId, 1, async (input, call) => {
    const [before, requests] = [await bench.snapshot(), bench.requests().slice(since)];
    const called = await call();
    calls.push({ activity, input, before, requests, asked: [...called.asked] });
    return called;
  });
  expect(['completed', 'run', 'remove', 'closed'], `${activity}: ${JSON.stringify(answer)}`).toContain(answer.kind);
  return { calls, outcome: await outcome(bench, bench.requests().slice(since)) };
}

async function outcome(bench: Bench, requests: readonly LoggedRequest[]): Promise<readonly string[]> {
  // What is gone already is deleted once more without an effect.
  const effective = requests.filter(({ method, status }) => method !== 'DELETE' || status !== 204);
  return outcomeLines(bench.cloud(), effective, await bench.state()).filter((line) => !BY_CHANCE.test(line));
}

interface Place {
  readonly call: Call;
  readonly at: number;
  /** When the first copy goes on: when the second has answered, or when the activity is done. */
  readonly late: boolean;
}

function placesOf({ calls }: Done): readonly Place[] {
  const all = calls.flatMap((call) =>
    call.asked.map((_, index): Place => ({ call, at: index + 1, late: index % 2 === 1 })),
  );
  const every = Math.max(1, Math.ceil(all.length / PLACES));
  return all.filter((_, index) => index % every === Math.floor(every / 2));
}

async function overlap(bench: Bench, done: Done, { call, at, late }: Place): Promise<readonly string[]> {
  const { activity, input, before, requests, asked } = call;
  await before.restore();
  const since = bench.requests().length;
  const told = `${activity} ${input.callNumber ?? ''} held at ${at} of ${asked.length} (${asked[at - 1]})${late ? ', late' : ''}`;
  const first = await bench.copy(at);
  const answer = settled(first, activity, input);
  const wasHeld = await Promise.race([first.gate.held.then(() => true), answer.then(() => false)]);
  if (!wasHeld) return [];
  const second = await (await bench.copy()).call(activity, input);
  if (!late) first.gate.open();
  const early = late ? undefined : await answer;
  let last = second;
  if (!isOver(second)) {
    bench.pass(second.retryAfterInSeconds ?? 0);
    last = await untilOver(bench, activity, input.runId, (input.callNumber ?? 1) + 1);
  }
  first.gate.open();
  const other = early ?? (await answer);
  const problems = [
    ...(['failed', 'stopped'].includes(last.kind) ? [`ended as ${JSON.stringify(last)}`] : []),
    ...(/^threw (?!LockLost)/.test(other) ? [`the first copy ${other}`] : []),
    ...differences(done.outcome, await outcome(bench, [...requests, ...bench.requests().slice(since)])),
  ];
  return problems.slice(0, SHOWN).map((problem) => `${told}: ${problem.slice(0, 600)}`);
}

async function settled(copy: Copy, activity: ActivityName, input: Input): Promise<string> {
  return await copy.call(activity, input).then(
    (answer) => `answered ${answer.kind}`,
    (error: Error) => `threw ${error.name}: ${error.message}`,
  );
}

it('two copies of an activity that run at once have one effect, wherever the first is held up', async () => {
  const bench = await createBench();
  const steps = inOrder(compileSchedule(STEPS));
  const deployment = await bench.start({});
  const done: Done[] = [];
  for (const activity of [FunctionName.openRun, ...steps, FunctionName.closeRun] as const)
    done.push(await undisturbed(bench, activity, deployment));
  const destroy = { keepData: false, leftBehind: null, include: [], confirmed: true };
  const removal = await bench.start({ destroy });
  for (const activity of [FunctionName.openRun, FunctionName.removeResources, FunctionName.closeRun] as const)
    done.push(await undisturbed(bench, activity, removal));

  const problems: string[] = [];
  let tried = 0;
  for (const one of done) {
    for (const place of placesOf(one)) {
      tried += 1;
      problems.push(...(await overlap(bench, one, place)));
    }
  }
  const activities = new Set(done.map(({ calls }) => calls[0]?.activity)).size;
  process.stdout.write(`crash: two copies at ${tried} places of ${activities} activities\n`);
  expect(activities).toBe(STEPS.length + 3);
  expect(problems).toEqual([]);
});
