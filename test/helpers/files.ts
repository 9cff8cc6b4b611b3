import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder, by its full path. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
}
