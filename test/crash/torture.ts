import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { EnvironmentState } from '../../src/domain/state.ts';
import { mapLimited } from '../../src/shared/map-limited.ts';
import { type CliOptions, createSandbox, type Sandbox } from '../helpers/cli.ts';
import { madeOnce } from '../helpers/product/kept.ts';
import { differences, outcomeOf } from './outcome.ts';
import { foundNothingToDo, streamsOf, toldBy } from './streams.ts';

/** Everything in `npm run test:crash`; a sample in `npm test`. */
export const IS_FULL = process.env.CRASH === 'full';

export const KILL_SWITCH = new URL('./kill-switch.ts', import.meta.url).href;
const AT_ONCE = 3;
/** Problems of one case. */
const SHOWN = 8;
const PLAN = ['plan', '--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];

/** Thousands of starts; and what an earlier one began is finished by those after it, whatever their plans say. */
const AFTER_KILLS = { notAsPlanned: 'operations of a run that was killed are finished' } satisfies CliOptions;

/** See kill-switch.ts. */
export interface Kill {
  readonly kind: 'journal' | 'azure' | 'write' | 'answer';
  readonly at: number | string;
  readonly moment: 'before' | 'after';
}

export interface Undisturbed {
  readonly outcome: readonly string[];
  readonly stream: readonly string[];
  /** How many there are of each in a run; how often Azure is looked at differs a little. */
  readonly counts: Readonly<Record<'journal' | 'azure', number>>;
}

export function killing({ kind, at, moment }: Kill): CliOptions {
  return { ...AFTER_KILLS, imports: [KILL_SWITCH], env: { KILL_AT: `${kind}:${at}:${moment}` } };
}

export function told({ kind, at, moment }: Kill): string {
  return `${moment} ${kind} ${at}`;
}

/** One for all files: two of the same deployment differ in nothing that is compared. */
export async function undisturbedRun(): Promise<Undisturbed> {
  return (await madeOnce('undisturbed-run', runUndisturbed)).value;
}

async function runUndisturbed(): Promise<Undisturbed> {
  const sandbox = await createSandbox();
  const counter = join(sandbox.directory, 'counts');
  const result = await sandbox.deploy([], { imports: [KILL_SWITCH], env: { COUNT_IN: counter } });
  expect(result.exitCode, result.stderr).toBe(0);
  const [stream = [], ...others] = await streams(sandbox);
  expect(others).toEqual([]);
  const told = toldBy(stream);
  expect(told.filter((line) => line.startsWith('wrong'))).toEqual([]);
  return {
    outcome: await outcome(sandbox),
    stream: told,
    counts: JSON.parse(await readFile(counter, 'utf8')) as Undisturbed['counts'],
  };
}

/** Runs the cases, some at a time, each in a directory of its own; the problems of all are the test's failure. */
export async function torture<Case>(
  cases: readonly Case[],
  name: (one: Case) => string,
  run: (sandbox: Sandbox, one: Case) => Promise<string[]>,
): Promise<void> {
  const problems = await mapLimited(cases, AT_ONCE, async (one) => {
    const sandbox = await createSandbox();
    const found = await run(sandbox, one);
    await rm(sandbox.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    if (found.length > SHOWN) found.splice(SHOWN, Infinity, `and ${found.length - SHOWN} more`);
    return found.map((problem) => `${name(one)}: ${problem.slice(0, 2000)}`);
  });
  expect(problems.flat()).toEqual([]);
}

/**
 * A deployment for each kill, killed by it and finished by the next start.
 * @returns how many were reached: how often a run looks at Azure, and how much shares a write, is a matter of time
 */
export async function killEach(kills: readonly Kill[], expected: Undisturbed): Promise<number> {
  let reached = 0;
  await torture(kills, told, async (sandbox, kill) => {
    const killed = await sandbox.deploy([], killing(kill));
    if (killed.exitCode === 0) return [];
    if (killed.signal !== 'SIGKILL') return [`not killed: exit code ${killed.exitCode}\n${killed.stderr}`];
    reached += 1;
    return await finish(sandbox, expected, { isSameRun: true });
  });
  expect(reached).toBeGreaterThan(kills.length / 2);
  return reached;
}

/** The last start, which nothing disturbs: what is wrong with what it leaves behind. */
export async function finish(
  sandbox: Sandbox,
  expected: Undisturbed,
  options: { readonly isSameRun: boolean },
): Promise<string[]> {
  const last = await sandbox.deploy([], AFTER_KILLS);
  if (last.exitCode !== 0) return [`the last start ended with ${last.exitCode ?? last.signal}\n${last.stderr}`];
  // A run that follows another does not know what that one made and died before it wrote it down.
  const isCompared = (line: string): boolean => options.isSameRun || !/ \.resources\..*\.created_by = /.test(line);
  const problems = differences(expected.outcome.filter(isCompared), (await outcome(sandbox)).filter(isCompared)).map(
    (line) => `outcome ${line}`,
  );
  if (options.isSameRun) {
    // A run that was killed after its end has nothing to go on with: the next one finds nothing to do.
    const [stream = [], ...others] = (await streams(sandbox)).filter((events) => !foundNothingToDo(events));
    problems.push(...differences(expected.stream, toldBy(stream)).map((line) => `stream ${line}`));
    if (others.length > 0) problems.push(`${others.length + 1} runs did something`);
  }
  const after = await sandbox.run([...PLAN, '--detailed-exitcode']);
  if (after.exitCode !== 0)
    problems.push(`a plan afterwards ended with ${after.exitCode}\n${after.stdout}${after.stderr}`);
  return problems;
}

async function streams(sandbox: Sandbox): ReturnType<typeof streamsOf> {
  return await streamsOf(join(sandbox.directory, '.draftgenie-deploy/default/runs'));
}

async function outcome(sandbox: Sandbox): Promise<readonly string[]> {
  return await outcomeOf(
    join(sandbox.directory, '.draftgenie-deploy/simulator'),
    (await sandbox.state()) as unknown as EnvironmentState,
  );
}
