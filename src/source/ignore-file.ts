import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';

/** The package exports the function itself; its types speak of a default export that is not there. */
const ignore = dockerignore as unknown as typeof dockerignore.default;

/** Tells whether a path of the context is kept from the build by `.dockerignore`. */
export interface IgnoreFile {
  ignores(path: string): boolean;
  /** True when a pattern takes paths back, so that an ignored folder may still hold files that count. */
  readonly hasExceptions: boolean;
}

/** `<Dockerfile>.dockerignore` wins over the context's `.dockerignore`, as in Docker; absent: nothing is ignored. */
export async function readIgnoreFile(context: string, dockerfile: string): Promise<IgnoreFile> {
  const text =
    (await readIfPresent(join(context, `${dockerfile}.dockerignore`))) ??
    (await readIfPresent(join(context, '.dockerignore'))) ??
    '';
  return parseIgnoreFile(text);
}

export function parseIgnoreFile(text: string): IgnoreFile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const patterns = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const matcher = ignore().add(patterns);
  return {
    ignores: (path) => matcher.ignores(path),
    hasExceptions: patterns.some((pattern) => pattern.startsWith('!')),
  };
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
