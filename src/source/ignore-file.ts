import dockerignore from '@balena/dockerignore';
import { type FileTree, joinPath, type PathFilter } from './file-tree.ts';

/** The package exports the function itself; its types speak of a default export that is not there. */
const ignore = dockerignore as unknown as typeof dockerignore.default;

/** The ignore files that a build of this Dockerfile looks for, the first one that is there counts. */
export function ignoreFilesOf(dockerfile: string): readonly string[] {
  return [`${dockerfile}.dockerignore`, '.dockerignore'];
}

/** `<Dockerfile>.dockerignore` wins over the context's `.dockerignore`, as in Docker; absent: nothing is ignored. */
export async function readIgnoreFile(tree: FileTree, context: string, dockerfile: string): Promise<PathFilter> {
  for (const name of ignoreFilesOf(dockerfile)) {
    const text = await tree.readText(joinPath(context, name));
    if (text !== undefined) return parseIgnoreFile(text);
  }
  return parseIgnoreFile('');
}

export function parseIgnoreFile(text: string): PathFilter {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const patterns = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const matcher = ignore().add(patterns);
  return {
    ignores: (path) => matcher.ignores(path),
    hasExceptions: patterns.some((pattern) => pattern.startsWith('!')),
  };
}
