import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { COMMAND_LINE } from './command-line.ts';

/** Of this run of the tests: beside what it builds, and removed with that. */
const kept = (): string => join(dirname(COMMAND_LINE), 'kept');

/**
 * What is made once for all test files of this run of the tests: whoever asks first makes it. Two that ask at the same time make it
 * twice.
 *
 * @param name of a file; what is made is kept as JSON
 * @param isKept what is not is made again for the next one
 */
export async function madeOnce<Value>(
  name: string,
  make: () => Promise<Value>,
  isKept: (value: Value) => boolean = () => true,
): Promise<{ readonly value: Value; readonly isNew: boolean }> {
  const file = join(kept(), `${name}.json`);
  if (existsSync(file)) return { value: JSON.parse(await readFile(file, 'utf8')) as Value, isNew: false };
  const value = await make();
  if (isKept(value)) await keep(file, JSON.stringify(value));
  return { value, isNew: true };
}

/** Whole, whichever of two is the last. */
async function keep(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, text);
  await rename(temporary, file);
}
