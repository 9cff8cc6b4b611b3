import { chmod, chown, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAccountKey } from '../../../../src/cli/serve/account-key.ts';
import { findAzurite } from '../../../../src/cli/serve/azurite.ts';
import { Closing } from '../../../../src/cli/serve/closing.ts';
import { ownFolder } from '../../../../src/cli/serve/own-folder.ts';
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

describe('the key of the storage', () => {
  it('is random, kept for this user alone, and the same at the next start', async () => {
    const [one, other] = [await tempDirectory(), await tempDirectory()];
    const key = await loadAccountKey(one);
    expect(Buffer.from(key, 'base64')).toHaveLength(64);
    expect(await loadAccountKey(one)).toBe(key);
    expect(await loadAccountKey(other)).not.toBe(key);
    await chmod(join(one, 'account.key'), 0o644);
    await loadAccountKey(one);
    expect((await stat(join(one, 'account.key'))).mode & 0o777).toBe(0o600);
  });

  it('that is damaged is told without being shown, and not replaced', async () => {
    const directory = await tempDirectory();
    await writeTree(directory, { 'account.key': 'half-a-key' });
    const error = await loadAccountKey(directory).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'keys_invalid', message: expect.not.stringContaining('half-a-key') });
  });
});

describe('a folder of its owner alone', () => {
  it('is made so, and closed where an earlier version left it open', async () => {
    const directory = await tempDirectory();
    const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    await ownFolder(join(directory, 'a/b'));
    expect(await modeOf(join(directory, 'a/b'))).toBe(0o700);
    await chmod(join(directory, 'a'), 0o777);
    await ownFolder(join(directory, 'a'));
    expect(await modeOf(join(directory, 'a'))).toBe(0o700);
  });

  it('is refused where it is a link, which somebody else may have laid', async () => {
    const directory = await tempDirectory();
    await symlink(await tempDirectory(), join(directory, 'link'));
    await expect(ownFolder(join(directory, 'link'))).rejects.toMatchObject({ code: 'folder_foreign' });
  });

  it.runIf(process.getuid?.() === 0)('is refused where it is that of another user', async () => {
    const directory = await tempDirectory();
    await ownFolder(join(directory, 'theirs'));
    await chown(join(directory, 'theirs'), 12_345, 12_345);
    await expect(ownFolder(join(directory, 'theirs'))).rejects.toMatchObject({ code: 'folder_foreign' });
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
