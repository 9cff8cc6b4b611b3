import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { archiveOf } from '../src/cli/install/own-archive.ts';
import { productManifest, writeParts } from './write-parts.ts';

/**
 * Makes the archive of the Functions app for One Deploy, as `install` publishes it.
 * Usage: npm run package [-- FILE]
 */
const { version } = await productManifest();
const file = resolve(process.argv[2] ?? `draftgenie-deploy-functions-${version}.zip`);

const folder = await mkdtemp(join(tmpdir(), 'draftgenie-package-'));
try {
  await writeParts(['functionsApp', 'configThread', 'page'], folder);
  await writeFile(file, await archiveOf(folder));
  process.stdout.write(`${file}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
