import { access } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where an editor finds the JSON Schema, as a file in this folder names it. Undefined where this program is no part of the same
 * project: the path would be one of this machine.
 */
export async function schemaAddress(folder: string): Promise<string | undefined> {
  const schema = await schemaFile();
  if (schema === undefined) return undefined;
  const from = resolve(folder);
  const [project = ''] = dirname(schema).split(`${sep}node_modules${sep}`);
  if (from !== project && !from.startsWith(`${project}${sep}`)) return undefined;
  const path = relative(from, schema).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Beside package.json: two folders above the first of the sources, one above what is built of them. */
async function schemaFile(): Promise<string | undefined> {
  for (const candidate of ['../../../config.schema.json', '../config.schema.json', './config.schema.json']) {
    const path = fileURLToPath(new URL(candidate, import.meta.url));
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
