import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';
import { esModules } from './es-modules.ts';
import { lazyModules } from './lazy-modules.ts';
import { lazyFile, lazyRequires } from './lazy-requires.ts';
import { BANNER, withRequiredBuiltins } from './required-builtins.ts';
import { unlessFormData } from './unless-form-data.ts';
import { withoutDynamicImports } from './without-dynamic-imports.ts';

/** Most of the time that durable-functions takes to load; its registration of functions uses none of them. */
const UNUSED_AT_REGISTRATION = [
  'axios',
  'moment',
  'validator',
  'lodash/cloneDeep',
  'debug',

  '@opentelemetry/api',
];

/** It tells an older Node what is needed. */
const STARTS_ON_ANY_NODE = 'src/cli/bin.ts';

/** Beside the files that require from it. */
const LAZY_FOLDER = './lazy';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

const COMMON: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  // Less to read and to parse; names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  external: ['@azure/functions-core'],
  banner: { js: BANNER },
  plugins: [
    lazyRequires('durable-functions', UNUSED_AT_REGISTRATION, LAZY_FOLDER),
    // For identities with a certificate alone.
    lazyModules(/\/@azure\/msal-node\//, ['jsonwebtoken']),
    // For hosts that pass requests on as streams, which nothing here asks for.
    lazyModules(/\/@azure\/functions\//, ['http', 'net', 'url', 'util', 'crypto']),
    unlessFormData(),
    esModules(/^@opentelemetry\/(core|otlp-transformer|resources|sdk-metrics|sdk-trace|semantic-conventions)$/),
  ],
  logLevel: 'warning',
};

/** Where `action.yml` finds its step. */
export const ACTION_BUNDLE = 'action/bundle';

/** One file of the action, to be read: it lies in the repository, since GitHub runs an action from a checkout and installs nothing. */
export async function bundleAction(): Promise<{ readonly text: string; readonly files: readonly string[] }> {
  const { plugins: _, sourcemap: _map, ...common } = COMMON;
  const { metafile, outputFiles } = await build({
    ...common,
    entryPoints: { run: 'action/run.ts' },
    outdir: ACTION_BUNDLE,
    splitting: false,
    minifyWhitespace: false,
    minifySyntax: false,
    write: false,
    metafile: true,
  });
  return { text: outputFiles[0]?.text ?? '', files: includedFiles(metafile) };
}

/** What each of them imports of others it has a copy of. */
const PARTS = {
  /** Its first file only registers the functions and loads the others when they are called. */
  functionsApp: { entryPoints: { 'main/start': 'src/main.ts' }, chunkNames: 'main/[name]-[hash]' },
  /** With its simulator. */
  commandLine: {
    entryPoints: {
      cli: 'src/cli/bin.ts',
      simulator: 'src/simulator/serve.ts',
      'azurite-guard': 'src/cli/serve/azurite-guard.ts',
      'functions-host': 'src/cli/hosted/functions-host.ts',
    },
  },
  /**
   * What needs nothing but the table of commands: one file, so that a shell that completes a word reads no other, and of CommonJS, which
   * Node loads at once where it asks for ES modules by and by.
   */
  printing: {
    entryPoints: { 'print-only': 'src/cli/print-only.ts' },
    splitting: false,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'importMetaUrl' },
    plugins: [
      withoutDynamicImports(/completion\.ts$/),
      lazyModules(/\/node_modules\//, ['node:child_process', 'node:assert']),
    ],
  },
  /** A thread of both. One file, so that they find it from the top, and from the folder beside it. */
  configThread: { entryPoints: { 'config-thread': 'src/runs/uploads/config-thread.ts' }, splitting: false },
  /** For browsers, which need every byte of it sent: without names, too. */
  page: {
    entryPoints: { 'page/page': 'src/page/main.tsx' },
    platform: 'browser',
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    splitting: false,
    minify: true,
    banner: {},
    external: [],
    plugins: [],
  },
} satisfies Record<string, BuildOptions>;

export type Part = keyof typeof PARTS;
export const ALL_PARTS = Object.keys(PARTS) as readonly Part[];

/**
 * Bundles parts of the product. `@azure/functions-core` is supplied by the host at run time.
 *
 * @param target the folder that it is written to; without one nothing is written
 * @returns the files that are in it, by their paths from the root of the project
 */
export async function bundle(parts: readonly Part[], target?: string): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const part of parts) {
    const options: BuildOptions = { ...COMMON, ...PARTS[part], outdir: target ?? 'dist' };
    const lazy = LAZY_BESIDE[part];
    const outputs = [options, ...(lazy === undefined ? [] : [lazyPackages(options, lazy)])];
    for (const one of outputs) {
      const { metafile, outputFiles } = await build({ ...one, metafile: true, write: false });
      for (const file of includedFiles(metafile)) files.add(file);
      if (target !== undefined) await writeFiles(outputFiles, metafile);
    }
  }
  return [...files].sort();
}

/** Where files of a part require packages that they load when they first use them. */
const LAZY_BESIDE: Partial<Record<Part, string>> = { functionsApp: 'main', commandLine: '.' };

/** Each of them as a file of its own, as it is required. */
function lazyPackages({ outdir = '' }: BuildOptions, folder: string): BuildOptions {
  const require = createRequire(createRequire(import.meta.url).resolve('durable-functions'));
  return {
    absWorkingDir: ROOT,
    entryPoints: UNUSED_AT_REGISTRATION.map((name) => ({ in: require.resolve(name), out: lazyFile(name) })),
    outdir: join(outdir, folder, LAZY_FOLDER),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
  };
}

async function writeFiles(files: readonly OutputFile[], { outputs }: Metafile): Promise<void> {
  const imported = new Map(
    Object.entries(outputs).flatMap(([path, { entryPoint, imports }]) => {
      if (entryPoint === STARTS_ON_ANY_NODE) return [];
      return [
        [
          resolve(ROOT, path),
          imports.filter(({ kind, path }) => kind === 'import-statement' && isBuiltin(path)).length,
        ],
      ];
    }),
  );
  for (const { path, text } of files) {
    await mkdir(dirname(path), { recursive: true });
    const count = text.includes(BANNER) ? imported.get(path) : undefined;
    await writeFile(path, count === undefined ? text : withRequiredBuiltins(text, count));
  }
}

/** Files of which at least a byte is in an output: what is imported and not used is in none. */
function includedFiles({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}
