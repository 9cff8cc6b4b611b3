import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
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

/**
 * Bundles the product into `dist/`: the Functions app, whose first file only registers the functions and loads the others when they
 * are called, and the command line with its simulator. `@azure/functions-core` is supplied by the host at run time.
 */
const common: BuildOptions = {
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
  plugins: [lazyRequires('durable-functions', UNUSED_AT_REGISTRATION)],
  logLevel: 'warning',
};

const root = fileURLToPath(new URL('../', import.meta.url));
/** Another folder may be named, for tests. */
const target = process.argv[2] ?? `${root}dist`;
await rm(target, { recursive: true, force: true });
await build({
  ...common,
  entryPoints: { main: `${root}src/main.ts` },
  chunkNames: 'main/[name]-[hash]',
  outdir: target,
});
await build({
  ...common,
  entryPoints: {
    cli: `${root}src/cli/bin.ts`,
    simulator: `${root}src/simulator/serve.ts`,
    'azurite-guard': `${root}src/cli/serve/azurite-guard.ts`,
  },
  outdir: target,
});
// One file, so that the thread finds it from both: from the top, and from the folder beside it.
await build({
  ...common,
  splitting: false,
  entryPoints: { 'config-thread': `${root}src/runs/uploads/config-thread.ts` },
  outdir: target,
});
await cp(`${root}host.json`, `${target}/host.json`);
await cp(`${root}src/simulator/schemas`, `${target}/simulator-schemas`, { recursive: true });
const { name, version, license, engines } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
// The host's Node worker finds the first file in this one: https://github.com/Azure/azure-functions-nodejs-worker
const manifest = { name, version, license, private: true, type: 'module', main: 'main.js', engines };
await writeFile(`${target}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
await writeFile(
  `${target}/README.txt`,
  'Made by `npm run build`. `main.js` with `main/` is the Functions app, `cli.js` the command line.\n',
);
