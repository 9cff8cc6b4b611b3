import { isJsonObject, type Json } from '../../../shared/json.ts';
import { createMasker } from '../../masking.ts';
import { isOfUnasked } from '../../sections/sections.ts';
import type { DeploymentConfig, ParsedConfig } from '../model.ts';
import type { ConfigSource } from '../parse.ts';
import { leaves } from '../paths.ts';
import { isWritten } from '../provenance.ts';
import type { EnvValue } from '../service/service-containers.ts';
import { userKey } from '../user-key.ts';
import { jobsOf } from '../workloads.ts';

type Path = readonly (string | number)[];

/** A value of the configuration as an environment gets it, under the user's own key, and where it comes from. */
export interface ResolvedValue {
  /** Members of lists by their numbers. */
  readonly path: Path;
  /** A secret that stands in the file is `***`. */
  readonly value: Json;
  readonly from: 'file' | 'overlay' | 'default';
  /** The file of the overlay, where it is one of its own. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The variables that decided it. */
  readonly variables?: readonly string[];
}

/** What a configuration says, and where. */
export interface ExplainedConfig {
  readonly file: Pick<ParsedConfig, 'config' | 'literals'>;
  readonly source: ConfigSource;
}

/** All of them: what is written, in the order of the file, and then the defaults of what is not. */
export function resolvedValues(explained: ExplainedConfig): readonly ResolvedValue[] {
  return knownValues(explained).map(({ shown }) => shown);
}

/** A value as it is, which must not be shown, and as it may be. */
export interface KnownValue {
  readonly actual: Json;
  readonly shown: ResolvedValue;
}

/** The same, for who compares them. */
export function knownValues({ file: { config, literals }, source }: ExplainedConfig): readonly KnownValue[] {
  const masker = createMasker([...literals.values()]);
  const written = writtenLeaves(source.raw as unknown as Json, []).map(([path, actual]): KnownValue => {
    const value = literals.has(path.join('.')) ? '***' : masked(actual, (text) => masker.mask(text));
    return { actual, shown: { path, value, ...writtenAt(path, source) } };
  });
  const known = new Set(written.map(({ shown }) => shown.path.join('.')));
  const unwritten = defaults(config).filter(({ path }) => !known.has(path.join('.')));
  return [...written, ...unwritten.map((shown) => ({ actual: shown.value, shown }))];
}

function writtenAt(path: Path, { document, filled }: ConfigSource): Omit<ResolvedValue, 'path' | 'value'> {
  const { file, line, column } = document.problemAt(path, '');
  const { layer } = document.placeOf(path.map(String));
  const variables = filled.filter((one) => isAtOrBelow(one.path, path)).flatMap((one) => one.variables);
  return {
    from: layer === document.overlay ? 'overlay' : 'file',
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    ...(variables.length > 0 && { variables: [...new Set(variables)] }),
  };
}

function isAtOrBelow(path: readonly string[], other: Path): boolean {
  return other.every((key, index) => path[index] === String(key));
}

type Leaf = readonly [path: Path, value: Json];

/** A list of single values is one value. */
function writtenLeaves(value: Json, path: Path): readonly Leaf[] {
  const members = membersOf(value);
  return members.length === 0 ? [[path, value]] : members.flatMap(([key, one]) => writtenLeaves(one, [...path, key]));
}

function membersOf(value: Json): readonly (readonly [key: string | number, value: Json])[] {
  if (isJsonObject(value)) return Object.entries(value).filter(([, member]) => member !== undefined);
  return Array.isArray(value) && value.some(isJsonObject) ? [...value.entries()] : [];
}

function masked(value: Json, mask: (text: string) => string): Json {
  if (Array.isArray(value)) return value.map((one) => masked(one, mask));
  return typeof value === 'string' ? mask(value) : value;
}

/** What is no setting of the file, or is told as what it is made of. */
const NOT_TOLD = ['secrets', 'unasked', 'written', 'naming'];

function defaults(config: DeploymentConfig): readonly ResolvedValue[] {
  const { services } = config;
  const workloads = [
    ...[...services.infrastructure, ...services.application].map((one) => ['services', one] as const),
    ...jobsOf(config).map((one) => ['jobs', one] as const),
  ];
  const variables = workloads.flatMap(([section, { key, env }]) =>
    Object.entries(env).map(([name, value]): Leaf => [[section, key, 'env', name], asWritten(value)]),
  );
  const settings = Object.keys(config)
    .filter((section) => !NOT_TOLD.includes(section))
    .flatMap((section) => leaves(config, section))
    .flatMap(([path, value]): Leaf[] => {
      const key = /\.env\./.test(path) || isOfUnasked(config, path) ? undefined : userKey(path);
      return key === undefined || value === '' ? [] : [[key.split('.'), value]];
    });
  const found = new Map([...settings, ...variables].map(([path, value]) => [path.join('.'), { path, value }]));
  return [...found]
    .filter(([key]) => !isWritten(config, key))
    .map(([, { path, value }]): ResolvedValue => ({ path, value, from: 'default' }));
}

function asWritten(value: EnvValue): Json {
  switch (value.kind) {
    case 'plain':
      return value.value;
    case 'reference':
      return value.text;
    case 'secret':
      return { secret: value.name };
    case 'service':
      return { service: value.key, ...(value.format !== undefined && { format: value.format }) };
  }
}
