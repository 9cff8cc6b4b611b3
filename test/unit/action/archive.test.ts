import { execFileSync } from 'node:child_process';
import { chmod, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { packFolder } from '../../../action/archive.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';

const LONG = `${'long/'.repeat(30)}größe.txt`;

async function entriesOf(bytes: Buffer): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const tar = Readable.from([bytes]).pipe(createGunzip()).pipe(extract());
  for await (const entry of tar) {
    const { name, type, mode = 0, linkname } = entry.header;
    const content = await text(entry);
    found[name] = type === 'symlink' ? `→ ${linkname}` : `${(mode & 0o111) === 0 ? '-' : 'x'} ${content}`;
  }
  return found;
}

async function folder(): Promise<string> {
  const root = await tempDirectory();
  await writeTree(root, {
    'b.txt': 'b',
    'a/run.sh': '#!/bin/sh',
    [LONG]: 'deep',
    link: { link: 'a/run.sh' },
    'node_modules/x/index.js': '',
    'exact.bin': 'x'.repeat(512),
    empty: '',
  });
  await chmod(join(root, 'a/run.sh'), 0o755);
  return root;
}

const EXPECTED = {
  'a/run.sh': 'x #!/bin/sh',
  'b.txt': '- b',
  empty: '- ',
  'exact.bin': `- ${'x'.repeat(512)}`,
  link: '→ a/run.sh',
  [LONG]: '- deep',
};

describe('the source archive of the action', () => {
  it('holds files, links and long names as they are, in order', async () => {
    const { bytes, sha256 } = await packFolder(await folder());
    const entries = await entriesOf(bytes);
    expect(entries).toEqual(EXPECTED);
    expect(Object.keys(entries)).toEqual([...Object.keys(entries)].sort());
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same for the same files, whenever they were written', async () => {
    const [first, second] = await Promise.all([folder(), folder()]);
    await utimes(join(second, 'b.txt'), 1, 1);
    expect((await packFolder(second)).sha256).toBe((await packFolder(first)).sha256);
  });

  it('holds of a git work tree what is tracked or would be, and nothing that is ignored', async () => {
    const root = await folder();
    await writeTree(root, {
      '.gitignore': 'node_modules\nsecret.env\n',
      'secret.env': 'x',
      generated: 'made by the job',
    });
    execFileSync('git', ['init', '--quiet', root]);
    execFileSync('git', ['-C', root, 'add', 'b.txt']);
    const entries = await entriesOf((await packFolder(root)).bytes);
    expect(entries).toEqual({ ...EXPECTED, '.gitignore': expect.any(String), generated: '- made by the job' });
  });
});
