import { readFile } from 'node:fs/promises';
import type { KeptText } from '../../domain/cost/price.ts';
import { writeAtomically } from './atomic.ts';

/** A text in a file that may be deleted at any time. */
export function openKeptFile(path: string): KeptText {
  return {
    async read() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (text) => writeAtomically(path, text),
  };
}
