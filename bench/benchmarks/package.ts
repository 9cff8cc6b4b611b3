import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withBuiltProduct } from '../built-product.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';

const REPETITIONS = 5;
/** The product with the packages that it named as dependencies, before it was its own bundle. */
const BEFORE = { name: 'with 184 packages beside it', value: 204 };

/** What somebody gets who installs the package, and how long npm takes for it with nothing to fetch. */
export const packageSize: Benchmark = {
  name: 'package',
  measure: () =>
    withBuiltProduct(async ({ directory }) => {
      const sources = join(directory, 'sources');
      const manifest = await readFile(join(directory, 'package.json'), 'utf8');
      const { version } = JSON.parse(manifest) as { version: string };
      await cp(join(directory, 'dist'), join(sources, 'dist'), { recursive: true });
      // A file of its own: npm packs no links.
      await writeFile(join(sources, 'package.json'), manifest);
      npm(sources, 'pack', '--ignore-scripts', '--pack-destination', directory);
      const archive = join(directory, `draftgenie-deploy-${version}.tgz`);
      const install: number[] = [];
      const nothing: number[] = [];
      for (let index = 0; index < REPETITIONS; index += 1) {
        const folder = join(directory, `installed-${index}`);
        await mkdir(folder);
        await writeFile(join(folder, 'package.json'), '{"private": true}');
        nothing.push(npm(folder, '--version'));
        install.push(npm(folder, 'install', '--offline', '--no-audit', '--no-fund', archive));
      }
      const installed = await sizeOf(join(directory, 'installed-0/node_modules'));
      return [
        { name: 'package, packed', value: (await stat(archive)).size / 2 ** 20, unit: 'MB' },
        { name: 'package, installed', value: installed / 2 ** 20, unit: 'MB', beside: BEFORE },
        {
          name: 'package, installation with nothing to fetch',
          value: median(install),
          unit: 'ms',
          beside: { name: 'npm that does nothing', value: median(nothing) },
        },
      ] satisfies Figure[];
    }),
};

/** @returns how long it took, in milliseconds */
function npm(cwd: string, ...args: readonly string[]): number {
  const began = performance.now();
  execFileSync('npm', [...args], { cwd, stdio: 'ignore' });
  return performance.now() - began;
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => stat(join(parentPath, name)));
  return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
}
