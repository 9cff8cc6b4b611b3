import { isJsonObject } from '../../../shared/json.ts';
import { suggestion } from '../../../shared/suggestion.ts';
import { DEFAULT_ENVIRONMENT } from '../../environment-name.ts';
import { type ConfigDocument, readDocument } from '../document/document.ts';
import { resetPaths } from '../document/reset.ts';
import type { ConfigProblem } from '../model.ts';
import { configSchema } from '../schema.ts';
import { ENVIRONMENTS, inlineOverlays } from './inline-overlays.ts';
import { dataIn, type Layer, merged, type Place, placeIn, written } from './tree.ts';

/** An overlay in a file of its own. */
export interface OverlayText {
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
}

export interface OverlayChoice {
  readonly environment: string;
  /** The environment whose overlay is laid over, where this one has none of its own. */
  readonly from?: string | undefined;
  /** The one that it was made from before; counts where nothing else is said. */
  readonly remembered?: string | undefined;
  /** In a file of its own, of the one or of the other. */
  readonly overlay?: OverlayText | undefined;
}

/** The configuration of one environment. */
export interface OverlaidDocument extends ConfigDocument {
  /** Everything that is written, for other environments, too. */
  readonly layers: readonly Layer[];
  /** Undefined: the environment has no overlay. */
  readonly overlay: Layer | undefined;
  /** The environment from whose overlay it is made; undefined: its own. */
  readonly from: string | undefined;
  placeOf(path: readonly string[]): Place;
}

type Overlaid =
  | { readonly ok: true; readonly document: OverlaidDocument }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** The document with what it, or a file beside it, says of one environment laid over it. */
export function overlaid(document: ConfigDocument, asked: OverlayChoice): Overlaid {
  const { overlay } = asked;
  const base: Layer = {
    document,
    root: [],
    value: withoutEnvironments(document.value),
    texts: withoutEnvironments(document.texts),
  };
  const { inline, problems } = inlineOverlays(document);
  const hasOwn = overlay !== undefined || inline.has(asked.environment);
  const choice: OverlayChoice = { ...asked, from: asked.from ?? (hasOwn ? undefined : asked.remembered) };
  const read = overlay && readDocument(overlay.text, overlay.file);
  if (read && !read.ok) return { ok: false, problems: [...problems, ...read.problems] };
  const separate: Layer | undefined = read && { ...read.document, document: read.document, root: [] };
  const layers = [base, ...inline.values(), ...(separate ? [separate] : [])];
  const found = [
    ...problems,
    ...unknownEnvironment(document, inline, choice),
    ...unusableOrigin(document, inline, choice),
    ...twoOverlays(document, inline, choice),
    ...layers.flatMap((layer) => misplacedResets(layer, layer === base)),
  ];
  if (found.length > 0) return { ok: false, problems: found };
  const { from } = choice;
  return { ok: true, document: { ...laidOver(base, separate ?? inline.get(origin(choice))), from, layers } };
}

function laidOver(base: Layer, overlay: Layer | undefined): Omit<OverlaidDocument, 'layers' | 'from'> {
  const tree = overlay ? merged(written(base), written(overlay), configSchema) : written(base);
  const placeOf = (path: readonly string[]): Place => placeIn(tree, path);
  return {
    value: overlay ? dataIn(tree, 'value') : base.value,
    texts: overlay ? dataIn(tree, 'texts') : base.texts,
    overlay,
    placeOf,
    problemAt(path, message, what) {
      const { layer, path: there } = placeOf(path.map(String));
      return layer.document.problemAt([...layer.root, ...there], message, what);
    },
  };
}

function withoutEnvironments(value: unknown): unknown {
  if (!isJsonObject(value) || !Object.hasOwn(value as object, ENVIRONMENTS)) return value;
  const { [ENVIRONMENTS]: _, ...rest } = value as Record<string, unknown>;
  return rest;
}

type Inline = ReadonlyMap<string, Layer>;

/** The environment whose overlay counts. */
function origin({ environment, from = environment }: OverlayChoice): string {
  return from;
}

function unknownEnvironment(document: ConfigDocument, inline: Inline, choice: OverlayChoice): readonly ConfigProblem[] {
  const wanted = origin(choice);
  const isOpen = inline.size === 0 && choice.from === undefined;
  if (isOpen || choice.overlay || wanted === DEFAULT_ENVIRONMENT || inline.has(wanted)) return [];
  const known = [...new Set([DEFAULT_ENVIRONMENT, ...inline.keys()])];
  const meant = suggestion(wanted, known);
  const like = choice.from === undefined ? `; for one more like one of them: --from ${known.at(-1)}` : '';
  const message = `has no environment ${wanted}; there are: ${known.join(', ')}${meant ? `; did you mean ${meant}?` : like}`;
  return [document.problemAt([ENVIRONMENTS], message, 'key')];
}

/** What is made from another one is neither that, nor the file as it is, nor what has an overlay of its own. */
function unusableOrigin(
  document: ConfigDocument,
  inline: Inline,
  { environment, from }: OverlayChoice,
): readonly ConfigProblem[] {
  if (from === undefined) return [];
  const why =
    environment === from || environment === DEFAULT_ENVIRONMENT
      ? `${environment} is made from the file itself; name the new one with --environment, or leave --from out`
      : inline.has(environment)
        ? `${environment} has an overlay of its own; leave --from out`
        : undefined;
  return why === undefined ? [] : [document.problemAt([ENVIRONMENTS, environment], why, 'key')];
}

function twoOverlays(document: ConfigDocument, inline: Inline, choice: OverlayChoice): readonly ConfigProblem[] {
  const { overlay } = choice;
  if (!overlay || !inline.has(origin(choice))) return [];
  const message = `stands here and in ${overlay.file}; keep one of them`;
  return [document.problemAt([ENVIRONMENTS, origin(choice)], message, 'key')];
}

function misplacedResets({ document, root, value }: Layer, isBase: boolean): readonly ConfigProblem[] {
  return resetPaths(value).flatMap((path) => {
    const isOfList = path.slice(0, -1).some((_, index) => Array.isArray(valueAt(value, path.slice(0, index + 1))));
    if (!isBase && path.length > 0 && !isOfList) return [];
    const why = isBase ? 'there is nothing below' : 'a list is replaced as a whole';
    return [document.problemAt([...root, ...path], `!reset takes a key of an overlay away; here ${why}`)];
  });
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((one, key) => (one as Record<string, unknown>)[key], value);
}
