import { execFileSync } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { withBuiltProduct } from '../built-product.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';
import { emptyProcessTime, processTime } from '../process-time.ts';

const REPETITIONS = 15;
const COLD_LOAD_AT_MOST = 2;

/** Cold start of the Functions app: from the start of a process to all functions registered, without any cache of code. */
export const cold: Benchmark = {
  name: 'cold',
  measure: () =>
    withBuiltProduct(async ({ directory, main }) => {
      const loader = join(directory, 'load-functions.cjs');
      await bundleLoader(loader);
      const empty: number[] = [];
      const load: number[] = [];
      // In turns, so that both are measured under the same load of the machine.
      for (let index = 0; index < REPETITIONS; index += 1) {
        empty.push(emptyProcessTime());
        load.push(processTime([loader, main]));
      }
      const read = Number(execFileSync(process.execPath, [loader, main, '--bytes'], { encoding: 'utf8' }));
      const name = 'cold load of the Functions app';
      return [
        { name: `${name}: code that it reads`, value: read / 1024, unit: 'KB' },
        { name: 'code in the bundles, with the command line', value: (await codeIn(dirname(main))) / 1024, unit: 'KB' },
        {
          name,
          value: median(load),
          unit: 'ms',
          beside: { name: 'empty process', value: median(empty) },
          target: { of: 'ratio', atMost: COLD_LOAD_AT_MOST },
        },
        {
          name: `${name}, best`,
          value: Math.min(...load),
          unit: 'ms',
          beside: { name: 'empty process, best', value: Math.min(...empty) },
        },
      ] satisfies Figure[];
    }),
};

/** The worker that loads the app is no part of what is measured: one small file of CommonJS, as the worker of the Functions host is. */
async function bundleLoader(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('../load-functions.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
}

async function codeIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true });
  const sizes = entries
    .filter((name) => /\.c?js$/.test(name))
    .map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
