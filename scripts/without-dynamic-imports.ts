import type { Plugin } from 'esbuild';

/**
 * Leaves out what a program loads only when it is asked for, and is never asked for here: esbuild puts it into the file where that is the only one.
 *
 * @param needed what is loaded all the same
 */
export function withoutDynamicImports(needed: RegExp): Plugin {
  return {
    name: 'without-dynamic-imports',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path }) =>
        kind === 'dynamic-import' && !needed.test(path) ? { path, external: true } : undefined,
      );
    },
  };
}
