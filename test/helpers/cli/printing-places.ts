import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** In a text; in a list of words; and by the functions that are called so in several files. */
const IN_TEXT = /(?<![\w/.-])draftgenie-deploy ((?:(?!draftgenie-deploy )[^\n`'"])*)/g;
const IN_LIST = [
  /\[\s*'draftgenie-deploy'((?:,\s*'[^']*')+)/g,
  /\['draftgenie-deploy'()\]/g,
  /draftgenie-deploy \$\{shellWords\(\[((?:'[^']*'(?:, )?)+)/g,
];
const CALL = /(?<!const )\bcommandOf\(((?:'[^']*'(?:, )?)+)/g;
/** What ends a command amid a sentence. */
const END = /[.,;:)]+(?=\s|$)|\\n/;

/**
 * The places of the product that tell people to run one of its own commands, each by its file and what it says literally of the
 * command: `state/lock: state unlock`. The simulator and the page, which have no command line, tell of none.
 *
 * @param program its commands say which words are a command's
 */
export function printingPlaces(program: Command): readonly string[] {
  const sources = filesOf('src').filter((file) => !/^src\/(simulator|page)\//.test(file));
  const found = [...sources, ...filesOf('action')].flatMap((file) => {
    const text = withoutComments(readFileSync(`${ROOT}${file}`, 'utf8'));
    const name = file.replace(/^src\//, '').replace(/\.ts$/, '');
    return toldIn(text).flatMap((words) => {
      const told = commandOf(program, words);
      return told === undefined ? [] : [`${name}: ${told}`];
    });
  });
  return [...new Set(found)].sort();
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function toldIn(text: string): readonly (readonly string[])[] {
  const inText = [...text.matchAll(IN_TEXT)].map(([, words = '']) => words);
  const inLists = IN_LIST.flatMap((form) => [...text.matchAll(form)].map(([, words = '']) => words));
  const calls = [...text.matchAll(CALL)].map(([, words = '']) => words);
  const listed = [...inLists, ...calls].map((words) => [...words.matchAll(/'([^']*)'/g)].map(([, word = '']) => word));
  return [...inText.map((words) => (words.split(END)[0] ?? '').trim().split(/ +/)), ...listed];
}

/** Its name and those of its options that are told; undefined: it is no command, but a sentence. */
function commandOf(program: Command, words: readonly string[]): string | undefined {
  const name: string[] = [];
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
    name.push(word);
  }
  const isDefault = words.length === 0 || words[0]?.startsWith('--') === true;
  if (name.length === 0 && !isDefault) return undefined;
  const options = words.filter((word) => /^--[a-z-]+$/.test(word));
  return [...(name.length === 0 ? ['deploy'] : name), ...options].join(' ');
}
