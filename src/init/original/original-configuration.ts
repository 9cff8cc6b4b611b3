import type { ConfigProblem } from '../../domain/config/model.ts';
import { type ConfigResult, configError, parseConfig } from '../../domain/config/parse.ts';
import { shownText } from '../../shared/shown-text.ts';
import type { Leftover } from '../draft.ts';

export interface OriginalConfiguration {
  readonly text: string;
  /** Keys that mean nothing here, and what else may not be meant. */
  readonly leftovers: readonly Leftover[];
}

/**
 * The original script's configuration as one of ours: the same text, names and values, which work as they are, with a heading, what
 * may not be meant as a comment above its place, and `interpolate: true` where no `$` changes its meaning by that.
 *
 * @param file as problems name it
 * @throws InvalidConfig with the problems of the file
 */
export function originalConfiguration(text: string, file: string, heading: readonly string[]): OriginalConfiguration {
  const result = parseConfig(text, { allowUnknownKeys: true });
  if (!result.ok) throw configError(file, result.problems);
  const { digest, warnings } = result.parsed;
  const saysTheSame = (candidate: string): boolean => digestOf(candidate) === digest;
  const [commented] = [withComments(text, warnings), text].filter(saysTheSame);
  const body = commented ?? text;
  const head = heading.map((line) => `# ${shownText(line)}\n`).join('');
  const [written] = [atTop(body, `${head}\ninterpolate: true\n\n`), atTop(body, `${head}\n`)].filter(saysTheSame);
  return {
    text: written ?? body,
    leftovers: warnings.map(({ path, message, line = 1 }) => ({ file, line, key: path, text: message })),
  };
}

function digestOf(text: string): string | undefined {
  const result: ConfigResult = parseConfig(text, { allowUnknownKeys: true });
  return result.ok ? result.parsed.digest : undefined;
}

/** Directives, and the mark of a document, stay first. */
function atTop(text: string, added: string): string {
  const [directives = ''] = /^\uFEFF?(?:(?:%|#).*\n|\s*\n)*---[ \t]*(?:#.*)?\n/.exec(text) ?? [];
  return `${directives}${added}${text.slice(directives.length)}`;
}

function withComments(text: string, warnings: readonly ConfigProblem[]): string {
  const above = Map.groupBy(warnings, ({ line = 1 }) => line);
  const lines = text.split('\n').flatMap((line, index) => {
    const [indent = ''] = /^ */.exec(line) ?? [];
    const found = above.get(index + 1) ?? [];
    return [...found.map(({ path, message }) => `${indent}# ${shownText(`${path}: ${message}`)}`), line];
  });
  return lines.join('\n');
}
