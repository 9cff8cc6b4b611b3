import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readProjectFiles } from '../../../src/init/folder/project-files.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';

it('the files of a project are those that people wrote, for the reader of builds, too', async () => {
  const folder = await tempDirectory();
  await writeTree(folder, {
    'b/c.js': '',
    'a.txt': '',
    'node_modules/x/index.js': '',
    '.git/HEAD': '',
    'b/vendor/y': '',
  });
  const { paths, tree, isCut } = await readProjectFiles(folder);
  expect({ paths, isCut }).toEqual({ paths: ['a.txt', 'b/c.js'], isCut: false });
  const listed = await tree.list('', (path) => path !== 'b');
  expect(listed?.map(({ path }) => path).toSorted()).toEqual(['.git', 'a.txt', 'b', 'node_modules']);
});

// Nothing is forbidden to root.
it.skipIf(process.getuid?.() === 0)('a folder that may not be read is none of it', async () => {
  const folder = await tempDirectory();
  await writeTree(folder, { 'data/base/1': '', 'a.txt': '' });
  await chmod(join(folder, 'data'), 0o000);
  try {
    expect((await readProjectFiles(folder)).paths).toEqual(['a.txt']);
  } finally {
    await chmod(join(folder, 'data'), 0o700);
  }
});
