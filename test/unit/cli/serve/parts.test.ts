import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAzurite } from '../../../../src/cli/serve/azurite.ts';
import { Closing } from '../../../../src/cli/serve/closing.ts';
import { tempDirectory, writeTree } from '../../../helpers/temp.ts';

describe('the storage emulator', () => {
  it('is found in the project at hand', async () => {
    const [empty, project] = [await tempDirectory(), await tempDirectory()];
    await writeTree(project, { 'node_modules/azurite/package.json': '{"name":"azurite"}' });
    const found = findAzurite([join(empty, 'x.js'), join(project, 'package.json')]);
    expect(found).toContain(join('node_modules/azurite/dist/src/blob/main.js'));
  });

  it('that is not installed is an error that says what to do', async () => {
    const empty = await tempDirectory();
    expect(() => findAzurite([join(empty, 'x.js')])).toThrow(
      expect.objectContaining({ code: 'azurite_missing', hint: expect.stringContaining('npm install azurite') }),
    );
  });
});

describe('what was started', () => {
  it('is ended the other way round, all of it, also when one part fails', async () => {
    const closing = new Closing();
    const ended: number[] = [];
    for (const number of [1, 2, 3]) {
      closing.add(async () => {
        ended.push(number);
        if (number === 2) throw new Error('stuck');
      });
    }
    await expect(closing.run()).rejects.toThrow('stuck');
    expect(ended).toEqual([3, 2, 1]);
    await closing.run();
    expect(ended).toHaveLength(3);
  });
});
