import type { ComposeFiles } from '../../../src/init/compose/files.ts';

/** Files that are nowhere else, by their absolute paths; folders are what paths lead through. */
export function memoryFiles(texts: Readonly<Record<string, string>>): ComposeFiles {
  const paths = Object.keys(texts);
  return {
    text: (path) => (Object.hasOwn(texts, path) ? texts[path] : undefined),
    kind(path) {
      if (Object.hasOwn(texts, path)) return 'file';
      return paths.some((one) => one.startsWith(path === '/' ? path : `${path}/`)) ? 'folder' : undefined;
    },
  };
}
