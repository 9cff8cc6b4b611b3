import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Packages that have their code as ES modules, too, and name them in the field `module`, which esbuild leaves aside for Node: of ES modules only what
 * is used is bundled. https://esbuild.github.io/api/#main-fields
 *
 * @param names which packages; what is imported by `require` stays as it is
 */
export function esModules(names: RegExp): Plugin {
  return {
    name: 'es-modules',
    setup(build) {
      build.onResolve({ filter: names }, async ({ path, kind, resolveDir, importer, pluginData }) => {
        if (kind === 'require-call' || pluginData === RESOLVED) return undefined;
        const found = await build.resolve(path, { kind, resolveDir, importer, pluginData: RESOLVED });
        if (found.errors.length > 0) return { errors: found.errors };
        const [folder = ''] = new RegExp(`^.*/node_modules/${path}/`).exec(found.path) ?? [];
        const { module } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { module?: string };
        return module === undefined ? undefined : { path: join(folder, module), sideEffects: false };
      });
    },
  };
}

/** Marks what this plugin asks itself. */
const RESOLVED = Symbol('resolved');
