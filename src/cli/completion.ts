import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Option as ShellOption } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command, Option } from 'commander';
import { KNOWN_CODES } from './commands/explain.ts';

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

/**
 * Adds `completion SHELL`, which prints a script, and `complete -- WORDS`, which that script calls at every press of the key.
 * The deployment is the default command, so that its options are the program's.
 *
 * @param words that are completed, the last one unfinished
 */
export function addCompletion(program: Command, words: readonly string[], description: string): void {
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

  const files = new Set(
    program.commands
      .flatMap(withSubcommands)
      .flatMap(({ options }) => options.filter(takesPath))
      .map(({ long }) => long?.slice(2)),
  );
  const complete = pathHandler(words.at(-1) ?? '');
  for (const command of [shell, ...shell.commands.values()]) {
    for (const [name, option] of command.options) if (files.has(name)) option.handler = complete;
  }
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
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
