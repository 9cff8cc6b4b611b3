import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ComposeFiles, DISK, readableOf } from '../../../../src/init/compose/files.ts';
import { composeFileIn, readComposeProject } from '../../../../src/init/compose/read-project.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

function failing(code: string | undefined): ComposeFiles {
  const error = Object.assign(new Error('no'), code === undefined ? {} : { code });
  return {
    kind: () => 'file',
    text: () => {
      throw error;
    },
  };
}

describe('the files of a project', () => {
  it('are those on disk, as far as they are texts', async () => {
    const folder = await tempDirectory();
    writeFileSync(join(folder, 'docker-compose.yml'), 'services: {web: {image: nginx}}\n');
    writeFileSync(join(folder, 'dump.sql'), 'x'.repeat(5 * 1024 * 1024));
    mkdirSync(join(folder, 'compose.yaml'));
    expect(composeFileIn(folder)).toBe(join(folder, 'docker-compose.yml'));
    expect(['dump.sql', 'none', 'compose.yaml', 'a\0b'].map((name) => DISK.text(join(folder, name)))).toEqual(
      Array(4).fill(undefined),
    );
    expect(readComposeProject({ folder, env: {} }).ok).toBe(true);
  });

  it('that may not be read are told where they are needed, and nothing where they are looked into', () => {
    const read = readComposeProject({ folder: '/p', env: {}, access: failing('EACCES') });
    expect(read.ok ? [] : read.problems.map(({ file, message }) => `${file}: ${message}`)).toContain(
      'compose.yaml: compose.yaml cannot be read: no',
    );
    expect(readableOf(failing('EACCES')).text('/x')).toBeUndefined();
    expect(() => readableOf(failing(undefined)).text('/x')).toThrow('no');
  });
});
