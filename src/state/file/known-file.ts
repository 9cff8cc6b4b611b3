import { type BigIntStats, promises } from 'node:fs';
import { readIfPresent } from './atomic.ts';

/**
 * A file of this age when it was read is another file when it is written again: systems count the time of a change in steps of
 * a few milliseconds. As git does, a younger one is read again, whatever its marks say.
 */
const SETTLED_AFTER_IN_MS = 100;

/**
 * Reads a file that is only ever replaced as a whole, again only when it was replaced since.
 * @returns the very same text when the file is the same; undefined when there is none
 */
export function knownFile(path: string): () => Promise<string | undefined> {
  let known: { readonly text: string; readonly marks: string } | undefined;
  return async () => {
    const stats = await statIfPresent(path);
    if (!stats) return undefined;
    const marks = marksOf(stats);
    if (known?.marks === marks) return known.text;
    const readAt = Date.now();
    const text = await readIfPresent(path);
    const isSettled = readAt - Number(stats.ctimeMs) > SETTLED_AFTER_IN_MS;
    const isWhole = text !== undefined && marksOf((await statIfPresent(path)) ?? stats) === marks;
    known = isSettled && isWhole ? { text, marks } : undefined;
    return text;
  };
}

function marksOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

async function statIfPresent(path: string): Promise<BigIntStats | undefined> {
  try {
    return await promises.stat(path, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
