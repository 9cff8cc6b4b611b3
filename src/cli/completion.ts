import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Option as ShellOption } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command, Option } from 'commander';
import { KNOWN_CODES } from './commands/explain.ts';
import { LazyCommand } from './lazy-command.ts';

/**
 * The library's script for bash calls a function of the package bash-completion
 * (https://github.com/scop/bash-completion/blob/main/bash_completion), which macOS and small images lack. This one does not
 * join what bash splits at = and : again.
 */
const WORDS_OF_BASH = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
        words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
    }
fi
`;

/** What `open` opens whatever is deployed. */
const OPENED = [
  ['page', 'the page of the app'],
  ['portal', 'the resource group in the portal'],
] as const;

/**
 * Adds `completion SHELL`, which prints a script, and `complete -- WORDS`, which that script calls at every press of the key.
 * The deployment is the default command, so that its options are the program's.
 *
 * @param words that are completed, the last one unfinished
 */
export function addCompletion(program: Command, words: readonly string[], description: string): void {
  for (const { command } of program.commands.flatMap((one) => withSubcommands(one))) {
    const isAskedFor = command.name() === 'deploy' || isNamed(command, words);
    if (!isAskedFor && command instanceof LazyCommand) command.leaveOptionsOut();
  }
  const shell = tab(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.description(description)
    .hook('preAction', (_, { processedArgs: [name] }) => {
      if (name === 'bash') process.stdout.write(WORDS_OF_BASH);
    });
  const deploy = shell.commands.get('deploy');
  for (const [name, option] of deploy?.options ?? []) shell.options.set(name, option);
  const own = shell.commands.get('completion');
  if (own) own.description = description;

  const explained = shell.commands.get('explain')?.arguments.get('code');
  if (explained) explained.handler = (complete) => KNOWN_CODES.forEach((code) => void complete(code, ''));

  const opened = shell.commands.get('open')?.arguments.get('what');
  if (opened) opened.handler = (complete) => OPENED.forEach(([word, description]) => void complete(word, description));

  const complete = pathHandler(words.at(-1) ?? '');
  for (const { name, command } of program.commands.flatMap((one) => withSubcommands(one))) {
    const own = [...(name === 'deploy' ? [shell] : []), ...[shell.commands.get(name) ?? []].flat()];
    for (const { long } of command.options.filter(takesPath)) {
      for (const { options } of own) {
        const option = options.get(long?.slice(2) ?? '');
        if (option) option.handler = complete;
      }
    }
  }
}

interface NamedCommand {
  /** With those of the commands above it: `state show`. */
  readonly name: string;
  readonly command: Command;
}

function withSubcommands(command: Command, above = ''): readonly NamedCommand[] {
  const name = `${above}${command.name()}`;
  return [{ name, command }, ...command.commands.flatMap((one) => withSubcommands(one, `${name} `))];
}

/** The library goes through all options of all commands, and offers those alone of the command that the words name. */
function isNamed(command: Command, words: readonly string[]): boolean {
  return [command.name(), ...command.aliases()].some((name) => words.includes(name));
}

/** `--config <path>`, `--source <dir>`. */
function takesPath({ flags }: Option): boolean {
  return /<(path|dir)>/.test(flags);
}

/** The library tells shells never to offer files of their own, so that they are offered here. */
function pathHandler(word: string): NonNullable<ShellOption['handler']> {
  return (complete) => {
    const text = word.includes('=') ? word.slice(word.indexOf('=') + 1) : word;
    const folder = text.endsWith('/') ? text : dirname(text);
    for (const entry of entriesOf(folder)) {
      const path = folder === '.' && !text.startsWith('./') ? entry : join(folder, entry);
      complete(path, '');
    }
  };
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `${entry.name}/` : entry.name,
    );
  } catch {
    return [];
  }
}
