import fs from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openJournal } from '../../../src/runtime/durable/journal.ts';
import type { JournalRecord } from '../../../src/runtime/durable/journal-record.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const record = (id: number): JournalRecord => ({ kind: 'test', id }) as unknown as JournalRecord;

describe('the journal', () => {
  it('gives back what was appended, in order', async () => {
    const directory = await tempDirectory();
    const { journal } = await openJournal(directory);
    await Promise.all([1, 2, 3].map((id) => journal.append(record(id))));
    await journal.close();
    expect((await openJournal(directory)).records).toEqual([1, 2, 3].map(record));
  });

  it('cuts a line that a crash tore, so that the next one begins where it did', async () => {
    const directory = await tempDirectory();
    const path = join(directory, 'journal.jsonl');
    await writeFile(path, `${JSON.stringify(record(1))}\n{"kind":"te`);
    const { journal, records } = await openJournal(directory);
    expect(records).toEqual([record(1)]);
    await journal.append(record(2));
    await journal.close();
    expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(record(1))}\n${JSON.stringify(record(2))}\n`);
  });

  it('names the line that is damaged', async () => {
    const directory = await tempDirectory();
    await appendFile(join(directory, 'journal.jsonl'), `${JSON.stringify(record(1))}\nnonsense\n`);
    await expect(openJournal(directory)).rejects.toThrow(/journal\.jsonl is damaged in line 2/);
  });

  it('tells everybody who waits of a failed write, and takes nothing after it', async () => {
    const directory = await tempDirectory();
    const { journal } = await openJournal(directory);
    const { write } = fs;
    onTestFinished(() => {
      fs.write = write;
    });
    // As on a full disk.
    fs.write = ((...args: unknown[]) => (args.at(-1) as (error: Error) => void)(new Error('ENOSPC'))) as never;
    const outcomes = await Promise.allSettled([journal.append(record(1)), journal.append(record(2))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fs.write = write;
    await expect(journal.append(record(3))).rejects.toThrow('ENOSPC');
    await journal.close();
    expect((await openJournal(directory)).records).toEqual([]);
  });

  it('takes nothing once it is being closed, and stores what waited: the file of that number may be another one by then', async () => {
    const directory = await tempDirectory();
    const { journal } = await openJournal(directory);
    const waited = journal.append(record(1));
    const closed = journal.close();
    await expect(journal.append(record(2))).rejects.toThrow(/journal\.jsonl is closed/);
    await Promise.all([waited, closed]);
    await expect(journal.append(record(3))).rejects.toThrow(/journal\.jsonl is closed/);
    expect((await openJournal(directory)).records).toEqual([record(1)]);
  });
});
