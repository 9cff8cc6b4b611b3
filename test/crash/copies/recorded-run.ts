import { expect } from 'vitest';
import type { ActivityName } from '../../../src/activities/activities.ts';
import type { LoggedRequest } from '../../../src/simulator/request-log.ts';
import { type Command, carryOut } from '../commands/command.ts';
import { outcomeLines } from '../outcome.ts';
import type { Answer, Bench, Input, Snapshot } from './bench.ts';

/** One call of an activity in an undisturbed run, and what everything was like before it. */
export interface Call {
  readonly activity: ActivityName;
  readonly input: Input;
  readonly before: Snapshot;
  /** What the calls before it had asked of Azure. */
  readonly requests: readonly LoggedRequest[];
  /** What this one asked of Azure and of the stores. */
  readonly asked: readonly string[];
}

/** All calls of one activity, and what is there after the last. */
export interface Done {
  readonly run: string;
  readonly activity: ActivityName;
  readonly calls: readonly Call[];
  readonly answer: Answer;
  readonly outcome: readonly string[];
}

/** The step that the lock names, and the password that a server is made with and that nobody knows. */
const BY_CHANCE = /^state \.lock\.|\.extra\.password = /;

export const isOver = ({ kind }: Answer): boolean => kind !== 'waiting';

/** Carries a command out as its orchestrations do, one activity after the other, and keeps all of their calls. */
export async function recordRun(bench: Bench, command: Command): Promise<readonly Done[]> {
  const done: Done[] = [];
  let calls: Call[] = [];
  let since = 0;
  async function recorded(activity: ActivityName, given: unknown): Promise<Answer> {
    const input = given as Input;
    if (calls.length === 0) since = bench.requests().length;
    const [before, requests] = [await bench.snapshot(), bench.requests().slice(since)];
    const { gate, call } = await bench.copy();
    const answer = await call(activity, input);
    calls.push({ activity, input, before, requests, asked: [...gate.asked] });
    if (!isOver(answer)) return answer;
    const outcome = await outcomeSince(bench, bench.requests().slice(since));
    done.push({ run: command.name, activity, calls, answer, outcome });
    calls = [];
    return answer;
  }
  const summary = await carryOut(bench, command, recorded);
  expect(summary, `${command.name}: ${JSON.stringify(summary.error)}`).toMatchObject({ status: 'succeeded' });
  return done;
}

export async function outcomeSince(bench: Bench, requests: readonly LoggedRequest[]): Promise<readonly string[]> {
  // What is gone already is deleted once more without an effect.
  const effective = requests.filter(({ method, status }) => method !== 'DELETE' || status !== 204);
  return outcomeLines(bench.cloud(), effective, await bench.state()).filter((line) => !BY_CHANCE.test(line));
}
