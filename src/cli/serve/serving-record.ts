import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { acquireOsLock, LockHeld } from '../../shared/os-lock.ts';

const FILE = 'serving.json';
const LOCK = 'serve.lock';
const recordSchema = z.object({ url: z.string() });

export const serveLock = (home: string): string => join(home, LOCK);

/** Writes down where the app of this folder answers. Only for whoever holds its lock. */
export async function recordServing(home: string, url: string): Promise<void> {
  await writeFile(join(home, FILE), JSON.stringify({ url }), { mode: 0o600 });
}

/** What an app that was killed has left says nothing of the one that starts now. */
export async function forgetServing(home: string): Promise<void> {
  await rm(join(home, FILE), { force: true });
}

/**
 * Where the app of this folder answers; undefined: none is served. Asked of the lock as well, since what a killed one has left may name a
 * port on which somebody else listens by now, who is to be told no key.
 */
export async function servingAt(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (text === undefined || !(await isHeld(serveLock(home)))) return undefined;
  return recordSchema.parse(JSON.parse(text)).url;
}

async function isHeld(path: string): Promise<boolean> {
  try {
    await (await acquireOsLock(path)).release();
    return false;
  } catch (error) {
    if (error instanceof LockHeld) return true;
    throw error;
  }
}
