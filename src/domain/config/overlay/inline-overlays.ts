import { isJsonObject } from '../../../shared/json.ts';
import { ENVIRONMENT_NAME } from '../../environment-name.ts';
import type { ConfigDocument } from '../document/document.ts';
import type { ConfigProblem } from '../model.ts';
import type { Layer } from './tree.ts';

/** The key of the file under which overlays stand. */
export const ENVIRONMENTS = 'environments';

/** The overlays that stand in the file itself, by environment; an environment may say nothing of its own. */
export function inlineOverlays(document: ConfigDocument): {
  readonly inline: ReadonlyMap<string, Layer>;
  readonly problems: readonly ConfigProblem[];
} {
  const [values, texts] = [membersOf(document.value), membersOf(document.texts)];
  if (values === undefined || values === null) return { inline: new Map(), problems: [] };
  if (!isJsonObject(values)) {
    const message = 'expected the names of environments, and below each what differs there';
    return { inline: new Map(), problems: [document.problemAt([ENVIRONMENTS], message)] };
  }
  const inline = new Map<string, Layer>();
  const problems: ConfigProblem[] = [];
  for (const [name, value] of Object.entries(values)) {
    const root = [ENVIRONMENTS, name];
    if (!ENVIRONMENT_NAME.test(name))
      problems.push(
        document.problemAt(
          root,
          'is no name of an environment; allowed: a lower-case letter, then at most 38 lower-case letters, digits or hyphens',
          'key',
        ),
      );
    const isMap = isJsonObject(value);
    if (!isMap && value !== null)
      problems.push(document.problemAt(root, 'expected what differs there, as keys and values'));
    const text = (texts as Record<string, unknown>)[name];
    inline.set(name, { document, root, value: isMap ? value : {}, texts: isMap ? text : {} });
  }
  return { inline, problems };
}

function membersOf(value: unknown): unknown {
  return isJsonObject(value) && Object.hasOwn(value as object, ENVIRONMENTS)
    ? (value as Record<string, unknown>)[ENVIRONMENTS]
    : undefined;
}
