import type { ReadProject } from '../../../src/init/compose/project.ts';
import { type ReadOptions, readComposeProject } from '../../../src/init/compose/read-project.ts';
import { composeDraft } from '../../../src/init/convert/compose-draft.ts';
import { memoryFiles } from './memory-files.ts';

interface Given extends Partial<Pick<ReadOptions, 'env' | 'profiles' | 'root' | 'folder' | 'files'>> {
  /** By their paths below /p, beside compose.yaml. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly managed?: ReadonlySet<string>;
}

/** Reads `compose.yaml` of the folder /p. */
export function readText(text: string, { beside = {}, ...options }: Given = {}): ReadProject {
  const texts = Object.entries({ 'compose.yaml': text, ...beside }).map(([path, one]) => [`/p/${path}`, one] as const);
  return readComposeProject({ folder: '/p', env: {}, access: memoryFiles(Object.fromEntries(texts)), ...options });
}

/** Its problems, each on a line: `file:line:column path: message`. */
export function problemsOf(text: string, given: Given = {}): readonly string[] {
  const read = readText(text, given);
  if (read.ok) return [];
  return read.problems.map(({ file, line, column, path, message }) => `${file}:${line}:${column} ${path}: ${message}`);
}

/** What becomes of it; leftovers as `line key: text`. */
export function converted(text: string, given: Given = {}) {
  const read = readText(text, given);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const draft = composeDraft(read.project, { managed: given.managed });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it at any depth.
  const config = draft.config as Record<string, any>;
  return { ...draft, config, left: draft.leftovers.map((one) => `${one.line} ${one.key}: ${one.text}`) };
}
