import fs from 'node:fs';
import { mkdir, open, readFile, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import type { JournalRecord } from './journal-record.ts';

const FILE = 'journal.jsonl';

/** An append-only file of records, one JSON line each. */
interface Journal {
  /** Resolves when the record is on disk. Records that come while a write is under way share the next one. */
  append(record: JournalRecord): Promise<void>;
  close(): Promise<void>;
}

export interface OpenedJournal {
  readonly journal: Journal;
  readonly records: readonly JournalRecord[];
  readonly bytes: number;
}

/**
 * Opens the journal of a directory and reads it. A last line that a crash left incomplete is cut off: it was never acknowledged.
 * @throws UserError `journal_corrupt` for any other line that is no record.
 */
export async function openJournal(directory: string): Promise<OpenedJournal> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, FILE);
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const whole = content.lastIndexOf(0x0a) + 1;
  if (whole !== content.length) await truncate(path, whole);
  const lines = content.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
  const records = lines.map((line, index) => parseRecord(line, path, index + 1));
  return { journal: createJournal(fs.openSync(path, 'a', 0o600)), records, bytes: whole };
}

/** Replaces the journal by fewer records that add up to the same; a crash leaves the old one or the new one. */
export async function compactJournal(directory: string, records: readonly JournalRecord[]): Promise<void> {
  const path = join(directory, FILE);
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function parseRecord(line: string, path: string, number: number): JournalRecord {
  try {
    return JSON.parse(line) as JournalRecord;
  } catch (cause) {
    throw new UserError(`The journal ${path} is damaged in line ${number}.`, {
      code: 'journal_corrupt',
      hint: 'Move the file away and run again: the next run converges from the state and from Azure.',
      cause,
    });
  }
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Group commit: one write and one fdatasync for all waiting records. After a failed write nothing more is accepted. */
function createJournal(descriptor: number): Journal {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let broken: unknown;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await write(descriptor, Buffer.from(batch.map(({ line }) => line).join('')));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        broken = error;
        for (const { reject } of [...batch, ...waiting]) reject(error);
        waiting = [];
      }
    }
    writing = undefined;
  }

  return {
    append(record) {
      if (broken) return Promise.reject(broken);
      return new Promise((resolve, reject) => {
        waiting.push({ line: `${JSON.stringify(record)}\n`, resolve, reject });
        // Not at once: what follows from this record in the same turn of the event loop joins its write.
        writing ??= new Promise<void>((start) => setImmediate(start)).then(drain);
      });
    },
    async close() {
      await writing;
      fs.closeSync(descriptor);
    },
  };
}

/** Through the callback functions of node:fs, which crash tests replace. */
async function write(descriptor: number, bytes: Buffer): Promise<void> {
  let offset = 0;
  while (offset < bytes.length) {
    offset += await new Promise<number>((resolve, reject) => {
      fs.write(descriptor, bytes, offset, (error, written) => (error ? reject(error) : resolve(written)));
    });
  }
  await new Promise<void>((resolve, reject) => {
    fs.fdatasync(descriptor, (error) => (error ? reject(error) : resolve()));
  });
}
