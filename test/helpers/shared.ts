import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const candidate = fileURLToPath(new URL('../../../shared', import.meta.url));

/** The folder of shared test inputs beside the repository; undefined where only the repository was checked out. */
export const sharedDirectory: string | undefined = existsSync(candidate) ? candidate : undefined;

/** Said by tests that are skipped without it. */
export const sharedMissing = 'skipped: the folder ../shared with the reference material is not here';
