import { isIP } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import { type AskedOptions, askedOptionsSchema } from '../domain/api/requests.ts';
import { KEY_NAME, KEY_NAME_RULE, RIGHTS } from '../domain/api/scoped-key.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAME } from '../domain/environment-name.ts';
import { EXPIRES_RULE, isExpiresValue } from '../domain/expiry/duration.ts';
import { DUMP_TARGET, DUMP_TARGET_RULE } from '../domain/removal/dump.ts';
import { isStepName, STEP_NAMES, type StepName } from '../domain/steps.ts';
import { EXPORT_FORMATS } from '../export/formats.ts';
import { MOST_KEPT } from '../logs/kept-query.ts';
import { UserError } from '../shared/errors.ts';

export type OutputFormat = 'pretty' | 'plain' | 'json';

/** Options that every command understands. */
export interface CommonOptions {
  readonly config: string;
  /** True when the user named the file, false for the default. */
  readonly configGiven: boolean;
  /** Keys of the file that nobody reads are told as warnings. */
  readonly allowUnknownKeys: boolean;
  readonly environment: string;
  /** The environment whose overlay this one is made from; only commands that can make one have the option. */
  readonly from?: string | undefined;
  /** Values of variables of the file, before those of the environment of the command. */
  readonly var: Readonly<Record<string, string>>;
  readonly simulate: boolean;
  readonly simulatorProfile: 'instant' | 'realistic';
  readonly simulatorSpeed: number;
  readonly output: OutputFormat | undefined;
  readonly verbose: boolean;
  /** Address of a served app that is asked instead of this machine. */
  readonly remote: string | undefined;
  /** Its access key, when it was given as an option. */
  readonly key: string | undefined;
}

export interface DeployOptions extends CommonOptions, AskedOptions {
  readonly verbose: boolean;
  readonly source: string | undefined;
  readonly resetState: boolean;
  readonly detailedExitcode: boolean;
}

/** Of `logs --service`. */
export interface ServiceLogOptions {
  /** In seconds. */
  readonly since: number | undefined;
  readonly tail: number | undefined;
  readonly revision: string | undefined;
  readonly system: boolean;
}

/** Of the command `simulator`. */
export type SimulatorOptions = Pick<CommonOptions, 'simulatorProfile' | 'simulatorSpeed' | 'output'> & {
  readonly port: number;
};

export interface PlanOptions extends DeployOptions {
  /** The environment whose configuration is compared; no plan is made then. */
  readonly against: string | undefined;
  /** Who wrote the configuration may not deploy it. */
  readonly untrusted: boolean;
}

export type ComparisonOptions = PlanOptions & { readonly against: string };

/** What runs have that are asked for in another way than a deployment: everything at its default. */
export const NO_RUN_OPTIONS = {
  ...askedOptionsSchema.parse({}),
  source: undefined,
  resetState: false,
  detailedExitcode: false,
} satisfies Partial<DeployOptions>;

const DEFAULT_CONFIG = 'scripts/azure/config.yaml';

const OUTPUT_FORMATS = ['pretty', 'plain', 'json'];

interface CommonDefaults {
  readonly config?: string;
  readonly environment?: string;
  readonly formats?: readonly string[];
}

export function addCommonOptions(
  command: Command,
  { config = DEFAULT_CONFIG, environment = DEFAULT_ENVIRONMENT, formats = OUTPUT_FORMATS }: CommonDefaults = {},
): Command {
  return addSimulateOptions(addOutputOption(command, formats))
    .option('--config <path>', 'configuration file', config)
    .option('--allow-unknown-keys', 'warn about unknown keys of the file, instead of refusing it', false)
    .option('--environment <name>', 'environment: one deployed copy of the application', parseEnvironment, environment)
    .option('--var <name=value>', 'value of a variable that the file fills in (repeatable)', collectVariable, {})
    .option('--verbose', 'print log lines too', false)
    .addOption(new Option('--remote <url>', 'let the app at this address do it').conflicts('simulate'))
    .option('--key <key>', 'its access key; shows up in process lists: better the variable DRAFTGENIE_KEY');
}

export function addSimulateOptions(command: Command, what = 'deploy to'): Command {
  return addSimulatorOptions(
    command.option('--simulate', `${what} the built-in Azure simulator; needs no Azure account`, false),
  );
}

/** How the simulator works. */
export function addSimulatorOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--simulator-profile <profile>', 'how long simulated operations take')
        .choices(['instant', 'realistic'])
        .default('realistic'),
    )
    .option('--simulator-speed <factor>', 'how much faster than Azure the realistic profile is', parsePositive, 60);
}

export function addOutputOption(command: Command, formats: readonly string[] = OUTPUT_FORMATS): Command {
  return command.addOption(new Option('--output <format>', 'what to print').choices(formats));
}

/** For commands that need the files of this machine. */
export function refuseRemote({ remote }: CommonOptions, what: string): void {
  if (remote === undefined) return;
  throw new UserError(`${what} has no --remote: it works on the state of this machine, or on a storage it can reach.`, {
    code: 'not_remote',
  });
}

export function addExportOptions(command: Command): Command {
  return command
    .argument('<folder>', 'folder to write, which is not there yet or is empty')
    .addOption(new Option('--format <format>', 'language').choices(EXPORT_FORMATS).makeOptionMandatory());
}

/** Of the option --source. */
export const SOURCE = 'application source tree (default: the nearest folder above the config with Dockerfiles)';

export function addFromOption(command: Command): Command {
  return command.option(
    '--from <name>',
    'make the environment from the overlay of this one; later commands remember it',
    parseEnvironment,
  );
}

function addRunOptions(command: Command): Command {
  return addFromOption(command)
    .option(
      '--expires <time>',
      'delete the new environment after this time, data too: 72h; never: keep it',
      parseExpires,
    )
    .option('--source <dir>', SOURCE)
    .option('--force-step <step>', 'run this step although nothing changed (repeatable)', collectStep, [])
    .option('--force-all', 'run every step although nothing changed', false)
    .option('--refresh', 'look at every resource as it is now, and repair what differs', false)
    .option('--adopt', 'take over resources of the configured names that are not marked as ours', false)
    .option('--accept-cost', 'go on although it costs more in a month than cost.limit of the configuration', false)
    .option('--allow-replace <key>', 'allow replacing this resource; its data is not moved (repeatable)', collect, []);
}

/** What a comparison of two configurations has no use for. */
const OF_PLANS = ['remote', 'source', 'forceStep', 'forceAll', 'refresh', 'adopt', 'allowReplace', 'acceptCost'];

export function addPlanOptions(command: Command): Command {
  return addRunOptions(command)
    .option('--detailed-exitcode', 'exit with 2 when there is something to do, or something differs', false)
    .addOption(
      new Option('--against <name>', 'show instead what the file says otherwise of this environment')
        .argParser(parseEnvironment)
        .conflicts([...OF_PLANS, 'untrusted']),
    )
    .addOption(
      new Option('--untrusted', 'the configuration is a stranger’s: ask Resource Manager only, and resolve no secret')
        .default(false)
        .conflicts('remote'),
    );
}

export function addDeployOptions(command: Command): Command {
  return addRunOptions(command)
    .option('--dry-run', 'show the plan and change nothing', false)
    .option('--resume', 'go on with the run that stopped', false)
    .option('--auto-approve', 'do not ask', false)
    .option('--reset-state', 'forget what was deployed (a copy is kept) and start fresh', false);
}

export function parseEnvironment(value: string): string {
  if (ENVIRONMENT_NAME.test(value)) return value;
  throw new InvalidArgumentError(
    'Allowed: a lower-case letter, then at most 38 lower-case letters, digits or hyphens.',
  );
}

function parseExpires(value: string): string {
  if (isExpiresValue(value)) return value;
  throw new InvalidArgumentError(`Allowed: ${EXPIRES_RULE}.`);
}

export function parseDumpTarget(value: string): string {
  if (DUMP_TARGET.test(value)) return value;
  throw new InvalidArgumentError(`Allowed: ${DUMP_TARGET_RULE}.`);
}

export function parseLimit(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Allowed: a whole number greater than 0.');
}

/** Seconds of `90s`, `10m`, `2h`, `7d`. */
function parseSince(value: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,6})([smhd])$/.exec(value) ?? [];
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit];
  if (seconds !== undefined) return Number(count) * seconds;
  throw new InvalidArgumentError('Allowed: seconds, minutes, hours or days, such as 90s, 10m, 2h or 7d.');
}

function parseTail(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number <= MOST_KEPT) return number;
  throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${MOST_KEPT}.`);
}

/** Of the command `logs`. */
export function addLogsOptions(command: Command): Command {
  return command
    .argument('[run]', 'run id (default: the newest)')
    .option('--follow', 'go on until the run ends; of a service, until you stop it', false)
    .option('--service <name>', 'print instead what the containers of this service write')
    .option('--since <time>', 'of a service: lines of so long ago and later, such as 10m', parseSince)
    .option('--tail <n>', 'of a service: so many lines of before (default: 100)', parseTail)
    .option('--revision <name>', 'of a service: this revision alone (default: those that are active)')
    .option('--system', 'of a service: what Azure says of it, such as failed probes', false);
}

export function parsePort(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number < 65_536) return number;
  throw new InvalidArgumentError('Allowed: 0 to 65535.');
}

/** A name would be looked up, and might be another machine's, or several addresses. */
export function parseAddress(value: string): string {
  if (isIP(value) !== 0) return value;
  throw new InvalidArgumentError('Allowed: an IP address of this machine, such as 127.0.0.1 or 0.0.0.0 (all of them).');
}

export function parsePlanDigest(value: string): string {
  if (/^[0-9a-f]{64}$/.test(value)) return value;
  throw new InvalidArgumentError('Allowed: the 64 hexadecimal digits of the plan’s digest.');
}

function parsePositive(value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError('Allowed: a number greater than 0.');
}

/** Of the command `key`. */
export function addKeyOptions(command: Command): Command {
  return addOutputOption(command)
    .argument('<name>', 'what records call its holder', parseKeyName)
    .addOption(
      new Option('--allow <right...>', 'what it may be used for (repeatable)').choices(RIGHTS).makeOptionMandatory(),
    )
    .option('--only <environment>', 'the one environment that it opens (default: all)', parseEnvironment)
    .option('--serve', 'give it to the app that is served from this directory', false);
}

function parseKeyName(value: string): string {
  if (KEY_NAME.test(value)) return value;
  throw new InvalidArgumentError(`Allowed: ${KEY_NAME_RULE}.`);
}

export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function collectVariable(value: string, previous: CommonOptions['var']): CommonOptions['var'] {
  const [, name, text = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(value) ?? [];
  if (name !== undefined) return { ...previous, [name]: text };
  throw new InvalidArgumentError('Allowed: NAME=VALUE, the name of letters, digits and _.');
}

function collectStep(value: string, previous: readonly StepName[]): readonly StepName[] {
  if (isStepName(value)) return [...previous, value];
  throw new InvalidArgumentError(`No step is called that. Did you mean ${nearestSteps(value).join(' or ')}?`);
}

function nearestSteps(value: string): readonly string[] {
  const best = closest(value, STEP_NAMES);
  const limit = distance(value, best) + 2;
  return [best, ...STEP_NAMES.filter((name) => name !== best && distance(value, name) <= limit)].slice(0, 3);
}
