import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Simulator } from '../../src/simulator/simulator.ts';

/** Long and random enough that no part of it stands anywhere by chance; what the simulator is given for others is words. */
const RANDOM = /^(?!simulated)[\w+/=-]{16,}$/;
/** A fault may cut an answer off in the middle of a value. */
const PART = 10;

/** Secrets of the vault that stand, whole or in part, in any file that the deployments wrote. */
export async function leaksIn(directory: string, simulator: Simulator): Promise<readonly string[]> {
  const wanted = Object.values(simulator.state().secrets).flatMap((vault) =>
    Object.values(vault).flatMap(({ name, versions }) =>
      versions.map(({ value }) => ({ name, text: RANDOM.test(value) ? value.slice(0, PART) : value })),
    ),
  );
  if (wanted.length === 0) return [];
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const found = await Promise.all(
    files.map(async ({ parentPath, name: file }) => {
      const content = await readFile(join(parentPath, file), 'latin1');
      return wanted
        .filter(({ text }) => content.includes(text))
        .map(({ name }) => `the secret ${name} stands in ${file}`);
    }),
  );
  return [...new Set(found.flat())];
}
