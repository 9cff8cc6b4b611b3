import { isMap } from 'yaml';
import type { ConfigProblem } from '../model.ts';
import { dataOf } from './yaml-data.ts';
import { parseYaml, type YamlDocument } from './yaml-document.ts';
import { offsetOf, sourceText } from './yaml-nodes.ts';

export { MAX_PROBLEMS } from './yaml-document.ts';

export interface ConfigDocument {
  readonly value: unknown;
  /** The same, with every scalar as it stands in the file: `1.10` and not 1.1. */
  readonly texts: unknown;
  /** A problem at the position of a path, or of its nearest parent in the text. */
  problemAt(path: readonly PropertyKey[], message: string, what?: 'key' | 'value'): ConfigProblem;
}

export type ReadDocument =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * YAML or JSON text as plain data, with the position of every value.
 *
 * @param file named by problems, where it is not the one that everybody thinks of
 */
export function readDocument(text: string, file?: string): ReadDocument {
  const read = readText(text);
  if (file === undefined) return read;
  if (!read.ok) return { ok: false, problems: read.problems.map((problem) => ({ ...problem, file })) };
  const { document } = read;
  const problemAt: ConfigDocument['problemAt'] = (...about) => ({ ...document.problemAt(...about), file });
  return { ok: true, document: { ...document, problemAt } };
}

function readText(text: string): ReadDocument {
  const read = parseYaml(text);
  return read.ok ? dataIn(read.value) : read;
}

function dataIn({ document, targets, problemAt, use }: YamlDocument): ReadDocument {
  const { contents } = document;
  const refusal = (message: string): ReadDocument => ({ ok: false, problems: [problemAt([], message, 0)] });
  const read = use(() => ({
    value: dataOf(contents, targets, (scalar) => scalar.value),
    texts: dataOf(contents, targets, sourceText),
  }));
  if (!read.ok) return read;
  if (read.value.value === null || read.value.value === undefined) return refusal('the configuration is empty');
  if (!isMap(contents)) return refusal('expected keys and values at the top, found something else');
  return {
    ok: true,
    document: {
      ...read.value,
      problemAt: (path, message, what = 'value') => problemAt(path, message, offsetOf(document, targets, path, what)),
    },
  };
}
