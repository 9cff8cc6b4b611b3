import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../src/runtime/durable/journal.ts';
import type { JournalRecord } from '../../../src/runtime/durable/journal-record.ts';
import { tempDirectory } from '../../helpers/temp.ts';

type TestRecord = { readonly upTo: number } | { readonly id: number };

const ABOVE_BYTES = 1000;

/** A journal of numbers, one after the other; what replaces it says up to which. */
async function countingJournal() {
  const directory = await tempDirectory();
  let applied = 0;
  const failures: unknown[] = [];
  const { journal } = await openJournal(directory, {
    aboveBytes: ABOVE_BYTES,
    records: () => [{ upTo: applied } as unknown as JournalRecord],
    onFailed: (error) => failures.push(error),
  });
  return {
    path: join(directory, 'journal.jsonl'),
    failures,
    journal,
    append(): Promise<void> {
      applied += 1;
      return journal.append({ id: applied } as unknown as JournalRecord);
    },
    /** The last number, by what is on disk; each number is there once. */
    async stored(): Promise<number> {
      const lines = (await readFile(join(directory, 'journal.jsonl'), 'utf8')).split('\n').slice(0, -1);
      return lines
        .map((line) => JSON.parse(line) as TestRecord)
        .reduce((last, record) => {
          if ('upTo' in record) return record.upTo;
          expect(record.id).toBe(last + 1);
          return record.id;
        }, 0);
    },
  };
}

describe('a journal that becomes too long', () => {
  it('is replaced by fewer records while it is written, without losing one or taking one twice', async () => {
    const counting = await countingJournal();
    let acknowledged = 0;
    for (let round = 0; round < 300; round += 1) {
      // Some come while others are written, and while they are replaced.
      const burst = Array.from({ length: 1 + (round % 7) }, () => counting.append());
      const last = burst.pop();
      for (const one of burst) void one.then(() => counting.append());
      await last;
      acknowledged = Math.max(acknowledged, await counting.stored());
    }
    await new Promise(setImmediate);
    await counting.journal.close();
    expect(await counting.stored()).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBeGreaterThan(1000);
    expect((await stat(counting.path)).size).toBeLessThan(ABOVE_BYTES + 500);
    expect(counting.failures).toEqual([]);
  });

  it('stays as it is, and works, where it cannot be replaced', async () => {
    const counting = await countingJournal();
    await mkdir(`${counting.path}.tmp`);
    for (let count = 0; count < 400; count += 1) await counting.append();
    await counting.journal.close();
    expect(await counting.stored()).toBe(400);
    expect(counting.failures.length).toBeGreaterThan(0);
    // Not with each record: what fails once is tried again when it is twice as long.
    expect(counting.failures.length).toBeLessThan(10);
  });
});
