import { cp, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/**
 * Bundles the product into `dist/`: one file for the Functions app, so that a cold start loads one file, and the
 * command line with its simulator. `@azure/functions-core` is supplied by the host at run time.
 */
const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  sourcemap: true,
  external: ['@azure/functions-core'],
  // Bundled CommonJS packages call require for Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
};

const root = fileURLToPath(new URL('../', import.meta.url));
/** Another folder may be named, for tests. */
const target = process.argv[2] ?? `${root}dist`;
await rm(target, { recursive: true, force: true });
await build({ ...common, entryPoints: { main: `${root}src/main.ts` }, outdir: target });
await build({
  ...common,
  packages: 'external',
  splitting: true,
  entryPoints: {
    cli: `${root}src/cli/bin.ts`,
    simulator: `${root}src/simulator/serve.ts`,
    'azurite-guard': `${root}src/cli/serve/azurite-guard.ts`,
  },
  outdir: target,
});
await cp(`${root}host.json`, `${target}/host.json`);
await cp(`${root}src/simulator/schemas`, `${target}/simulator-schemas`, { recursive: true });
await writeFile(
  `${target}/README.txt`,
  'Made by `npm run build`. `main.js` is the Functions app, `cli.js` the command line.\n',
);
