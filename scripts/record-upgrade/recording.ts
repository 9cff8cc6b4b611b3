import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Recording } from '../../test/helpers/earlier-files.ts';

/** Locks die with their process, keys are made anew, and hashes of files that are not there any more are of no use. */
const NOT_KEPT =
  /\.lock(\.holder)?$|^\.draftgenie-deploy\/(source-cache\.txt|serve\/keys\.json)$|^azure-deployment-|^app\//;

/**
 * Nothing of this machine is kept: the test fills in its own.
 *
 * @param placeholders by what stands for them
 */
export async function writeRecording(
  file: string,
  recording: Recording,
  placeholders: Readonly<Record<string, string>>,
): Promise<void> {
  refuseSecrets(recording);
  let text = JSON.stringify(recording);
  for (const [placeholder, own] of Object.entries(placeholders)) text = text.replaceAll(own, `{{${placeholder}}}`);
  if (new RegExp(`\\b${hostname()}\\b|${tmpdir()}/`).test(text)) throw new Error('a name of this machine is left');
  await writeFile(file, gzipSync(text, { level: 9 }));
}

/** What the simulated vault keeps is nowhere outside of the simulated cloud. */
function refuseSecrets({ files, blobs = [] }: Recording): void {
  const isCloud = (name: string): boolean => name.includes('/simulator/');
  const cloud = Object.entries(files).find(([name]) => name.endsWith('/simulator/cloud.json'))?.[1] ?? '';
  const vaults = JSON.stringify((JSON.parse(cloud) as { readonly secrets: unknown }).secrets);
  const secrets = Array.from(vaults.matchAll(/"value":"([^"]+)"/g), ([, value = '']) => value);
  const outside = [
    ...Object.entries(files).filter(([name]) => !isCloud(name)),
    ...blobs.map(({ name, content }) => [name, content] as const),
  ];
  for (const [name, text] of outside) {
    if (secrets.some((secret) => text.includes(secret))) throw new Error(`${name} holds a secret`);
  }
}

/** Paths with their text; what is no text is kept in base64, under a path that ends with `.base64`. */
export async function filesOf(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: Record<string, string> = {};
  for (const path of paths.sort()) {
    const name = relative(directory, path);
    if (NOT_KEPT.test(name)) continue;
    const isBinary = name.endsWith('.tar.gz');
    files[isBinary ? `${name}.base64` : name] = await readFile(path, isBinary ? 'base64' : 'utf8');
  }
  return files;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
