import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Difference } from './differences.ts';

/** One file for each, named by its request, so that the same difference is not kept twice. Answers the names. */
export async function writeFixtures(found: readonly Difference[], folder: string): Promise<readonly string[]> {
  return await Promise.all(
    found.map(async (difference) => {
      const file = `${createHash('sha256').update(difference.request).digest('hex').slice(0, 16)}.json`;
      await writeFile(join(folder, file), `${JSON.stringify(difference, null, 2)}\n`);
      return file;
    }),
  );
}
