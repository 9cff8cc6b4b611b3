import { expect, it } from 'vitest';
import { STEPS } from '../../../src/domain/steps.ts';
import { differences } from '../outcome.ts';
import { IS_FULL } from '../torture.ts';
import { type Answer, type Bench, type Copy, createBench } from './bench.ts';
import { type Call, type Done, isOver, outcomeSince, recordRun } from './recorded-run.ts';
import { everyKindOfRun } from './runs.ts';

/** In how many places of each activity of a first deployment the first copy is held up; all of them in `npm run test:crash`. */
const PLACES = Number(process.env.COPIES ?? (IS_FULL ? Infinity : 2));
/** In how many of all activities of any other run: most do what they do in a first one, or nothing. */
const PLACES_OF_A_RUN = PLACES * 2;
const MAX_CALLS = 200;
/** How often a long run says how far it is. */
const TOLD_EVERY = 100;
/** Problems of one place. */
const SHOWN = 4;

interface Place {
  readonly done: Done;
  readonly call: Call;
  /** Counted from 1, among what the call asks. */
  readonly at: number;
  /** When the first copy goes on: when the second has answered, or when the activity is done. */
  readonly late: boolean;
}

function placesOf(all: readonly Done[], atMost: number): readonly Place[] {
  const places = all.flatMap((done) =>
    done.calls.flatMap((call) =>
      call.asked.map((_, index): Place => ({ done, call, at: index + 1, late: index % 2 === 1 })),
    ),
  );
  const every = Math.max(1, Math.ceil(places.length / atMost));
  return places.filter((_, index) => index % every === Math.floor(every / 2));
}

async function overlap(bench: Bench, { done, call, at, late }: Place): Promise<readonly string[]> {
  const { activity, input, before, requests, asked } = call;
  await before.restore();
  const since = bench.requests().length;
  const where = `held at ${at} of ${asked.length} (${asked[at - 1]})${late ? ', late' : ''}`;
  const first = await bench.copy(at);
  const answer = settled(first, call);
  const wasHeld = await Promise.race([first.gate.held.then(() => true), answer.then(() => false)]);
  if (!wasHeld) return [];
  const second = await (await bench.copy()).call(activity, input);
  if (!late) first.gate.open();
  const early = late ? undefined : await answer;
  const last = await untilOver(bench, call, second);
  first.gate.open();
  const other = early ?? (await answer);
  const problems = [
    ...(last.kind === done.answer.kind ? [] : [`ended as ${JSON.stringify(last)}`]),
    ...(/^threw (?!LockLost)/.test(other) ? [`the first copy ${other}`] : []),
    ...differences(done.outcome, await outcomeSince(bench, [...requests, ...bench.requests().slice(since)])),
  ];
  return problems
    .slice(0, SHOWN)
    .map((problem) => `${done.run}: ${activity} ${input.callNumber ?? ''} ${where}: ${problem.slice(0, 600)}`);
}

/** Calls an activity again until it is done. */
async function untilOver(bench: Bench, { activity, input }: Call, first: Answer): Promise<Answer> {
  let answer = first;
  for (let more = 1; !isOver(answer); more += 1) {
    if (more > MAX_CALLS) throw new Error(`${activity} does not end`);
    bench.pass(answer.retryAfterInSeconds ?? 0);
    const again = input.callNumber === undefined ? input : { ...input, callNumber: input.callNumber + more };
    answer = await (await bench.copy()).call(activity, again);
  }
  return answer;
}

async function settled(copy: Copy, { activity, input }: Call): Promise<string> {
  return await copy.call(activity, input).then(
    (answer) => `answered ${answer.kind}`,
    (error: Error) => `threw ${error.name}: ${error.message}`,
  );
}

it('two copies of an activity that run at once have one effect, wherever the first is held up, in every kind of run', async () => {
  const bench = await createBench();
  const places: Place[] = [];
  const activities = new Set<string>();
  const runs = await everyKindOfRun();
  for (const [index, { command, prepare }] of runs.entries()) {
    await prepare?.(bench);
    const all = await recordRun(bench, command);
    for (const { activity } of all) activities.add(activity);
    if (index === 0) places.push(...all.flatMap((done) => placesOf([done], PLACES)));
    else
      places.push(
        ...placesOf(
          all.filter(({ answer }) => answer.kind !== 'skipped'),
          PLACES_OF_A_RUN,
        ),
      );
  }
  expect(activities.size).toBe(STEPS.length + 3);

  const problems: string[] = [];
  for (const [index, place] of places.entries()) {
    if (index > 0 && index % TOLD_EVERY === 0) process.stdout.write(`${index} of ${places.length}\n`);
    const found = await overlap(bench, place);
    for (const problem of found) process.stdout.write(`${problem}\n`);
    problems.push(...found);
  }
  process.stdout.write(`crash: two copies at ${places.length} places of ${runs.length} kinds of runs\n`);
  expect(problems).toEqual([]);
});
