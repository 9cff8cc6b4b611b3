import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { PACKAGE } from '../../install/app.ts';
import type { Backend } from '../../install/asked-names.ts';
import { hostJsonWithScheduler } from '../../install/scheduler.ts';
import { UserError } from '../../shared/errors.ts';
import { isJsonObject } from '../../shared/json.ts';
import { writeAtomically } from '../../state/file/atomic.ts';

/** The same for the same files, so that an archive says whether something changed. A zip knows no year before 1980. */
const ZIP = { level: 9, mtime: new Date(1980, 0, 1, 12) } as const;

/** Files and folders of a build that are the Functions app; the command line lies beside them. */
const PARTS = ['main.js', 'main', 'config-thread.js', 'page', 'host.json', 'package.json', 'THIRD-PARTY-NOTICES.txt'];

/**
 * The archive of the app for One Deploy, at its root what the host looks for, without the command line and without source maps
 * (https://learn.microsoft.com/azure/azure-functions/functions-deployment-technologies#one-deploy).
 *
 * @param folder of a build
 */
export async function archiveOf(folder: string): Promise<Uint8Array> {
  const found = await Promise.all(PARTS.map((part) => filesBelow(join(folder, part))));
  const paths = found.flat().filter((path) => !path.endsWith('.map'));
  const contents = paths
    .toSorted()
    .map(async (path) => [relative(folder, path).replaceAll(sep, '/'), await readFile(path)] as const);
  return zipSync(Object.fromEntries(await Promise.all(contents)), ZIP);
}

async function filesBelow(path: string): Promise<readonly string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/**
 * Puts the archive where a run finds it: the one that was given, or that of this product, as its backend wants it.
 *
 * @param folder the source tree of the run
 * @throws UserError `package_missing`
 */
export async function placeArchive(folder: string, given: string | undefined, backend: Backend): Promise<void> {
  const archive = given === undefined ? await ownArchive() : await givenArchive(given);
  const content = backend === 'durable-task-scheduler' ? withScheduler(archive) : archive;
  await writeAtomically(join(folder, PACKAGE), content);
}

/** The same app with another host.json. */
function withScheduler(archive: Uint8Array): Uint8Array {
  try {
    const files = unzipSync(archive);
    const hostJson: unknown = JSON.parse(strFromU8(files['host.json'] ?? new Uint8Array()));
    if (!isJsonObject(hostJson)) throw new Error('its host.json is no object');
    const text = `${JSON.stringify(hostJsonWithScheduler(hostJson), null, 2)}\n`;
    return zipSync({ ...files, 'host.json': strToU8(text) }, ZIP);
  } catch (cause) {
    throw missing(`The archive has no host.json that can be read: ${(cause as Error).message}.`, cause);
  }
}

async function givenArchive(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw missing(`The archive ${file} cannot be read: ${(cause as Error).message}.`, cause);
  }
}

/** Where the product runs from its sources there may be no build. */
async function ownArchive(): Promise<Uint8Array> {
  const isBuilt = !import.meta.url.endsWith('.ts');
  const build = fileURLToPath(new URL(isBuilt ? '.' : '../../../dist/', import.meta.url));
  try {
    return await archiveOf(build);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw missing(`There is no build of the app in ${build}.`, cause);
  }
}

function missing(message: string, cause: unknown): UserError {
  return new UserError(message, {
    code: 'package_missing',
    hint: 'Build the app with "npm run build", or name an archive of it with --package FILE.',
    cause,
  });
}
