import { UserError } from '../../src/shared/errors.ts';
import type { LoggedRequest } from '../../src/simulator/request-log.ts';
import { NothingToDo, type Outcome } from './deployment.ts';
import { differences, type Picture, pictureOf } from './picture.ts';
import type { Act } from './scenes.ts';
import type { Stage } from './stage.ts';

export interface Verdict {
  /** `repaired`: the command ended with an error that says what to do, and given again it made it good. */
  readonly ending: 'succeeded' | 'repaired' | 'broken' | 'not met';
  /** Of the run that failed. */
  readonly code?: string;
  /** What is wrong; a case with any is broken. */
  readonly problems: readonly string[];
}

export interface Beginning {
  /** Undefined: the run came to its end before, and nothing is left that says how. */
  readonly first: Came | undefined;
  /** All that the state knew of what had been deployed before is lost. */
  readonly isStateGone?: boolean;
}

/** How a command and those after it came out. */
export interface Course extends Omit<Verdict, 'ending'> {
  readonly ending: 'succeeded' | 'repaired';
}

/** @param isMet whether what was to happen did */
export function verdictOf(course: Course, isMet: boolean): Verdict {
  if (course.problems.length > 0) return { ...course, ending: 'broken' };
  return isMet ? course : { ending: 'not met', problems: [] };
}

/** What came of a command: a run, or an error before there was one that says what to do. */
export type Came = Outcome | UserError | NothingToDo;

/** @throws what nobody could act on */
export async function cameOf<Result extends Outcome | undefined>(deploying: Promise<Result>): Promise<Came | Result> {
  return await deploying.catch((error: unknown) => {
    if (error instanceof NothingToDo || (error instanceof UserError && error.hint)) return error;
    throw error;
  });
}

/** A scene's run has something to do, and does it. */
export function requireDone({ summary }: Outcome): void {
  const { status, executed, deleted = 0 } = summary;
  if (status !== 'succeeded' || executed.length + deleted === 0)
    throw new Error(`the undisturbed run ended as ${JSON.stringify(summary)}`);
}

/**
 * After a run to which something happened: the command once more, where the run did not succeed; then one that must find nothing to do.
 */
export async function courseOf(
  stage: Stage,
  { command, rest = command, restsAs, before }: Act,
  expected: Picture,
  { first, isStateGone = false }: Beginning,
): Promise<Course> {
  const problems: string[] = [];
  // Who knows of nothing has nothing to do.
  const isDone = first !== undefined && isOver(first, restsAs) && !(isStateGone && first instanceof UserError);
  if (first && !isOver(first, restsAs)) problems.push(...unclear(first));
  // Where the state is gone, errors say that what was deployed is to be deployed once more.
  const next = isStateGone && before ? [before, command] : [command];
  // It may have gone when the run had done all; whoever comes next writes down once more what is there.
  const afterwards = isStateGone ? [rest] : [];
  for (const one of [...(isDone ? [] : next), ...afterwards]) {
    const came = await cameOf(stage.deploy(one));
    if (!isOver(came, restsAs)) problems.push(`given again, the command came to ${told(came)}`);
  }
  const asked = stage.simulator.requests().length;
  const last = await cameOf(stage.deploy(rest));
  problems.push(...notAtRest(last, restsAs, stage.simulator.requests().slice(asked)));
  const state = await stage.state();
  if (state.lock || state.queue.length > 0) problems.push('the lock or its queue was kept');
  // Of migrations that ran before, nobody knows then: they run once more. What was deleted already is made again, with other keys.
  const isExcused = (line: string): boolean => isStateGone && /^(executions |secrets REDIS-URL:)/.test(line);
  problems.push(...differences(expected, pictureOf(stage.simulator, state)).filter((line) => !isExcused(line)));
  const code = first && codeOf(first);
  const ending = isDone ? 'succeeded' : 'repaired';
  return { ending, ...(code !== undefined && { code }), problems };
}

/** It succeeded, or there was nothing left to do. */
function isOver(came: Came, restsAs: string | undefined): boolean {
  if (came instanceof NothingToDo) return true;
  if (came instanceof UserError) return came.code === restsAs;
  return came.summary.status === 'succeeded';
}

function codeOf(came: Came): string | undefined {
  if (came instanceof NothingToDo) return undefined;
  return came instanceof UserError ? came.code : came.summary.error?.code;
}

function told(came: Came): string {
  return came instanceof Error ? `${codeOf(came)}: ${came.message}` : JSON.stringify(came.summary);
}

/** What a person could not act on. */
function unclear(came: Came): readonly string[] {
  if (came instanceof Error) return [];
  const { error, status } = came.summary;
  const problems: string[] = [];
  if (status !== 'failed') problems.push(`ended as ${status}`);
  if (!error) return [...problems, 'no error'];
  if (error.code === 'internal_error') problems.push(`internal_error: ${error.message}`);
  if (!error.hint) problems.push(`no hint for ${error.code}: ${error.message}`);
  if (came.state.lock) problems.push('the lock was kept');
  return problems;
}

/** What is wrong with a command that must find nothing to do. */
function notAtRest(came: Came, restsAs: string | undefined, requests: readonly LoggedRequest[]): readonly string[] {
  const problems: string[] = [];
  if (!isOver(came, restsAs)) problems.push(`the last command came to ${told(came)}`);
  if (!(came instanceof Error)) {
    for (const step of came.summary.executed) {
      const reason = came.plan?.steps.find((one) => one.step === step)?.reason;
      problems.push(`the last run repeated ${step}: ${reason}`);
    }
  }
  const writes = requests.filter(({ method, host }) => method !== 'GET' && method !== 'HEAD' && !/^login\./.test(host));
  if (writes.length > 0) problems.push(`the last run wrote ${writes.map(({ path }) => path).join(', ')}`);
  return problems;
}
