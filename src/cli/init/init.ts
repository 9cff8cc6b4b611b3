import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ConfigResult, parseConfig } from '../../domain/config/parse.ts';
import type { Leftover } from '../../init/draft.ts';
import { originalConfiguration } from '../../init/original/original-configuration.ts';
import { configurationText } from '../../init/write/configuration-text.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { writeOutput } from '../json/write-output.ts';
import { shellWords } from '../shell-words.ts';
import type { Terminal } from '../terminal.ts';
import { type Account, type AccountOptions, openAccount } from './account.ts';
import { completed } from './completed.ts';
import { type FoundSource, findSources, type Surroundings } from './found-sources.ts';
import { isThere, writeNew } from './new-file.ts';
import { askedQuestions, proposedAnswers, type Questions } from './questions.ts';
import { configurationLine, report } from './report.ts';
import { schemaAddress } from './schema-address.ts';

export interface InitOptions extends AccountOptions {
  readonly from: readonly string[];
  readonly output: string | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly profile: readonly string[];
  /** What was made is told as a line of JSON. */
  readonly json: boolean;
}

/**
 * Makes a configuration of what a folder holds: it looks, asks what it cannot know, and writes one new file.
 * @throws UserError `init_exists`, `init_nothing_found`, `init_unreadable`, `init_unwritable`, `no_terminal`
 */
export async function initCommand(terminal: Terminal, options: InitOptions, folder = '.'): Promise<ExitCode> {
  const { from, profile, dryRun, output = join(folder, 'config.yaml') } = options;
  const surroundings = await findSources({ folder, from, profiles: profile });
  const { sources, own, below = [] } = surroundings;
  if (sources.length === 0 && own !== undefined) return await tellOwn(terminal, options, own);
  if (sources.length === 0) throw nothingFound(folder, below);
  if (!dryRun && (await isThere(output))) throw exists(output, own);
  const say = (text: string): void => void (dryRun || options.json ? terminal.stderr : terminal.stdout).write(text);
  const questions = questionsOf(terminal, options, (line) => say(`${line}\n`));
  for (const path of below) questions.tell(`Not looked at: ${path}; --from takes it.`);
  const source = await chosenSource(surroundings, questions, options);
  const { text, leftovers } = await textOf(source, { options, folder, output, questions });
  if (dryRun && !options.json) terminal.stdout.write(text);
  if (!dryRun && !(await writeNew(output, text))) throw exists(output, own);
  const result = parsed(text);
  const isSame = source.kind === 'original';
  const made = { file: output, folder, isWritten: !dryRun, from: source.title, isSame, result, leftovers };
  if (options.json) writeOutput(terminal, 'configuration', configurationLine(made, text));
  say(`${dryRun ? '' : '\n'}${report({ ...made, environment: process.env })}`);
  return ExitCode.ok;
}

function questionsOf(terminal: Terminal, { yes, json }: InitOptions, tell: (line: string) => void): Questions {
  if (yes || json) return proposedAnswers(tell);
  if (terminal.interactive) return askedQuestions(terminal);
  throw new UserError('init asks what it cannot know, and there is no terminal to ask on.', {
    code: 'no_terminal',
    hint: 'Add --yes: everything is as it is proposed, and nothing is asked.',
  });
}

async function chosenSource(
  { sources }: Surroundings,
  questions: Questions,
  { yes }: InitOptions,
): Promise<FoundSource> {
  const [first] = sources as [FoundSource];
  if (sources.length === 1) return first;
  const titles = sources.map(({ title }) => title);
  const chosen =
    sources[
      await questions.choice(
        'Several things are here. Which is the application?',
        titles.map((name) => ({ name })),
        0,
      )
    ];
  if (yes)
    questions.tell(`Taken: ${first.title}. Also here: ${titles.slice(1).join(', ')}; --from FILE takes another.`);
  return chosen ?? first;
}

interface Making {
  readonly options: InitOptions;
  readonly folder: string;
  readonly output: string;
  readonly questions: Questions;
}

async function textOf(
  source: FoundSource,
  { options, folder, output, questions }: Making,
): Promise<{ readonly text: string; readonly leftovers: readonly Leftover[] }> {
  const schema = await schemaAddress(dirname(output));
  const lines = [
    `Made by draftgenie-deploy init, of ${source.title}; README.md of draftgenie-deploy explains the keys.`,
    ...(schema === undefined ? ['`draftgenie-deploy config schema` prints what editors can check it with.'] : []),
  ];
  if (source.kind === 'original') {
    const editors = schema === undefined ? [] : [`yaml-language-server: $schema=${schema}`];
    return originalConfiguration(source.text, source.title, [...editors, ...lines]);
  }
  // While the first questions are answered.
  const found = options.yes ? undefined : openAccount(options);
  found?.catch(() => undefined);
  const account = (): Promise<Account | undefined> => accountOf(found, questions);
  try {
    const draft = await completed(source, { folder, questions, account, variables: variableOf });
    return { text: configurationText(draft, { schema, lines }), leftovers: draft.leftovers };
  } finally {
    await closeAccount(found);
  }
}

/** With `--yes` nobody waits for Azure: what it would say, a plan says as well. */
async function accountOf(
  found: Promise<Account | string> | undefined,
  questions: Questions,
): Promise<Account | undefined> {
  if (!found) return undefined;
  questions.tell('\nLooking for an account of Azure …');
  const account = await found;
  if (typeof account !== 'string') return account;
  questions.tell(`There is none: ${account} \`az login\` signs in; until then regions and names are not looked at.`);
  return undefined;
}

/** Whether or not anybody got to it. */
async function closeAccount(found: Promise<Account | string> | undefined): Promise<void> {
  const account = await found?.catch(() => undefined);
  if (typeof account === 'object') await account.close();
}

function variableOf(name: string): string | undefined {
  return process.env[name];
}

function parsed(text: string): ConfigResult {
  return parseConfig(text, { allowUnknownKeys: true, variables: variableOf });
}

async function tellOwn(terminal: Terminal, { json }: InitOptions, file: string): Promise<ExitCode> {
  if (json) {
    const text = await readFile(file, 'utf8');
    const own = { file, isWritten: false, leftovers: [], result: parsed(text) };
    writeOutput(terminal, 'configuration', configurationLine(own, text));
    return ExitCode.ok;
  }
  const next = `draftgenie-deploy ${shellWords(['plan', '--config', file])}`;
  terminal.stdout.write(
    `${file} is a configuration of draftgenie-deploy already, and stays as it is.\nNext: ${next}\n`,
  );
  return ExitCode.ok;
}

function nothingFound(folder: string, below: readonly string[]): UserError {
  const elsewhere = below.length === 0 ? '' : ` In folders below there is: ${below.join(', ')}.`;
  return new UserError(
    `Nothing to deploy was found in ${folder === '.' ? 'this folder' : folder}. Looked for: compose.yaml, compose.yml, docker-compose.yaml or docker-compose.yml; Dockerfiles, in folders below, too; config.yaml of the original script.${elsewhere}`,
    { code: 'init_nothing_found', hint: 'Name the folder of the application, or a file with --from FILE.' },
  );
}

function exists(file: string, own: string | undefined): UserError {
  const already =
    own === file ? ` It is a configuration already: draftgenie-deploy ${shellWords(['plan', '--config', file])}` : '';
  return new UserError(`${file} is there already, and is not overwritten.${already}`, {
    code: 'init_exists',
    hint: 'Write to another file with --output FILE, or look first with --dry-run.',
  });
}
