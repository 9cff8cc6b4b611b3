import { hashJson, isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { ConfigProblem, DeploymentConfig, ParsedConfig } from '../config/model.ts';
import { PLAIN_STORAGE } from '../config/normalize/normalize-data.ts';
import { userKey } from '../config/user-key.ts';
import { nameOf } from '../ids.ts';
import { outputReference, recordedOutput } from '../outputs.ts';
import { type EnvironmentState, isOriginalRecord } from '../state.ts';
import type { OutputName } from '../steps.ts';
import { type CodedWarning, coded } from '../warnings/warning-codes.ts';
import { withKeptNames } from './kept-names.ts';
import { SECTIONS, type SectionName } from './names.ts';
import { hasSection, unaskedReason } from './sections.ts';

type Known = Pick<EnvironmentState, 'steps' | 'resources'>;

interface SectionFacts {
  /** For people. */
  readonly title: string;
  /** The key in the model that names each of its resources → the key of that resource; the section's own resource first. */
  readonly names: Readonly<Record<string, string | null>>;
  /** What its step leaves as long as there is one. */
  readonly output: OutputName;
  /** The original script made none. */
  readonly isOurs?: true;
  /** What is not known of one is as in a file that says no more than that there is one; absent: what the configuration has. */
  readonly plain?: JsonObject;
}

const FACTS: Readonly<Record<SectionName, SectionFacts>> = {
  containerRegistry: { title: 'registry', names: { name: 'registry' }, output: 'registryId' },
  monitoring: {
    title: 'log workspace',
    names: { logWorkspace: 'workspace', appInsights: 'app-insights' },
    output: 'workspaceId',
  },
  postgresql: {
    title: 'database server',
    names: {
      serverName: 'postgresql',
      databaseName: 'postgresql:database',
      databases: null,
      extensions: null,
      adminUser: null,
    },
    output: 'postgresServerId',
  },
  redis: { title: 'cache', names: { name: 'redis' }, output: 'redisId' },
  storage: {
    title: 'storage account',
    names: { account: 'storage', sku: null, containers: null, queues: null, shares: null },
    output: 'storageId',
    isOurs: true,
    plain: { ...PLAIN_STORAGE } as unknown as JsonObject,
  },
};

/**
 * The configuration with what this environment has and the file says nothing of, as it was configured last: what is kept is
 * neither changed nor made anew, and keeps its name. Everything that compares or makes something asks this configuration.
 */
export function withKeptSections(asked: DeploymentConfig, state: Known): DeploymentConfig {
  const config = withKeptNames(asked, state);
  const kept = keptSections(config, state);
  if (kept.length === 0) return config;
  const isStill = (section: string): boolean => !kept.some((one) => one === section);
  const unasked = Object.fromEntries(Object.entries(config.unasked ?? {}).filter(([section]) => isStill(section)));
  return { ...config, ...Object.fromEntries(kept.map((one) => [one, asLast(one, config, state)])), unasked };
}

/** One line for each section that is kept: what to write, so that the file says what there is. */
export function keptWarnings(config: DeploymentConfig, state: Known): readonly CodedWarning[] {
  return keptSections(config, state).map((section) => {
    const { title, names } = FACTS[section];
    const [before, last] = [asFile(section, config), asLast(section, config, state)];
    const key = userKey(section) ?? section;
    const told = Object.keys(names).filter((name) => isOther(last[name], before[name]));
    const line = asWritten(section, Object.fromEntries(told.map((name) => [name, last[name] ?? null])));
    const name = String(last[Object.keys(names)[0] ?? ''] ?? '');
    return coded(
      'section_kept',
      `${key}: is not in the file; the ${title} ${name} is kept; write "${key}: ${line}" to keep it, or "${key}: false" to let it go.`,
    );
  });
}

function isOther(one: Json | undefined, other: Json | undefined): boolean {
  return hashJson(one ?? null) !== hashJson(other ?? null);
}

/** A value of the model as a file has it, on one line. @param path of it in the model */
function asWritten(path: string, value: Json): string {
  if (Array.isArray(value)) return `[${value.map(String).join(', ')}]`;
  if (!isJsonObject(value)) return String(value);
  const members = Object.entries(value).map(([name, member]) => {
    const at = `${path}.${name}`;
    return `${userKey(at)?.split('.').at(-1) ?? name}: ${asWritten(at, member)}`;
  });
  return `{${members.join(', ')}}`;
}

function keptSections(config: DeploymentConfig, state: Known): readonly SectionName[] {
  return SECTIONS.filter((section) => unaskedReason(config, section) === 'absent' && isThere(section, state));
}

/** Recorded, or left by its step, or made by the original script, which recorded no more than that it was done. */
function isThere(section: SectionName, state: Known): boolean {
  const { names, output, isOurs = false } = FACTS[section];
  const isOfOriginalScript = !isOurs && isOriginalRecord(state.steps[outputReference([output]).step]);
  const isRecorded = Object.values(names).some((key) => key !== null && state.resources[key] !== undefined);
  return isRecorded || isOfOriginalScript || recordedOutput(state, output) !== undefined;
}

/**
 * A section as its step knew it when it last completed; before that, under the names of what it has begun to make. What is not
 * known is as in a file that says no more than that there is one.
 */
function asLast(section: SectionName, config: DeploymentConfig, { steps, resources }: Known): JsonObject {
  const { names, output } = FACTS[section];
  const made = Object.entries(names).flatMap(([name, key]) => {
    const record = key === null ? undefined : resources[key];
    return record ? [[name, nameOf(record.id)] as const] : [];
  });
  const known: JsonObject = { ...asFile(section, config), ...Object.fromEntries(made) };
  const prefix = `config:${section}.`;
  const dependencies = Object.entries(steps[outputReference([output]).step]?.dependencies ?? {});
  return dependencies.reduce(
    (value, [name, dependency]) =>
      name.startsWith(prefix) && dependency.value !== undefined
        ? withValue(value, name.slice(prefix.length).split('.'), JSON.parse(dependency.value) as Json)
        : value,
    known,
  );
}

/** As a file has it that says no more of it than the configuration. */
function asFile(section: SectionName, config: DeploymentConfig): JsonObject {
  return FACTS[section].plain ?? (config[section] as unknown as JsonObject);
}

function withValue(object: JsonObject, [key = '', ...rest]: readonly string[], value: Json): JsonObject {
  if (rest.length === 0) return { ...object, [key]: value };
  const { [key]: inner = null } = object;
  return { ...object, [key]: withValue(isJsonObject(inner) ? inner : {}, rest, value) };
}

/** What is wrong with a configuration in this environment: it needs a section that it does not ask for and that is not there. */
export function openNeeds(
  { config, needs }: Pick<ParsedConfig, 'config' | 'needs'>,
  state: Known,
): readonly ConfigProblem[] {
  const here = withKeptSections(config, state);
  return needs.filter(({ section }) => !hasSection(here, section)).map(({ section: _, ...problem }) => problem);
}
