import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blobs } from '../helpers/blobs/blobs.ts';
import { documentOf } from './documents.ts';

/** What the storage, or the engine's journal, has lost when everything starts again. */
export type Loss =
  /** One document is what it was so many writes before; all others stay. */
  | { readonly kind: 'document'; readonly document: string; readonly back: number }
  /** One document is gone, with all that runs before this one wrote into it. */
  | { readonly kind: 'gone'; readonly document: string }
  /** The last so many writes, whatever they wrote, were acknowledged and are gone. */
  | { readonly kind: 'writes'; readonly count: number }
  /** The journal is what it was so many records before. */
  | { readonly kind: 'journal'; readonly back: number };

/** @returns whether there was that much to lose */
export async function lose(loss: Loss, blobs: Blobs, directory: string): Promise<boolean> {
  switch (loss.kind) {
    case 'writes':
      blobs.forgetLast(loss.count);
      return true;
    case 'journal':
      return await cutJournal(join(directory, 'journal.jsonl'), loss.back);
    case 'gone': {
      const name = nameOf(loss.document, blobs);
      if (name !== undefined) blobs.rollBack(name, 0);
      return name !== undefined;
    }
    case 'document': {
      const name = nameOf(loss.document, blobs);
      if (name === undefined || blobs.versionsOf(name) < loss.back) return false;
      blobs.rollBack(name, blobs.versionsOf(name) - loss.back);
      return true;
    }
  }
}

/** That of the run which was killed, where several have one. */
function nameOf(document: string, { writes }: Blobs): string | undefined {
  return writes.findLast(({ name }) => documentOf(name) === document)?.name;
}

async function cutJournal(path: string, back: number): Promise<boolean> {
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  await writeFile(
    path,
    lines
      .slice(0, Math.max(0, lines.length - back))
      .map((line) => `${line}\n`)
      .join(''),
  );
  return lines.length >= back;
}

export function describeLoss(loss: Loss): string {
  switch (loss.kind) {
    case 'writes':
      return `the last ${loss.count} writes`;
    case 'journal':
      return `the last ${loss.back} records of the journal`;
    case 'gone':
      return `all of ${loss.document}`;
    case 'document':
      return `the last ${loss.back} writes of ${loss.document}`;
  }
}
