import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** A directory with the product as `npm run build` makes it, and beside it the example application. */
export interface BuiltProduct {
  readonly directory: string;
  readonly main: string;
  readonly cli: string;
  readonly simulator: string;
  /** Configuration of the example, relative to the directory. */
  readonly config: string;
}

/** Builds into a directory of its own, which is gone afterwards. */
export async function withBuiltProduct<Result>(use: (product: BuiltProduct) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-bench-'));
  try {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.ts'), join(directory, 'dist')]);
    for (const name of ['package.json', 'node_modules']) await symlink(join(ROOT, name), join(directory, name));
    await cp(join(ROOT, 'examples/draftgenie'), join(directory, 'app'), { recursive: true });
    return await use({
      directory,
      main: join(directory, 'dist/main.js'),
      cli: join(directory, 'dist/cli.js'),
      simulator: join(directory, 'dist/simulator.js'),
      config: 'app/config.yaml',
    });
  } finally {
    // What ends with its parent, as Azurite does, may write its last file meanwhile.
    await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
