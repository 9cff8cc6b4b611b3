import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { zipSync } from 'fflate';
import { productManifest, writeParts } from './write-parts.ts';

/**
 * Makes the archive of the Functions app for One Deploy: at its root what the host looks for, without the command line and without
 * source maps (https://learn.microsoft.com/azure/azure-functions/functions-deployment-technologies#one-deploy).
 * Usage: npm run package [-- FILE]
 */
const { version } = await productManifest();
const file = resolve(process.argv[2] ?? `draftgenie-deploy-functions-${version}.zip`);

/** The same for the same files, so that an archive says whether something changed. A zip knows no year before 1980. */
const MODIFIED = new Date(1980, 0, 1, 12);

const folder = await mkdtemp(join(tmpdir(), 'draftgenie-package-'));
try {
  await writeParts(['functionsApp', 'configThread'], folder);
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map(pathOf)
    .sort();
  const contents = paths.map(
    async (path) => [relative(folder, path).replaceAll(sep, '/'), await readFile(path)] as const,
  );
  await writeFile(file, zipSync(Object.fromEntries(await Promise.all(contents)), { level: 9, mtime: MODIFIED }));
  process.stdout.write(`${file}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function pathOf(entry: { readonly parentPath: string; readonly name: string }): string {
  return join(entry.parentPath, entry.name);
}
