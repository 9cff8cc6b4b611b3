import type { Command } from 'commander';
import { suggestion } from '../shared/suggestion.ts';

/** Options of the original script, which those who come from it look for. */
const ORIGINAL = [
  '--config',
  '--dry-run',
  '--verbose',
  '--resume',
  '--auto-approve',
  '--force-step',
  '--force-all',
  '--reset-state',
];

const EXAMPLES = [
  ['draftgenie-deploy init', 'a configuration of what this folder holds'],
  ['draftgenie-deploy plan --config config.yaml', 'what a deployment would do, and cost'],
  ['draftgenie-deploy --config config.yaml --simulate', 'try it without an Azure account'],
  ['draftgenie-deploy --config config.yaml --auto-approve', 'deploy, in a pipeline'],
] as const;

/** What `--help` tells below the commands: options of a deployment, which is the default, and how to begin. */
export function rootHelp(program: Command): string {
  const help = program.createHelp();
  const deploy = program.commands.find((command) => command.name() === 'deploy');
  const options = (deploy?.options ?? []).filter(({ long }) => ORIGINAL.includes(long ?? ''));
  const rows = options.map((option) => [help.optionTerm(option), help.optionDescription(option)] as const);
  return [
    '',
    'Options of a deployment (deploy --help has all of them):',
    ...table(rows),
    '',
    'Examples:',
    ...table(EXAMPLES),
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** Refuses a first word that is no command: it would be an argument that a deployment does not take. */
export function requireKnown(program: Command, word: string | undefined): void {
  if (word === undefined || word.startsWith('-')) return;
  const names = ['help', ...program.commands.flatMap((command) => [command.name(), ...command.aliases()])];
  if (names.includes(word)) return;
  const meant = suggestion(word, names);
  program.error(`error: unknown command '${word}'${meant === undefined ? '' : `\n(Did you mean ${meant}?)`}`, {
    code: 'commander.unknownCommand',
  });
}
