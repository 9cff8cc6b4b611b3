import type { OutputReference } from '../domain/outputs.ts';
import type { Json } from '../shared/json.ts';
import { MARKED, referenceOf, type TwoReaders } from './marked-outputs.ts';
import type { Part, Term } from './model.ts';
import { placeOfOutput } from './output-places.ts';

/** A part of a text, with what it is in this environment. */
interface KnownPart {
  readonly part: Part;
  readonly text: string;
}

/** A resource by the id that its bodies are made with. */
export interface KnownId {
  readonly key: string;
  /** With marks in it. */
  readonly marked: string;
  readonly id: string;
}

/** What a text of a body may be made of. */
export interface TextSources {
  readonly readers: TwoReaders;
  /** Resources that are made before, or in the same step. */
  readonly ids: readonly KnownId[];
  /** The secure parameter for a secret in a body. */
  secret(of: string): Term;
  /** A property of a resource of any type that the configuration calls an output of it. */
  genericOutput(member: string): { readonly of: string; readonly path: string } | undefined;
}

const SECRET = /\$\{secret ([^}]+)\}/;
const OF_SUBSCRIPTION = new RegExp(`^/subscriptions/${MARKED.source}/providers/([^/]+/[^/]+)/([^/]+)$`);

/**
 * Takes a text apart that was made with marks: ids of resources, outputs, secrets.
 *
 * @param known the same text as it is in this environment
 * @returns undefined where the parts do not make that text, as of a text that was computed with
 */
export function readText(marked: string, known: Json, sources: TextSources): readonly Part[] | undefined {
  const found = partsOf(marked, sources);
  if (found.every(({ part }) => typeof part === 'string')) return undefined;
  return found.map(({ text }) => text).join('') === known ? found.map(({ part }) => part) : undefined;
}

function partsOf(text: string, sources: TextSources): readonly KnownPart[] {
  if (text === '') return [];
  const first = [
    secretIn(text, sources),
    idIn(text, sources),
    subscriptionResourceIn(text, sources),
    markIn(text, sources),
  ]
    .filter((one) => one !== undefined)
    .sort((a, b) => a.at - b.at || b.length - a.length)[0];
  if (!first) return [{ part: text, text }];
  const { at, length, parts } = first;
  const before = text.slice(0, at);
  return [...(at > 0 ? [{ part: before, text: before }] : []), ...parts, ...partsOf(text.slice(at + length), sources)];
}

interface Found {
  readonly at: number;
  readonly length: number;
  readonly parts: readonly KnownPart[];
}

/** The whole text, or the part of it before the next slash. */
function idIn(text: string, { ids }: TextSources): Found | undefined {
  const found = ids.flatMap(({ key, marked, id }): Found[] => {
    const at = text.indexOf(marked);
    const next = text[at + marked.length];
    if (at < 0 || (next !== undefined && next !== '/')) return [];
    return [{ at, length: marked.length, parts: [{ part: { kind: 'property', of: key, path: 'id' }, text: id }] }];
  });
  return found.sort((a, b) => a.at - b.at || b.length - a.length)[0];
}

function subscriptionResourceIn(text: string, { readers }: TextSources): Found | undefined {
  const [whole, inner, type, name] = OF_SUBSCRIPTION.exec(text) ?? [];
  if (whole === undefined || inner === undefined || type === undefined || name === undefined) return undefined;
  const known = text.replace(MARKED, readers.valueOf(referenceOf(inner)));
  const parts: readonly KnownPart[] = [{ part: { kind: 'subscriptionResource', type, name }, text: known }];
  // Longer than the mark of the subscription at the same place.
  return { at: 0, length: whole.length, parts };
}

function secretIn(text: string, { secret, readers }: TextSources): Found | undefined {
  const found = SECRET.exec(text);
  if (!found) return undefined;
  const [whole, of = ''] = found;
  const known = whole.replace(MARKED, (_, inner: string) => readers.valueOf(referenceOf(inner)));
  return { at: found.index, length: whole.length, parts: [{ part: secret(of), text: known }] };
}

function markIn(text: string, sources: TextSources): Found | undefined {
  const found = MARKED.exec(text);
  if (!found) return undefined;
  const [whole, inner = ''] = found;
  return { at: found.index, length: whole.length, parts: partsOfOutput(referenceOf(inner), sources) };
}

function partsOfOutput(reference: OutputReference, sources: TextSources): readonly KnownPart[] {
  const text = sources.readers.valueOf(reference);
  const [family = '', ...rest] = reference.output.split('.');
  const name = rest.join('.');
  if (rest.length === 0) return [{ part: termOf(reference), text }];
  if (family === 'image') return [{ part: { kind: 'environment', name: 'images', member: name }, text }];
  if (family === 'secret') return secretAddress(name, text, sources);
  const property = family === 'resource' ? sources.genericOutput(name) : undefined;
  if (!property) throw unplaced(reference);
  return [{ part: { kind: 'property', ...property }, text }];
}

/** The address of a secret is that of the vault, and what the environment's parameter says. */
function secretAddress(name: string, text: string, { readers }: TextSources): readonly KnownPart[] {
  const uri = readers.known.read('vaultUri');
  const rest = text.startsWith(uri) ? text.slice(uri.length) : '';
  return [
    {
      part: { kind: 'property', of: 'key-vault', path: 'properties.vaultUri' },
      text: text.slice(0, text.length - rest.length),
    },
    { part: { kind: 'environment', name: 'vaultPaths', member: name }, text: rest },
  ];
}

function termOf(reference: OutputReference): Term {
  const place = placeOfOutput(reference);
  if (!place) throw unplaced(reference);
  if ('term' in place) return { kind: place.term };
  return 'of' in place ? { kind: 'property', ...place } : { kind: 'environment', name: place.parameter };
}

function unplaced({ step, output }: OutputReference): Error {
  return new Error(`it is not said where the output ${step}.${output} comes from`);
}
