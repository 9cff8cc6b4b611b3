import { isJsonObject } from '../../../shared/json.ts';
import { DEFAULT_ENVIRONMENT } from '../../environment-name.ts';
import { type ConfigDocument, readDocument } from '../document/document.ts';
import { resetPaths } from '../document/reset.ts';
import type { ConfigProblem } from '../model.ts';
import { configSchema } from '../schema.ts';
import { suggestion } from '../unknown-keys.ts';
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
  readonly overlay?: OverlayText | undefined;
}

/** The configuration of one environment. */
export interface OverlaidDocument extends ConfigDocument {
  /** Everything that is written, for other environments, too. */
  readonly layers: readonly Layer[];
  /** Undefined: the environment has no overlay. */
  readonly overlay: Layer | undefined;
  placeOf(path: readonly string[]): Place;
}

type Overlaid =
  | { readonly ok: true; readonly document: OverlaidDocument }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** The document with what it, or a file beside it, says of one environment laid over it. */
export function overlaid(document: ConfigDocument, { environment, overlay }: OverlayChoice): Overlaid {
  const base: Layer = {
    document,
    root: [],
    value: withoutEnvironments(document.value),
    texts: withoutEnvironments(document.texts),
  };
  const { inline, problems } = inlineOverlays(document);
  const read = overlay && readDocument(overlay.text, overlay.file);
  if (read && !read.ok) return { ok: false, problems: [...problems, ...read.problems] };
  const separate: Layer | undefined = read && { ...read.document, document: read.document, root: [] };
  const layers = [base, ...inline.values(), ...(separate ? [separate] : [])];
  const found = [
    ...problems,
    ...unknownEnvironment(document, inline, { environment, overlay }),
    ...twoOverlays(document, inline, { environment, overlay }),
    ...layers.flatMap((layer) => misplacedResets(layer, layer === base)),
  ];
  if (found.length > 0) return { ok: false, problems: found };
  return { ok: true, document: { ...laidOver(base, separate ?? inline.get(environment)), layers } };
}

function laidOver(base: Layer, overlay: Layer | undefined): Omit<OverlaidDocument, 'layers'> {
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

function unknownEnvironment(
  document: ConfigDocument,
  inline: Inline,
  { environment, overlay }: OverlayChoice,
): readonly ConfigProblem[] {
  if (inline.size === 0 || overlay || environment === DEFAULT_ENVIRONMENT || inline.has(environment)) return [];
  const known = [...new Set([DEFAULT_ENVIRONMENT, ...inline.keys()])];
  const meant = suggestion(environment, known);
  const message = `has no environment ${environment}; there are: ${known.join(', ')}${meant ? `; did you mean ${meant}?` : ''}`;
  return [document.problemAt([ENVIRONMENTS], message, 'key')];
}

function twoOverlays(
  document: ConfigDocument,
  inline: Inline,
  { environment, overlay }: OverlayChoice,
): readonly ConfigProblem[] {
  if (!overlay || !inline.has(environment)) return [];
  const message = `stands here and in ${overlay.file}; keep one of them`;
  return [document.problemAt([ENVIRONMENTS, environment], message, 'key')];
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
