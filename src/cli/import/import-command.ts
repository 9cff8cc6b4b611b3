import { dirname } from 'node:path';
import type { Azure } from '../../azure/ports.ts';
import { parseConfig } from '../../domain/config/parse.ts';
import { DEFAULT_ENVIRONMENT } from '../../domain/environment-name.ts';
import { environmentOfTags } from '../../domain/tags.ts';
import { groupDraft } from '../../init/group/group-draft.ts';
import type { LiveGroup } from '../../init/group/live.ts';
import { configurationText } from '../../init/write/configuration-text.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import type { AccountOptions } from '../init/account.ts';
import { isThere, writeNew } from '../init/new-file.ts';
import { configurationLine, report } from '../init/report.ts';
import { schemaAddress } from '../init/schema-address.ts';
import { writeOutput } from '../json/write-output.ts';
import { connectCloud } from '../local/cloud-connection.ts';
import { openWorkspace } from '../local/workspace.ts';
import type { CommonOptions } from '../options.ts';
import { shellWords } from '../shell-words.ts';
import type { Terminal } from '../terminal.ts';
import { isAccountedFor, isCompanion, readGroup } from './read-group.ts';

export interface ImportOptions extends AccountOptions {
  readonly subscription: string | undefined;
  readonly containerAppsEnvironment: string | undefined;
  readonly output: string;
  readonly dryRun: boolean;
  /** What was made is told as a line of JSON. */
  readonly json: boolean;
}

/**
 * Makes a configuration of a resource group, by whomever it was made, and with no state: reads it, and writes one new file here.
 * @throws UserError `group_unknown`, `group_without_environment`, `subscription_ambiguous`, `subscription_missing`, `init_exists`, `init_unwritable`
 */
export async function importCommand(terminal: Terminal, options: ImportOptions, name: string): Promise<ExitCode> {
  const { output, dryRun, containerAppsEnvironment: environment } = options;
  if (!dryRun && (await isThere(output))) throw exists(output);
  const group = await withAzure(options, async (azure) => {
    const subscription = options.subscription ?? (await onlySubscription(azure));
    return await readGroup(azure, subscription, name);
  });
  const made = groupDraft(group, { environment, isAccountedFor, isCompanion });
  if (!made.ok) throw withoutEnvironment(group, made.environments);
  const lines = [
    `Made by draftgenie-deploy import, of the resource group ${group.name}; README.md of draftgenie-deploy explains the keys.`,
  ];
  const text = configurationText(made.draft, { schema: await schemaAddress(dirname(output)), lines });
  if (dryRun && !options.json) terminal.stdout.write(text);
  if (!dryRun && !(await writeNew(output, text))) throw exists(output);
  const result = parseConfig(text);
  const one = {
    file: output,
    folder: dirname(output),
    isWritten: !dryRun,
    from: `the resource group ${group.name}`,
    isSame: false,
    result,
    leftovers: made.draft.leftovers,
    environment: process.env,
    next: nextRows(output, group, options),
  };
  if (options.json) writeOutput(terminal, 'configuration', configurationLine(one, text));
  const told = report(one);
  (dryRun || options.json ? terminal.stderr : terminal.stdout).write(dryRun ? told : `\n${told}`);
  return ExitCode.ok;
}

async function withAzure<Value>(options: ImportOptions, work: (azure: Azure) => Promise<Value>): Promise<Value> {
  const { simulatorDirectory } = openWorkspace(DEFAULT_ENVIRONMENT);
  const connection = await connectCloud(options as unknown as CommonOptions, simulatorDirectory, () => undefined);
  try {
    return await work(connection.azure);
  } finally {
    await connection.close();
  }
}

async function onlySubscription({ resources }: Azure): Promise<string> {
  const all = (await resources.subscriptions()).filter(({ state }) => state === 'Enabled');
  const [first, ...others] = all;
  if (first && others.length === 0) return first.id;
  const found = all.length === 0 ? 'This account has none' : `This account has ${all.length}`;
  const named = all.map(({ id, displayName }) => `${displayName} (${id})`).join(', ');
  throw new UserError(`${found}${named === '' ? '' : `: ${named}`}.`, {
    code: first ? 'subscription_ambiguous' : 'subscription_missing',
    hint: 'Name it with --subscription ID.',
  });
}

/** The state is made by the first deployment: it writes to Azure what the plan says, which may be nothing. */
function nextRows(file: string, group: LiveGroup, { simulate }: ImportOptions) {
  const tags = group.resources.map(({ body }) => environmentOfTags(body.tags)).filter((one) => one !== undefined);
  const [environment] = tags;
  const more = [
    ...(environment !== undefined && environment !== DEFAULT_ENVIRONMENT ? ['--environment', environment] : []),
    ...(environment === undefined ? ['--adopt'] : []),
    ...(simulate ? ['--simulate'] : []),
  ];
  const command = (name: string): string => `draftgenie-deploy ${shellWords([name, '--config', file, ...more])}`;
  return [
    [command('plan'), 'what differs, and would be written'],
    [command('deploy'), 'writes that, and the state'],
  ] as const;
}

function exists(output: string): UserError {
  return new UserError(`${output} is there already.`, {
    code: 'init_exists',
    hint: 'Write another file with --output FILE, or print it with --dry-run.',
  });
}

function withoutEnvironment({ name }: LiveGroup, found: readonly string[]): UserError {
  const what =
    found.length === 0
      ? 'has no Container Apps environment'
      : `has ${found.length} Container Apps environments: ${found.join(', ')}`;
  return new UserError(`The resource group ${name} ${what}.`, {
    code: 'group_without_environment',
    hint:
      found.length === 0
        ? 'What else it holds can be described under `resources` of a configuration.'
        : 'Name the one that is meant with --container-apps-environment NAME.',
  });
}
