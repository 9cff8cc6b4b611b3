import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { lazyModules } from '../../../scripts/lazy-modules.ts';
import { unlessFormData } from '../../../scripts/unless-form-data.ts';
import { tempDirectory } from '../../helpers/temp.ts';

/** Bundles the files and runs the first, with a require of its own; answers what it exported and what it required, in order. */
async function run(files: Readonly<Record<string, string>>, plugins: Parameters<typeof build>[0]['plugins']) {
  const directory = await tempDirectory();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  const { outputFiles } = await build({
    entryPoints: [join(directory, Object.keys(files)[0] ?? '')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    plugins,
  });
  const required: string[] = [];
  const module = { exports: {} as Record<string, (...words: unknown[]) => unknown> };
  new Function('require', 'module', 'exports', outputFiles[0]?.text ?? '')(
    (name: string) => {
      required.push(name);
      return process.getBuiltinModule(name);
    },
    module,
    module.exports,
  );
  return { exports: module.exports, required };
}

describe('a module that a package loads when it first uses it', () => {
  const files = {
    'main.js': "export { join } from 'early'; export { isFile } from 'late'; export { dir } from 'old';",
    'node_modules/early/index.js': "import path from 'path'; export const join = (...parts) => path.join(...parts);",
    'node_modules/late/index.js': "import fs from 'fs'; export const isFile = (name) => fs.statSync(name).isFile();",
    'node_modules/old/index.js': "const path_1 = require('path'); exports.dir = (name) => (0, path_1.dirname)(name);",
  };

  it('is loaded then, whichever way it is imported, and for the packages that are named alone', async () => {
    const { exports, required } = await run(files, [lazyModules(/\/node_modules\/(?:late|old)\//, ['fs', 'path'])]);
    expect(required).toEqual(['path']);
    expect(exports.isFile?.(import.meta.filename)).toBe(true);
    expect(exports.dir?.('/a/b')).toBe('/a');
    expect(required).toEqual(['path', 'fs', 'path']);
    expect(exports.join?.('a', 'b')).toBe('a/b');
  });
});

describe("the SDKs' question whether a body is FormData", () => {
  it('names the class, which Node makes then, for a body alone that says so', async () => {
    const real = Object.getOwnPropertyDescriptor(globalThis, 'FormData');
    const body = new FormData();
    body.append('name', 'value');
    let named = 0;
    const file = join(process.cwd(), 'node_modules/@typespec/ts-http-runtime/dist/esm/formData.js');
    const { exports } = await run({ 'main.js': `export * from ${JSON.stringify(file)};` }, [unlessFormData()]);
    const get = (): unknown => {
      named += 1;
      return body.constructor;
    };
    Object.defineProperty(globalThis, 'FormData', { configurable: true, get });
    try {
      const converted = exports.convertBodyToFormDataMap;
      expect([undefined, null, 'text', {}, Buffer.from('')].map((other) => converted?.(other))).toEqual(
        Array(5).fill(undefined),
      );
      expect(named).toBe(0);
      expect(converted?.(body)).toEqual({ name: ['value'] });
    } finally {
      if (real) Object.defineProperty(globalThis, 'FormData', real);
    }
  });
});
