import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { otherNodes } from '../../helpers/product/other-nodes.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const run = promisify(execFile);
const ROOT = new URL('../../../', import.meta.url).pathname;

/** Says that it is another Node, before anything of ours is loaded, and that the newer one has what the older lacks. */
const PRETEND = `data:text/javascript,${encodeURIComponent(`
import module from 'node:module';
Object.defineProperty(process.versions, 'node', { value: '20.20.2' });
delete module.enableCompileCache;
module.syncBuiltinESMExports();
`)}`;

describe('the built command line on an older Node', () => {
  it('names the Node that it needs, and the one that runs it', async () => {
    const directory = await tempDirectory();
    await run(process.execPath, ['scripts/build.ts', join(directory, 'dist')], { cwd: ROOT });
    const cli = join(directory, 'dist/cli.js');
    const old = run(process.execPath, ['--import', PRETEND, cli, '--version']);
    await expect(old).rejects.toMatchObject({
      code: 64,
      stderr: 'draftgenie-deploy needs Node 22.21 or newer; this is Node 20.20.2.\n',
    });
    for (const { path, version, major } of otherNodes()) {
      if (major >= 22) continue;
      await expect(run(path, [cli, '--version'])).rejects.toMatchObject({
        code: 64,
        stderr: `draftgenie-deploy needs Node 22.21 or newer; this is Node ${version}.\n`,
      });
    }
    expect((await run(process.execPath, [cli, '--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
    await rm(directory, { recursive: true, force: true });
  });
});
