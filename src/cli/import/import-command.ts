import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Azure } from '../../azure/ports.ts';
import { parseConfig } from '../../domain/config/parse.ts';
import { DEFAULT_ENVIRONMENT } from '../../domain/environment-name.ts';
import { createMasker } from '../../domain/masking.ts';
import type { Leftover } from '../../init/draft.ts';
import { environmentsIn, ofEnvironment } from '../../init/group/environments.ts';
import { groupDraft } from '../../init/group/group-draft.ts';
import type { LiveGroup } from '../../init/group/live.ts';
import { configurationText } from '../../init/write/configuration-text.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import type { AccountOptions } from '../init/account.ts';
import { writeNew } from '../init/new-file.ts';
import { configurationLine, report } from '../init/report.ts';
import { schemaAddress } from '../init/schema-address.ts';
import { writeOutput } from '../json/write-output.ts';
import { connectCloud } from '../local/cloud-connection.ts';
import { openLocalStores } from '../local/local-stores.ts';
import { openWorkspace } from '../local/workspace.ts';
import type { CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { importState, requireNoState, type StateImport } from './import-state.ts';
import { type GroupWithoutSecrets, isAccountedFor, isCompanion, readGroup } from './read-group.ts';
import { nextLines, stateLine, stateReport } from './told.ts';

export interface ImportOptions extends AccountOptions {
  readonly subscription: string | undefined;
  readonly containerAppsEnvironment: string | undefined;
  /** Undefined: the one that the tags name. */
  readonly environment: string | undefined;
  readonly output: string;
  readonly configOnly: boolean;
  readonly dryRun: boolean;
  /** What was made is told as a line of JSON. */
  readonly json: boolean;
}

/**
 * Makes a configuration of a resource group, by whomever it was made, and the state that a deployment of it would leave where there is
 * nothing to write; both are new here. A call that was cut off between the two is repeated.
 *
 * @throws UserError `group_unknown`, `group_ambiguous`, `group_without_environment`, `subscription_ambiguous`, `subscription_missing`, `init_exists`, `init_unwritable`, `state_exists`, `state_locked`
 */
export async function importCommand(terminal: Terminal, options: ImportOptions, name: string): Promise<ExitCode> {
  const masker = createMasker([]);
  return await withAzure(
    options,
    (secret) => masker.add(secret),
    async (azure) => {
      const subscription = options.subscription ?? (await onlySubscription(azure));
      const found = await readGroup(azure, subscription, name, (group) => chosenOf(group, options));
      return await writeFiles(terminal, options, found, { azure, mask: (text) => masker.mask(text) });
    },
  );
}

async function writeFiles(
  terminal: Terminal,
  options: ImportOptions,
  { group, environment, left }: Omit<Chosen, 'group'> & { readonly group: LiveGroup },
  connection: Omit<StateImport, 'parsed'>,
): Promise<ExitCode> {
  const { output, dryRun, configOnly } = options;
  const made = groupDraft(group, { environment: options.containerAppsEnvironment, isAccountedFor, isCompanion });
  if (!made.ok) throw withoutEnvironment(group, made.environments);
  const lines = [
    `Made by draftgenie-deploy import, of the resource group ${group.name}; README.md of draftgenie-deploy explains the keys.`,
  ];
  const text = configurationText(
    { ...made.draft, leftovers: [...left, ...made.draft.leftovers] },
    { schema: await schemaAddress(dirname(output)), lines },
  );
  const result = parseConfig(text, { environment });
  const stores = dryRun || configOnly || !result.ok ? undefined : await openLocalStores({ environment }, result.parsed);
  if (stores) await requireNoState(stores.state);
  if (dryRun && !options.json) terminal.stdout.write(text);
  if (!dryRun && !(await writeNew(output, text)) && !(stores && (await isTheSame(output, text)))) throw exists(output);
  const one = {
    file: output,
    folder: dirname(output),
    isWritten: !dryRun,
    from: `the resource group ${group.name}`,
    isSame: false,
    result,
    leftovers: [...left, ...made.draft.leftovers],
    environment: process.env,
    next: [],
  };
  if (options.json) writeOutput(terminal, 'configuration', configurationLine(one, text));
  const told = report(one);
  const out = dryRun || options.json ? terminal.stderr : terminal.stdout;
  out.write(dryRun ? told : `\n${told}`);
  if (dryRun || !result.ok) return ExitCode.ok;
  const state = stores && (await importState(stores, { ...connection, parsed: result.parsed }));
  if (stores && state) {
    if (options.json) writeOutput(terminal, 'state_imported', stateLine(stores.state.location, state));
    out.write(`\n${stateReport(stores.state.location, state)}`);
  }
  out.write(nextLines(options, environment, group, state));
  return ExitCode.ok;
}

interface Chosen {
  readonly group: GroupWithoutSecrets;
  readonly environment: string;
  readonly left: readonly Leftover[];
}

/** What one environment has in the group. @throws UserError `group_ambiguous` */
function chosenOf(group: GroupWithoutSecrets, { environment, containerAppsEnvironment }: ImportOptions): Chosen {
  const named = group.resources.filter(
    ({ type, name }) => type.toLowerCase() === ENVIRONMENT && name === containerAppsEnvironment,
  );
  const found = environmentsIn(named.length > 0 ? { resources: named } : group);
  const [only, ...others] = found;
  if (environment === undefined && others.length > 0)
    throw new UserError(`The resource group ${group.name} has ${found.length} environments: ${found.join(', ')}.`, {
      code: 'group_ambiguous',
      hint: 'Name the one that is meant with --environment NAME.',
    });
  const chosen = environment ?? only ?? DEFAULT_ENVIRONMENT;
  return { ...ofEnvironment(group, chosen), environment: chosen };
}

const ENVIRONMENT = 'microsoft.app/managedenvironments';

async function isTheSame(path: string, text: string): Promise<boolean> {
  return (await readFile(path, 'utf8')) === text;
}

async function withAzure<Value>(
  options: ImportOptions,
  keepSecret: (secret: string) => void,
  work: (azure: Azure) => Promise<Value>,
): Promise<Value> {
  const { simulatorDirectory } = openWorkspace(DEFAULT_ENVIRONMENT);
  const connection = await connectCloud(options as unknown as CommonOptions, simulatorDirectory, keepSecret);
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
