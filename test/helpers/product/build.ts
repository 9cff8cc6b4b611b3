import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The first file of the built command line. */
    readonly commandLine: string;
  }
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Builds the product once for all tests that run it as users do. They start thousands of processes: the bundle starts in half the
 * time of the sources. Among the packages, where it finds Azurite as an installed one does, and no other run of tests finds it.
 */
export default async function buildProduct(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(ROOT, 'node_modules/.product-under-test-'));
  await promisify(execFile)(process.execPath, ['scripts/build.ts', directory], { cwd: ROOT });
  project.provide('commandLine', join(directory, 'cli.js'));
  return () => rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
