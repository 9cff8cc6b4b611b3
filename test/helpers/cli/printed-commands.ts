import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import { createProgram, optionsOf } from '../../../src/cli/program.ts';
import { shellWords } from '../../../src/cli/shell-words.ts';
import { TOLD_PLACES, toldAt } from './told-places.ts';

/** A command line that stands in an output, taken apart as the product takes it apart. */
export interface PrintedCommand {
  readonly text: string;
  readonly words: readonly string[];
  /** Words of its name, `state unlock`; the default one is `deploy`. */
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * What people are told to run: what follows a colon, to the end of its line.
 *
 * @param started how the program is started in it
 * @throws where the product would not take one of them
 */
export async function printedCommands(output: string, started: string): Promise<readonly PrintedCommand[]> {
  const found: PrintedCommand[] = [];
  const escaped = started.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  for (const [, text = ''] of output.matchAll(new RegExp(`: +${escaped} ([^\\n\`]+)`, 'g'))) {
    found.push(await taken(text));
  }
  return found;
}

async function taken(text: string): Promise<PrintedCommand> {
  return await takenCommand(shellSplit(text));
}

/** What the product makes of words of a command line. @throws where it would not take them */
export async function takenCommand(words: readonly string[]): Promise<PrintedCommand> {
  const text = shellWords(words);
  let called: Command | undefined;
  let printed = '';
  const write = (piece: string): unknown => (printed += piece);
  const program = await createProgram(words, { stdout: { write }, stderr: { write } }, () => async (...parameters) => {
    called = parameters.at(-1) as Command;
  });
  await program.parseAsync(words, { from: 'user' }).catch(() => undefined);
  if (!called) throw new Error(`a command that was printed is not taken: ${text}\n${printed}`);
  const parent = called.parent && called.parent !== program ? `${called.parent.name()} ` : '';
  return { text, words, name: `${parent}${called.name()}`, options: optionsOf(called) };
}

/** As a POSIX shell takes words apart that are quoted with apostrophes only. */
function shellSplit(text: string): readonly string[] {
  const words = text.trim().match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|\\(.)/g, (_, quoted: string, one: string) => quoted ?? one));
}

/**
 * Fails where a command printed by another one is not taken by the product, is about another configuration, environment, app or
 * simulator than that one, or is one that no test runs as it is printed.
 */
export async function requirePrintedCommands(args: readonly string[], output: string, started: string): Promise<void> {
  const printed = await printedCommands(output, started);
  if (printed.length === 0) return;
  const { options: asked } = await taken(shellWords(args));
  // What was deployed to the simulator is looked at there, also where that was not said.
  const options = output.includes('as with --simulate') ? { ...asked, simulate: true } : asked;
  for (const { text, name, words, options: told } of printed) {
    requireFollowed(text, name, words, args);
    for (const key of ['config', 'environment', 'remote', 'simulate', 'simulatorProfile']) {
      if (!(key in options && key in told) || isDeepStrictEqual(options[key], told[key])) continue;
      throw new Error(`${args.join(' ')} printed a command with another ${key}: ${text}`);
    }
  }
}

/** Said of the same place as the command that prints it, or repeated of it. */
const OF_THE_PLACE = [
  ...['--config', '--allow-unknown-keys', '--environment', '--var', '--remote', '--source'],
  ...['--simulate', '--simulator-profile', '--simulator-speed', '--auto-approve', '--confirm'],
];

function requireFollowed(text: string, name: string, words: readonly string[], args: readonly string[]): void {
  const own = words.filter((word) => /^--[a-z]/.test(word) && !OF_THE_PLACE.includes(word) && !args.includes(word));
  const isFollowed = TOLD_PLACES.map(toldAt).some(
    (place) => place.name === name && own.every((flag) => place.flags.includes(flag)),
  );
  if (!isFollowed) throw new Error(`a command is printed that no test runs as it is printed (TOLD_PLACES): ${text}`);
}
