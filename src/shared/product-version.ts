import { readFileSync } from 'node:fs';

let version: string | undefined;

/** The version of package.json, which stands two folders above this file, and in a bundle beside its first file. */
export function productVersion(): string {
  version ??= read();
  return version;
}

function read(): string {
  for (const candidate of ['./package.json', '../package.json', '../../package.json']) {
    try {
      const text = readFileSync(new URL(candidate, import.meta.url), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('package.json not found');
}
