import type { StepResource } from '../domain/desired.ts';
import { genericKey } from '../domain/generic/generic-config.ts';
import { genericResourceOf } from '../domain/generic/generic-place.ts';
import { nameOf } from '../domain/ids.ts';
import { recordedOutput } from '../domain/outputs.ts';
import { hasSection } from '../domain/sections/sections.ts';
import { type StepName, stepsBefore } from '../domain/steps.ts';
import { templateNamed } from '../domain/templates/template-key.ts';
import { kindOfWanted, type RegisteredKind } from '../resources/registry.ts';
import { isJsonObject } from '../shared/json.ts';
import { type EnvironmentParameters, environmentParameters } from './environment-parameters.ts';
import type { ExportInput } from './export-input.ts';
import { identifier, uniqueNames } from './identifiers.ts';
import { lifted, secretBodyOf } from './lifted-fields.ts';
import { MARKED, referenceOf, type TwoReaders, twoReaders } from './marked-outputs.ts';
import type { ObjectValue, Part, Text, Value } from './model.ts';
import { placeOfOutput } from './output-places.ts';
import { type Place, placeOf } from './place.ts';
import type { KnownId, TextSources } from './read-text.ts';
import { readValue, termsOf, text, type ValueSources } from './read-value.ts';

/** A resource whose values say where what is of elsewhere comes from, before it is in a module. */
export interface ReadResource {
  readonly resource: StepResource<RegisteredKind>;
  readonly symbol: string;
  /** For people; without the name where that is a parameter. */
  readonly title: string;
  /** With marks in it. */
  readonly marked: string;
  /** Undefined: the group itself. */
  readonly place: Place | undefined;
  readonly name: Value;
  readonly parentId: Text;
  readonly body: ObjectValue;
  readonly secretBody?: ObjectValue;
  /** Its id on Azure, where it was made. */
  readonly recorded?: string;
  /** Any text of it, with marks, as a value. */
  read(marked: string): Value;
}

export interface ReadEnvironment {
  readonly parameters: EnvironmentParameters;
  readonly resources: readonly ReadResource[];
  /** What is left out, for people. */
  readonly notes: readonly string[];
}

type Wanted = StepResource<RegisteredKind>;

export function readEnvironment(input: ExportInput): ReadEnvironment {
  const readers = twoReaders(input.state, fixedOutputs(input));
  const known = new Map(input.wanted(readers.known).map((one) => [one.key, one]));
  const made = withWholeIds(input.wanted(readers.marks).filter(({ asFound }) => !asFound));
  const notes: string[] = [];
  const ownGroup = made.find(({ kind }) => kind.listing === 'group')?.id ?? '';
  const pairs = made.flatMap((marked) => {
    const one = known.get(marked.key);
    if (!one) return [];
    const why = whyLeftOut(input, one, placeOf(marked.id, ownGroup));
    if (why !== undefined) notes.push(`${one.title}: ${why}`);
    return why === undefined ? [{ marked, known: one }] : [];
  });
  const unique = uniqueNames(['group', 'location', 'tags', 'images']);
  const symbols = new Map(pairs.map(({ known: { key } }) => [key, unique(symbolOf(key))]));
  const parameters = environmentParameters(input, ownNames(pairs, symbols));
  const ids = pairs.map(({ marked, known: one }) => ({
    ...{ key: one.key, marked: marked.id, id: one.id, step: one.step },
    name: hasOwnName(one) ? nameOf(one.id) : undefined,
  }));
  return {
    parameters,
    notes,
    resources: pairs.map((pair) => readResource(pair, { input, readers, parameters, symbols, ids })),
  };
}

/** What lies in something may say so by the output that is its id. */
function withWholeIds(all: readonly Wanted[]): readonly Wanted[] {
  const idOf = (key: string): string | undefined => all.find((one) => one.key === key)?.id;
  return all.map((one) => {
    const [mark, inner] = MARKED.exec(one.id) ?? [];
    if (mark === undefined || inner === undefined || !one.id.startsWith(mark)) return one;
    const place = placeOfOutput(referenceOf(inner));
    const above = place && 'of' in place && place.path === 'id' ? idOf(place.of) : undefined;
    return above === undefined ? one : { ...one, id: above + one.id.slice(mark.length) };
  });
}

/** Of what is computed with, what follows from the kind of cache. https://learn.microsoft.com/azure/redis/overview#feature-comparison */
function fixedOutputs({ config, state }: ExportInput): Readonly<Record<string, string>> {
  if (!hasSection(config, 'redis')) return {};
  const isClassic = config.redis.kind === 'classic';
  return {
    redisKind: recordedOutput(state, 'redisKind') ?? (isClassic ? 'classic' : 'managed'),
    redisPort: recordedOutput(state, 'redisPort') ?? (isClassic ? '6380' : '10000'),
  };
}

/** What a step that has completed did not make: there was no use for it, or something else stands in its place. */
function whyLeftOut({ state, config }: ExportInput, { key, step, kind }: Wanted, place?: Place): string | undefined {
  const template = config.templates?.[templateNamed(key) ?? ''];
  if (template) return `it is code already: deploy ${template.file} beside this, with the values of its parameters`;
  if (!place && kind.listing !== 'group') return 'it is in no subscription, and is left out';
  const isDone = state.steps[step]?.status === 'completed';
  return isDone && !state.resources[key] ? 'the last deployment did not make it, and it is left out' : undefined;
}

function symbolOf(key: string): string {
  return identifier(key.replace(/^resource:/, ''));
}

interface Pair {
  readonly marked: Wanted;
  readonly known: Wanted;
}

/** Names of what there is one of: many must be free in all of Azure, and all of them say whose they are. */
function ownNames(pairs: readonly Pair[], symbols: ReadonlyMap<string, string>) {
  return new Map(
    pairs.flatMap(({ known }) => {
      const { key, id } = known;
      const parameter = identifier(symbols.get(key) ?? '', 'name');
      return hasOwnName(known)
        ? [[parameter, { name: nameOf(id), title: withoutName(known.title, nameOf(id)) }] as const]
        : [];
    }),
  );
}

function hasOwnName({ kind, key, needs }: Wanted): boolean {
  const isOneOfMany = key.includes(':') && needs === undefined;
  return kind.listing !== 'absent' && kind.ownership === 'tagged' && !isOneOfMany;
}

/** A title that says the name of this environment's says it of others as well. */
function withoutName(title: string, name: string): string {
  return title
    .split(' ')
    .filter((word) => word !== name)
    .join(' ');
}

interface Reading {
  readonly input: ExportInput;
  readonly readers: TwoReaders;
  readonly parameters: EnvironmentParameters;
  readonly symbols: ReadonlyMap<string, string>;
  /** With the names that are parameters. */
  readonly ids: readonly (KnownId & { readonly step: StepName; readonly name: string | undefined })[];
}

function readResource(pair: Pair, reading: Reading): ReadResource {
  const { marked, known } = pair;
  const { input, parameters, symbols, ids } = reading;
  const sources = sourcesFor(known, reading);
  const symbol = symbols.get(known.key) ?? symbolOf(known.key);
  const group = ids.find(({ key }) => key === 'resource-group');
  const place = known.kind.listing === 'group' ? undefined : placeOf(marked.id, group?.marked ?? '');
  const read = (one: string): Value => {
    const plain = plainOf(one, reading.readers);
    return readValue(one, plain, sources);
  };
  const parentId = asText(read(place?.within ?? marked.id.slice(0, marked.id.indexOf('/resourceGroups/'))));
  const body = readValue(marked.body, known.body, sources) as ObjectValue;
  const title = ids.reduce((shown, { name }) => (name === undefined ? shown : withoutName(shown, name)), known.title);
  const lifting = { symbol, title, parameters };
  const secretBody = secretBodyOf(lifting, kindOfWanted(known)?.createdWith);
  const record = input.state.resources[known.key];
  return {
    resource: known,
    symbol,
    title,
    marked: marked.id,
    place,
    name: nameValue(pair, sources, { parentId, body }),
    parentId,
    body: lifted(lifting, body, known.body),
    ...(secretBody && { secretBody }),
    ...(record && { recorded: record.id }),
    read,
  };
}

function sourcesFor(known: Wanted, { input, readers, parameters, ids }: Reading): ValueSources {
  const before = stepsBefore(known.step);
  return {
    readers,
    parameterOf: parameters.named,
    ids: ids.filter(({ key, step }) => key !== known.key && (step === known.step || before.has(step))),
    secret: (of) =>
      parameters.secret(secretNameOf(of), { description: `Secret: ${secretNameOf(of)}`, ...vaultSecret(of) }),
    genericOutput: (member) => genericOutput(input, member),
  };
}

/** The text with what is known in the place of its marks. */
function plainOf(marked: string, readers: TwoReaders): string {
  return marked.replace(new RegExp(MARKED, 'g'), (_, inner: string) => readers.valueOf(referenceOf(inner)));
}

function secretNameOf(of: string): string {
  const [, inner] = MARKED.exec(of) ?? [];
  return inner === undefined ? of : referenceOf(inner).output.replace(/^secret\./, '');
}

/** What a resource answers of itself to whoever asks with an action is in no vault. */
function vaultSecret(of: string): { readonly secret?: string } {
  return MARKED.test(of) ? { secret: secretNameOf(of) } : {};
}

function genericOutput(
  { config }: ExportInput,
  member: string,
): { readonly of: string; readonly path: string } | undefined {
  const [key = '', ...output] = member.split('.');
  // What a template answers is of nothing that is exported, so it stands as it was answered.
  if (templateNamed(key) !== undefined) return undefined;
  const path = genericResourceOf(config, key).outputs?.[output.join('.')];
  return path === undefined ? undefined : { of: genericKey(key), path };
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A name that is computed is given where it is known; a GUID is derived again from what tells one from the other. */
function nameValue(
  { marked, known }: Pair,
  sources: TextSources & ValueSources,
  of: { parentId: Text; body: ObjectValue },
): Value {
  const [name, plain] = [nameOf(marked.id), nameOf(known.id)];
  const isDerived = GUID.test(name) && termsOf(of.body).length > 0 && isJsonObject(known.body);
  if (!isDerived) return readValue(name, plain, sources);
  const parts = [of.parentId, ...textsOf(of.body)];
  return text({ kind: 'guid', parameter: 'roleAssignmentNames', member: known.key, parts });
}

/** Texts that name something of elsewhere, and ids. */
function textsOf(value: Value): readonly Text[] {
  if (value.kind === 'text') return [value];
  if (value.kind === 'literal') return String(value.value).startsWith('/') ? [text(String(value.value))] : [];
  if (value.kind === 'list') return value.items.flatMap(textsOf);
  return value.kind === 'object' ? value.members.flatMap((member) => textsOf(member.value)) : [];
}

function asText(value: Value): Text {
  if (value.kind === 'text') return value;
  const parts: readonly Part[] = value.kind === 'literal' ? [String(value.value)] : [];
  return { kind: 'text', parts };
}
