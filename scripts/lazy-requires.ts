import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Lets a CommonJS package load some of the packages that it requires when it first uses them, not when it is loaded itself.
 *
 * @param from the package whose own files are changed: as TypeScript compiles them, with one require a line
 * @param folder where each of these packages is a file of its own, from where it is required: who never uses them does not even read them
 */
export function lazyRequires(from: string, packages: readonly string[], folder: string): Plugin {
  return {
    name: 'lazy-requires',
    setup(build) {
      build.onLoad({ filter: new RegExp(`/node_modules/${from}/.*\\.js$`) }, async ({ path }) => ({
        contents: withLazyRequires(await readFile(path, 'utf8'), packages),
      }));
      build.onResolve({ filter: /^[@\w]/ }, ({ path, importer }) =>
        packages.includes(path) && importer.includes(`/node_modules/${from}/`)
          ? { path: `${folder}/${lazyFile(path)}.cjs`, external: true }
          : undefined,
      );
    },
  };
}

/** The name of a package's file, without its ending. */
export function lazyFile(name: string): string {
  return name.replace(/^@/, '').replaceAll('/', '-');
}

const REQUIRE = /^const (\w+) = require\("([^"]+)"\);$/gm;

export function withLazyRequires(code: string, packages: readonly string[]): string {
  let lazy = code;
  for (const [line, name = '', specifier = ''] of code.matchAll(REQUIRE)) {
    if (!packages.includes(specifier)) continue;
    // Not properties of that name: `request.url`, `{ url: … }`.
    const uses = new RegExp(`(?<![.\\w$])${name}\\b(?!\\s*:)`, 'g');
    const rest = lazy.replace(line, '').replaceAll(uses, `(${name}())`);
    // A function declaration, so that it is there whichever line comes first.
    lazy = `${rest}\nfunction ${name}() { return require("${specifier}"); }\n`;
  }
  return lazy;
}
