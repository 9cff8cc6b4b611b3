import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { esModules } from './es-modules.ts';
import { lazyRequires } from './lazy-requires.ts';

/** Most of the time that durable-functions takes to load; its registration of functions uses none of them. */
const UNUSED_AT_REGISTRATION = [
  'axios',
  'moment',
  'validator',
  'lodash/cloneDeep',
  'debug',

  '@opentelemetry/api',
];

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
  // Bundled CommonJS packages call require for Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
  plugins: [
    lazyRequires('durable-functions', UNUSED_AT_REGISTRATION),
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
  functionsApp: { entryPoints: { main: 'src/main.ts' }, chunkNames: 'main/[name]-[hash]' },
  /** With its simulator. */
  commandLine: {
    entryPoints: {
      cli: 'src/cli/bin.ts',
      simulator: 'src/simulator/serve.ts',
      'azurite-guard': 'src/cli/serve/azurite-guard.ts',
      'functions-host': 'src/cli/hosted/functions-host.ts',
    },
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
    const output = { outdir: target ?? 'dist', write: target !== undefined };
    const { metafile } = await build({ ...COMMON, ...PARTS[part], ...output, metafile: true });
    for (const file of includedFiles(metafile)) files.add(file);
  }
  return [...files].sort();
}

/** Files of which at least a byte is in an output: what is imported and not used is in none. */
function includedFiles({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}
