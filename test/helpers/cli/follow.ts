import { execFileSync } from 'node:child_process';
import { takenCommand } from './printed-commands.ts';
import { type ToldPlace, toldAt } from './told-places.ts';

/** How a command begins, however the program was started, and all up to the next one of its line. */
const STARTED =
  /(?:npx draftgenie-deploy|npm run cli --|node (?:'[^']*'|\S*)(?:cli\.js|bin\.ts)'?|(?<![\w/.-])draftgenie-deploy) +((?:(?! draftgenie-deploy )[^\n`])*)/g;

/**
 * Runs a command as a person does who reads of it: what is printed, taken apart by a shell.
 *
 * @param place which of the commands that are printed; see `TOLD_PLACES`
 * @param printed what the product has printed
 * @param run runs it, for instance in the folder in which it was printed
 * @param more what a person answers who is asked then, as the option that answers it
 * @throws Error where it is not printed, or could not be copied from there as it stands
 */
export async function follow<Result>(
  place: ToldPlace,
  printed: string,
  run: (words: readonly string[]) => Promise<Result>,
  more: readonly string[] = [],
): Promise<Result> {
  const { name, flags } = toldAt(place);
  for (const [, rest = ''] of printed.matchAll(STARTED)) {
    const words = shellSplit(asCopied(rest));
    const taken = await takenCommand(words).catch(() => undefined);
    if (taken?.name !== name || !flags.every((flag) => words.includes(flag))) continue;
    return await run([...words, ...more]);
  }
  throw new Error(`${place} is not told, or not as it can be run:\n${printed}`);
}

/** To the end of its line, of its column, or of the part of the sentence. */
function asCopied(row: string): string {
  const [line = ''] = row.split(/ {2,}(?!#)/);
  let end = 0;
  for (const { 0: word, index } of line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)) {
    const [mark = ''] = /[.,;:)]+$/.exec(word) ?? [];
    end = index + word.length - mark.length;
    if (mark !== '') break;
  }
  return line.slice(0, end);
}

/** By a shell itself, comments left out. */
function shellSplit(text: string): readonly string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}
