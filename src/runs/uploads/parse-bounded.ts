import { existsSync } from 'node:fs';
import { UserError } from '../../shared/errors.ts';
import { inThread, OverBudget } from '../../shared/in-thread.ts';
import { LIMITS } from '../../shared/limits.ts';
import { once } from '../../shared/once.ts';
import { createTurnstile } from '../../shared/turnstile.ts';
import { type ParseAnswer, type ParseTask, parseTask } from './parse-task.ts';

/** What takes less time than a thread to start is parsed where it is. */
const SMALL_IN_BYTES = 16 * 1024;
/** What begins so may be an anchor, whose aliases make much of little. */
const ANCHOR = /(?:^|[\s,[{:])&/;

/** A thread may take the whole of a core. */
const turnstile = createTurnstile({ atOnce: LIMITS.parsesAtOnce.value, waiting: LIMITS.parsesWaiting.value });

/**
 * Parses a configuration that somebody else wrote, without holding up who else is answered, and not for longer than it may take.
 * @throws UserError `config_too_costly`, or `parsing_busy` when others wait already
 */
export async function parseBounded(task: ParseTask, budgetInSeconds: number): Promise<ParseAnswer> {
  if (isSmall(task)) return parseTask(task);
  return await turnstile.pass(
    () =>
      inThread<ParseAnswer>(threadFile(), task, budgetInSeconds * 1000).catch((error: unknown) => {
        throw error instanceof OverBudget ? tooCostly(budgetInSeconds) : error;
      }),
    tooMany,
  );
}

function isSmall({ text, options: { overlay } }: ParseTask): boolean {
  const all = `${text}${overlay?.text ?? ''}`;
  return Buffer.byteLength(all) <= SMALL_IN_BYTES && !ANCHOR.test(all);
}

/** Beside this file in the sources; in the bundle at the top, where the app's own files are in a folder. */
const threadFile = once((): URL => {
  const names = import.meta.url.endsWith('.ts')
    ? ['./config-thread.ts']
    : ['./config-thread.js', '../config-thread.js'];
  const found = names.map((name) => new URL(name, import.meta.url)).find((url) => existsSync(url));
  if (!found) throw new Error(`${names[0]} is not beside ${import.meta.url}`);
  return found;
});

function tooCostly(seconds: number): UserError {
  return new UserError(`The configuration takes more than ${seconds} seconds to read.`, {
    code: 'config_too_costly',
    hint: 'Split it, or take out what it repeats; the setting DRAFTGENIE_PARSE_LIMIT_IN_SECONDS allows more.',
  });
}

function tooMany(): UserError {
  return new UserError('The app reads other configurations, and more of them wait than it lets wait.', {
    code: 'parsing_busy',
  });
}
