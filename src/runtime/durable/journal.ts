import fs from 'node:fs';
import { mkdir, open, readFile, rename, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import type { JournalRecord } from './journal-record.ts';

const FILE = 'journal.jsonl';

/** An append-only file of records, one JSON line each. */
export interface Journal {
  /** Resolves when the record is on disk. Records that come while a write is under way share the next one. */
  append(record: JournalRecord): Promise<void>;
  /** Once what waits is on disk; nothing is accepted after it. */
  close(): Promise<void>;
}

export interface OpenedJournal {
  readonly journal: Journal;
  readonly records: readonly JournalRecord[];
}

/** How a journal is kept short. */
export interface Compaction {
  /** What is shorter is left as it is. */
  readonly aboveBytes: number;
  /** Fewer records, which add up to all that were appended. */
  records(): readonly JournalRecord[];
  /** It stays as long as it is, and works. */
  onFailed(error: unknown): void;
}

/**
 * Opens the journal of a directory and reads it. A last line that a crash left incomplete is cut off: it was never acknowledged.
 * With the first record that makes it too long, and whenever it has become twice as long as it was then, it is replaced by fewer records.
 *
 * @throws UserError `journal_corrupt` for any other line that is no record.
 */
export async function openJournal(directory: string, compaction?: Compaction): Promise<OpenedJournal> {
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
  return { journal: createJournal(path, whole, compaction), records };
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
function createJournal(path: string, size: number, compaction: Compaction | undefined): Journal {
  let descriptor = fs.openSync(path, 'a', 0o600);
  let bytes = size;
  let compactAbove = compaction?.aboveBytes ?? Number.POSITIVE_INFINITY;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let broken: unknown;

  /** Whether the records of the batch, which are applied already, are in what the journal was replaced by. */
  async function replaceBy(records: readonly JournalRecord[], onFailed: Compaction['onFailed']): Promise<boolean> {
    const text = Buffer.from(records.map(lineOf).join(''));
    try {
      await writeBeside(path, text);
    } catch (error) {
      compactAbove = bytes * 2;
      onFailed(error);
      return false;
    }
    await takePlace(path);
    const replaced = descriptor;
    descriptor = fs.openSync(path, 'a', 0o600);
    fs.closeSync(replaced);
    bytes = text.length;
    compactAbove = Math.max(compaction?.aboveBytes ?? 0, bytes * 2);
    return true;
  }

  async function store(batch: readonly Waiting[]): Promise<void> {
    const text = Buffer.from(batch.map(({ line }) => line).join(''));
    // The records are asked for before anything else happens: what is applied by now is in them, and nothing that comes later.
    if (compaction && bytes + text.length > compactAbove)
      if (await replaceBy(compaction.records(), compaction.onFailed)) return;
    await write(descriptor, text);
    bytes += text.length;
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await store(batch);
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
        waiting.push({ line: lineOf(record), resolve, reject });
        // Not at once: what follows from this record in the same turn of the event loop joins its write.
        writing ??= new Promise<void>((start) => setImmediate(start)).then(drain);
      });
    },
    async close() {
      // The number of a closed file is soon that of another one.
      broken ??= new Error(`${path} is closed`);
      await writing;
      fs.closeSync(descriptor);
    },
  };
}

function lineOf(record: JournalRecord): string {
  return `${JSON.stringify(record)}\n`;
}

const BESIDE = '.tmp';

async function writeBeside(path: string, text: Buffer): Promise<void> {
  const file = await open(`${path}${BESIDE}`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A crash leaves the old journal or the new one. */
async function takePlace(path: string): Promise<void> {
  await rename(`${path}${BESIDE}`, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
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
