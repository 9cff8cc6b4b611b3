import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logFileObserver } from '../../../../src/cli/render/run-files.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

it('a log file that has become too long is put aside before the next run, and one is kept', async () => {
  const directory = await tempDirectory();
  const path = join(directory, 'azure-deployment-v1.log');
  const run = (message: string): void => {
    const log = logFileObserver(path, 200);
    for (let line = 0; line < 3; line += 1)
      log({
        runId: 'r',
        environment: 'e',
        at: 't',
        id: `${line}`,
        type: 'log',
        level: 'info',
        message: `${message} ${'x'.repeat(80)}`,
      });
  };
  for (const name of ['one', 'two', 'three']) run(name);
  expect((await readdir(directory)).sort()).toEqual(['azure-deployment-v1.log', 'azure-deployment-v1.log.1']);
  expect(await readFile(path, 'utf8')).toContain('three');
  expect(await readFile(`${path}.1`, 'utf8')).toContain('two');
});
