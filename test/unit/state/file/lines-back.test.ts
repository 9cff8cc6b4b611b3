import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linesBack } from '../../../../src/state/file/lines-back.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

interface Found {
  readonly text: string;
  readonly at: number;
}

async function read(content: string | undefined): Promise<readonly Found[]> {
  const path = join(await tempDirectory(), 'lines');
  if (content !== undefined) await writeFile(path, content);
  const found: Found[] = [];
  for await (const line of linesBack(path)) found.push(line);
  return found;
}

it.each([
  ['short lines', Array.from({ length: 20_000 }, (_, index) => `line ${index} ä`)],
  ['empty ones among them', ['', 'a', '', '', 'b', '']],
  ['lines longer than what is read at once', ['x'.repeat(200_000), 'y', 'ä'.repeat(100_000)]],
  ['a line end where a chunk begins', ['a', 'b'.repeat(64 * 1024 - 1), 'c'.repeat(64 * 1024 - 1)]],
])('reads %s, the last one first, with where each begins', async (_, lines) => {
  const content = lines.map((line) => `${line}\n`).join('');
  const found = await read(content);
  expect(found.map(({ text }) => text)).toEqual(lines.toReversed());
  const bytes = Buffer.from(content);
  for (const { text, at } of found.slice(0, 100))
    expect(bytes.subarray(at, at + Buffer.byteLength(text)).toString()).toBe(text);
});

it('leaves out what is still being written, and has nothing where there is no file', async () => {
  expect((await read('one\ntwo\nthr')).map(({ text }) => text)).toEqual(['two', 'one']);
  expect(await read('no end')).toEqual([]);
  expect(await read(undefined)).toEqual([]);
});
