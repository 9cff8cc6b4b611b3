import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeAtomically } from '../../../../src/state/file/atomic.ts';
import { knownFile } from '../../../../src/state/file/known-file.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

it('is read again when it was replaced, be it by a text of the same length and the same time', async () => {
  const path = join(await tempDirectory(), 'state.json');
  const read = knownFile(path);
  expect(await read()).toBeUndefined();
  const time = new Date('2026-01-01T00:00:00Z');
  for (let turn = 0; turn < 300; turn += 1) {
    const text = `{"serial":${1000 + turn}}`;
    await writeAtomically(path, text);
    await utimes(path, time, time);
    expect(await read()).toBe(text);
    expect(await read()).toBe(text);
  }
  await rm(path);
  expect(await read()).toBeUndefined();
});
