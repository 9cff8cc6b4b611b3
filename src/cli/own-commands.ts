import { basename, isAbsolute, relative } from 'node:path';
import type { Command } from 'commander';
import type { CommonOptions } from './options.ts';
import { shellWords } from './shell-words.ts';
import type { Terminal } from './terminal.ts';

/** As texts name the program: hints of errors, which know neither how it was started nor what it was asked for. */
const PROGRAM = 'draftgenie-deploy';

/** Up to the next one, the end of its line, or of its code. Comments are those of a file that is printed. */
const COMMAND = new RegExp(`(?<![\\w/.-]|^#.*)${PROGRAM} ((?:(?!${PROGRAM} )[^\\n\`])*)`, 'gm');

/** What ends a sentence, and is no part of a word. */
const PUNCTUATION = /[.,;:)]+$/;

interface Started {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}

/**
 * How whoever started this process starts it again, in words of a shell: by a script of package.json, by npx, by its name, or by Node.
 * The script `start` has arguments of its own; `cli` takes any.
 * https://docs.npmjs.com/cli/using-npm/scripts#current-lifecycle-event
 */
export function startedAs({ argv, env, directory }: Started): string {
  if (env.npm_lifecycle_event === 'npx') return `npx ${PROGRAM}`;
  if (['start', 'cli'].includes(env.npm_lifecycle_event ?? '') && env.npm_package_name === PROGRAM) {
    return 'npm run cli --';
  }
  const [, file = ''] = argv;
  if (!['cli.js', 'bin.ts'].includes(basename(file))) return PROGRAM;
  const near = relative(directory, file);
  return shellWords(['node', near.startsWith('..') || isAbsolute(near) ? file : near]);
}

/**
 * Makes each command in a text one that works as it is printed: with the program as it was started, and for the same configuration,
 * environment, app and simulator as the command that prints it.
 *
 * @param program its commands say which options each of them has
 * @param options undefined: the command that prints them is about nothing that others could be about, or says so itself
 */
export function completeCommands(
  text: string,
  program: Command,
  options: CommonOptions | undefined,
  started: string,
): string {
  const place = options ? placeWords(options) : [];
  return text.replace(COMMAND, (whole, rest: string) => {
    const words = rest.split(' ');
    const { command, length } = commandOf(program, words);
    if (length === 0 && !rest.startsWith('--')) return whole;
    // One that names an app is about what that has.
    const isElsewhere = options?.remote === undefined && words.includes('--remote');
    const missing = (isElsewhere ? [] : place).filter(
      ([flag = '']) => !words.includes(flag) && command.options.some(({ long }) => long === flag),
    );
    const name = words.slice(0, length).join(' ');
    const [end = ''] = PUNCTUATION.exec(name) ?? [];
    const own = [started, name.slice(0, name.length - end.length), ...missing.map(shellWords)];
    return [`${own.filter((part) => part !== '').join(' ')}${end}`, ...words.slice(length)].join(' ');
  });
}

/** A command of these words for what the options are about, as it works where this process was started. */
export function ownCommand(options: CommonOptions, words: readonly string[]): string {
  return [startedHere(), shellWords([...words, ...placeWords(options).flat()])].join(' ');
}

function startedHere(): string {
  return startedAs({ argv: process.argv, env: process.env, directory: process.cwd() });
}

/** The terminal on which that is done to whatever is printed for people. */
export function withOwnCommands(
  terminal: Terminal,
  program: Command,
  options: CommonOptions | undefined,
  { isJson, started = startedHere() }: { readonly isJson: boolean; readonly started?: string },
): Terminal {
  const complete = (writer: Terminal['stdout']): Terminal['stdout'] => ({
    write: (text) => writer.write(completeCommands(text, program, options, started)),
  });
  const { stdout, stderr } = terminal;
  // What programs read is left as it is.
  return { ...terminal, stdout: isJson ? stdout : complete(stdout), stderr: complete(stderr) };
}

/** What a command is about, a list of words for each option. The key of an app is not part of it. */
function placeWords(options: CommonOptions): readonly (readonly string[])[] {
  const { config, configGiven, allowUnknownKeys, environment, remote } = options;
  return [
    ...(configGiven ? [['--config', config]] : []),
    ...(allowUnknownKeys ? [['--allow-unknown-keys']] : []),
    ...(environment === 'default' ? [] : [['--environment', environment]]),
    ...Object.entries(options.var).map(([name, value]) => ['--var', `${name}=${value}`]),
    ...(remote === undefined ? [] : [['--remote', remote]]),
    ...simulatedWords(options),
  ];
}

export type SimulatedAs = Pick<CommonOptions, 'simulate' | 'simulatorProfile' | 'simulatorSpeed'>;

/** That it is about the same simulator, a list of words for each option; none where it is about Azure. */
export function simulatedWords({
  simulate,
  simulatorProfile: profile,
  simulatorSpeed: speed,
}: SimulatedAs): readonly (readonly string[])[] {
  if (!simulate) return [];
  return [
    ['--simulate'],
    ...(profile === 'realistic' ? [] : [['--simulator-profile', profile]]),
    ...(speed === 60 ? [] : [['--simulator-speed', String(speed)]]),
  ];
}

/** The command that words begin with, and how many of them name it; the default one where none does. */
function commandOf(program: Command, words: readonly string[]): { readonly command: Command; readonly length: number } {
  let command = program;
  let length = 0;
  for (const word of words) {
    const name = word.replace(PUNCTUATION, '');
    const next = command.commands.find((one) => one.name() === name || one.aliases().includes(name));
    if (!next) break;
    command = next;
    length += 1;
    if (name !== word) break;
  }
  return {
    command: length === 0 ? (program.commands.find((one) => one.name() === 'deploy') ?? program) : command,
    length,
  };
}
