import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Lets packages load some of Node's own modules, or other packages, when they first use them. An import stands at the top of a file, and
 * loading one of these takes as long as a tenth of an empty process.
 *
 * @param from which packages; of ES modules only those that import the default export alone
 * @param names of Node's modules, and of packages of CommonJS
 */
export function lazyModules(from: RegExp, names: readonly string[]): Plugin {
  const namespace = `lazy-${names.join('-')}`;
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^[\w:]+$/ }, ({ path, importer }) =>
        names.includes(path) && from.test(importer) ? { path, namespace, pluginData: dirname(importer) } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace }, ({ path, pluginData: resolveDir }) => ({
        contents: lazyModule(path),
        resolveDir,
      }));
    },
  };
}

/** Whether it was compiled from an ES module is asked by whoever requires it; none of these was. */
function lazyModule(name: string): string {
  return `const load = () => require(${JSON.stringify(name)});
module.exports = new Proxy(function () {}, {
  get: (_, member) => member === '__esModule' ? undefined : load()[member],
  apply: (_, self, words) => Reflect.apply(load(), self, words),
});`;
}
