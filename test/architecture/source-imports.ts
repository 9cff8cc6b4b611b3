import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));

/** One import, of values or of types, as it is written. */
interface Import {
  readonly file: string;
  readonly from: string;
}

/** Every TypeScript file of the product. */
export const files: readonly string[] = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
  .map((path) => join(SOURCE, path));

export const imports: readonly Import[] = files.flatMap(importsOf);

/** The imported file; undefined for a package. */
export function importedFile({ file, from }: Import): string | undefined {
  return from.startsWith('.') ? resolve(dirname(file), from) : undefined;
}

/** A path below src/, for messages. */
export function nameOf(file: string): string {
  return relative(SOURCE, file);
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;
  return [...text.matchAll(pattern)].map((match) => ({ file, from: match[1] ?? match[2] ?? match[3] ?? '' }));
}
