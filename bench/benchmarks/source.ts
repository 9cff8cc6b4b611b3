import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Measured, measureCommand } from '../command.ts';
import type { Benchmark, Figure } from '../figure.ts';
import { generateTree } from '../generate-tree.ts';

/** `BENCH_FILES=200000 BENCH_MEGABYTES=5120`: others. */
const FILES = Number(process.env.BENCH_FILES ?? 50_000);
const MEGABYTES = Number(process.env.BENCH_MEGABYTES ?? 1024);
/** That share the tree as their context. */
const IMAGES = 40;

/**
 * Digest of a large source tree, cold (no cache) and warm (nothing changed), beside what everybody knows the speed of: `git status` on
 * the same tree, which also knows files again by size, time and inode, and `tar | sha256sum`, which reads everything.
 */
export const source: Benchmark = {
  name: 'source',
  async measure() {
    const root = await mkdtemp(join(tmpdir(), 'draftgenie-bench-'));
    try {
      const tree = join(root, 'tree');
      await generateTree(tree, FILES, MEGABYTES);
      commitAll(tree);
      await writeFile(join(root, 'status.sh'), `git -C '${tree}' status --short`);
      await writeFile(join(root, 'tar.sh'), `tar -C '${tree}' --exclude .git -c . | sha256sum`);
      const digest = [await bundled(root), tree, join(root, 'cache.txt')];
      // Everything is in the system's own cache before the first is measured.
      execFileSync('tar', ['-C', tree, '-cf', '/dev/null', '.']);
      const cold = measureCommand(process.execPath, digest);
      const warm = measureCommand(process.execPath, digest);
      const many = measureCommand(process.execPath, [...digest, String(IMAGES)]);
      const status = measureCommand('sh', [join(root, 'status.sh')]);
      const tar = measureCommand('sh', [join(root, 'tar.sh')]);
      const what = `digest of ${FILES} files, ${MEGABYTES} MB`;
      return [
        seconds(`${what}, cold`, cold, { name: 'tar to sha256sum', value: tar.seconds }, 1),
        seconds(`${what}, warm`, warm, { name: 'git status', value: status.seconds }, 5),
        seconds(`${what}, warm, of ${IMAGES} images`, many, { name: 'of one', value: warm.seconds }),
        { name: `${what}, cold: peak memory`, value: cold.peakInMb, unit: 'MB' },
        { name: `${what}, ${IMAGES} images: peak memory`, value: many.peakInMb, unit: 'MB' },
      ];
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

/** As users have it: the product is a bundle, whose types nobody strips when it starts. */
async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, 'digest-once.mjs');
  // Packages that are no modules of the standard ask for Node's own by `require`.
  const js = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
  const entryPoints = [fileURLToPath(new URL('../digest-once.ts', import.meta.url))];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', banner: { js } });
  return outfile;
}

function commitAll(tree: string): void {
  // What is kept is asked for by nobody, and nothing is to work on it beside what is measured.
  const quick = ['core.compression=0', 'gc.auto=0', 'maintenance.auto=false'];
  const settings = ['user.name=Bench', 'user.email=bench@example.com', ...quick].flatMap((one) => ['-c', one]);
  const git = ['-C', tree, ...settings];
  execFileSync('git', [...git, 'init', '--quiet']);
  execFileSync('git', [...git, 'add', '.']);
  execFileSync('git', [...git, 'commit', '--quiet', '--message', 'all']);
}

function seconds(name: string, measured: Measured, beside: NonNullable<Figure['beside']>, atMost?: number): Figure {
  const target = atMost !== undefined && { target: { of: 'ratio', atMost } as const };
  return { name, value: measured.seconds, unit: 's', beside, ...target };
}
