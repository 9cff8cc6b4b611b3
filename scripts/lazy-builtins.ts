import type { Plugin } from 'esbuild';

/**
 * Lets packages load some of Node's own modules when they first use them. An import stands at the top of a file, and loading one of these takes
 * as long as a tenth of an empty process.
 *
 * @param names modules of which packages import the default export alone
 */
export function lazyBuiltins(names: readonly string[]): Plugin {
  return {
    name: 'lazy-builtins',
    setup(build) {
      build.onResolve({ filter: /^[\w:]+$/ }, ({ path, importer }) =>
        names.includes(path) && importer.includes('/node_modules/') ? { path, namespace: 'lazy-builtin' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({ contents: lazyModule(path) }));
    },
  };
}

function lazyModule(name: string): string {
  return `const load = () => process.getBuiltinModule(${JSON.stringify(name)});
export default new Proxy(function () {}, {
  get: (_, member) => load()[member],
  apply: (_, self, words) => Reflect.apply(load(), self, words),
});`;
}
