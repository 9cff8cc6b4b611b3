import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { ConfigResult } from '../../domain/config/parse.ts';
import { hasSection } from '../../domain/sections/sections.ts';
import type { Leftover } from '../../init/draft.ts';
import { leftoverLine } from '../../init/write/configuration-text.ts';
import type { Output } from '../json/outputs.ts';
import { shellWords } from '../shell-words.ts';

export interface Made {
  /** As it was asked for. */
  readonly file: string;
  readonly folder: string;
  readonly isWritten: boolean;
  /** What the configuration was made of, for people. */
  readonly from: string;
  /** It says the same as what it was made of. */
  readonly isSame: boolean;
  readonly result: ConfigResult;
  readonly leftovers: readonly Leftover[];
  readonly environment: NodeJS.ProcessEnv;
  /** What may be done next, instead of the usual: command line and what it is for. */
  readonly next?: readonly (readonly [line: string, about: string])[];
}

/** The same for a machine. */
export function configurationLine(
  { file, isWritten: written, leftovers, result }: Pick<Made, 'file' | 'isWritten' | 'leftovers' | 'result'>,
  text: string,
): Output<'configuration'> {
  const told = leftovers.map(({ path: _, ...leftover }) => leftover);
  return { type: 'configuration', file, written, text, leftovers: told, problems: result.ok ? [] : result.problems };
}

/** The last lines of the command: what there is now, what is missing in it, and what to do next. */
export function report(made: Made): string {
  return [headline(made), ...leftoverLines(made), ...problemLines(made), ...secretLines(made), ...nextLines(made)]
    .map((line) => `${line}\n`)
    .join('');
}

function headline({ file, from, isWritten, result }: Made): string {
  const done = isWritten ? `✓ ${file} is written` : `${file} would be this; nothing is written`;
  return `${done}: ${contents(result)}from ${from}.`;
}

function contents(result: ConfigResult): string {
  if (!result.ok) return '';
  const { config } = result.parsed;
  const { services, jobs = [] } = config;
  const count = services.infrastructure.length + services.application.length;
  const sections = ['postgresql', 'redis', 'storage'] as const;
  const parts = [
    `${count} ${count === 1 ? 'service' : 'services'}`,
    ...(jobs.length > 0 ? [`${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}`] : []),
    ...sections.filter((section) => hasSection(config, section)),
  ];
  return `${parts.join(', ')}, `;
}

function leftoverLines({ leftovers, isSame }: Made): readonly string[] {
  if (leftovers.length === 0) return ['', 'Everything came over.'];
  const count = leftovers.length === 1 ? 'One thing' : `${leftovers.length} things`;
  const what = isSame ? 'may not be meant' : 'did not come over, or came over changed';
  return ['', `${count} ${what}:`, ...leftovers.map((one) => `  ${leftoverLine(one)}`)];
}

function problemLines({ result, file }: Made): readonly string[] {
  if (result.ok) return [];
  const lines = result.problems.map(
    ({ path, message, line = 1, column = 1 }) => `  ${file}:${line}:${column} ${path ? `${path}: ` : ''}${message}`,
  );
  return ['', 'To be settled before it can be planned:', ...lines];
}

/** What others give, and the simulator makes up: a newcomer has none of it at hand. */
function secretLines({ result, environment }: Made): readonly string[] {
  if (!result.ok) return [];
  const settings = Object.values(result.parsed.config.secrets);
  const unset = settings.flatMap((one) =>
    one.source === 'environment' && !environment[one.variable] ? [one.variable] : [],
  );
  if (unset.length === 0) return [];
  return [
    '',
    'Secrets, to be set before a deployment to Azure; the simulator makes values up:',
    ...[...new Set(unset)].toSorted().map((name) => `  export ${name}=…`),
  ];
}

function nextLines({ file, folder, isWritten, result, next }: Made): readonly string[] {
  if (!result.ok || !isWritten) return [];
  const source = isWithin(file, folder) ? [] : ['--source', folder];
  const commandOf = (name: string, ...more: readonly string[]): string =>
    `draftgenie-deploy ${shellWords([name, '--config', file, ...source, ...more])}`;
  const rows = next ?? [
    [commandOf('plan', '--simulate'), 'what would happen; needs no Azure account'],
    [commandOf('deploy', '--simulate'), 'deploys to the simulator'],
    [commandOf('plan'), 'the same on Azure, after az login'],
  ];
  return nextRows(rows);
}

/** Commands, each with what it is for. */
export function nextRows(rows: readonly (readonly [line: string, about: string])[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([line]) => line.length));
  return ['', 'Next:', ...rows.map(([line, about]) => `  ${line.padEnd(width)}  # ${about}`)];
}

/** Sources are looked for from the configuration upwards. */
function isWithin(file: string, folder: string): boolean {
  const path = relative(resolve(folder), resolve(dirname(file)));
  return !path.startsWith('..') && !isAbsolute(path);
}
