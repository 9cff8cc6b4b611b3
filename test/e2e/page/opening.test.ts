import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { runCli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/http/served-app.ts';
import { NO_BROWSER, useBrowser } from '../../helpers/page/browser.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { eventually } from '../../helpers/wait.ts';

/** A browser that writes down what it is started with, for the time of the test. @param exitCode with which it ends */
async function writingBrowser(exitCode = 0): Promise<() => Promise<readonly string[]>> {
  const directory = await tempDirectory();
  const [script, told] = [join(directory, 'browser'), join(directory, 'told')];
  await writeFile(script, `#!/bin/sh\necho "$@" >> '${told}'\nexit ${exitCode}\n`);
  await chmod(script, 0o755);
  // Without any applications of a desktop that variable counts: https://linux.die.net/man/1/xdg-open
  vi.stubEnv('XDG_DATA_DIRS', directory).stubEnv('XDG_DATA_HOME', directory).stubEnv('HOME', directory);
  vi.stubEnv('DISPLAY', ':0').stubEnv('BROWSER', script).stubEnv('SSH_CONNECTION', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  return async () => (await readFile(told, 'utf8').catch(() => '')).split('\n').filter(Boolean);
}

/** Whoever opens sits in this folder. */
function sitIn(directory: string): void {
  const before = process.cwd();
  process.chdir(directory);
  onTestFinished(() => process.chdir(before));
}

describe.skipIf(NO_BROWSER)(`opening the page${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`, () => {
  const open = useBrowser();

  it('signs whoever serves it in, by a code that counts once and is no key; others are asked for one', async () => {
    const app = await serve();
    const started = await writingBrowser();
    sitIn(app.directory);
    const command = await runInProcess(['open', '--environment', 'staging'], { interactive: true });
    expect(command).toMatchObject({ exitCode: 0, stdout: `${app.url}/api/ui#/environments/staging\n` });
    const address = await eventually(async () => (await started())[0]);
    expect(address).toMatch(/#\/environments\/staging\?code=[\w-]{43}$/);
    expect(address).not.toContain(app.key);

    const { page } = await open();
    await page.goto(address);
    await page.getByText('Nothing was deployed here yet.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/environments/staging');
    await page.reload();
    await page.getByText('Nothing was deployed here yet.').waitFor();

    const { page: other } = await open();
    await other.goto(address);
    await other.getByText('it was used already, or is older than a minute').waitFor();
    await other.getByLabel('Access key').fill(app.key);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByRole('heading', { name: 'staging' }).waitFor();
  });

  it('says so where the browser does not start; the address is there all the same', async () => {
    const directory = await tempDirectory();
    sitIn(directory);
    const started = await writingBrowser(7);
    const command = await runInProcess(['open', '--remote', 'https://deployer.example'], { interactive: true });
    expect(command).toMatchObject({ exitCode: 0, stdout: 'https://deployer.example/api/ui\n' });
    expect(command.stderr).toMatch(/^The browser did not start \(exit code [1-9]\): open the address by yourself\.\n$/);
    // xdg-open tries it once more.
    expect(new Set(await started())).toEqual(new Set(['https://deployer.example/api/ui']));
  });

  it('prints the address where nobody sits, names environments of the app, and says what to do without one', async () => {
    const app = await serve();
    const run = async (...words: string[]) => await runCli(app.directory, ['open', ...words]);
    expect(await run()).toMatchObject({ exitCode: 0, stdout: `${app.url}/api/ui\n` });
    expect((await run('page', '--environment', 'a-b')).stdout).toBe(`${app.url}/api/ui#/environments/a-b\n`);
    expect((await run('--remote', 'https://deployer.example')).stdout).toBe('https://deployer.example/api/ui\n');
    expect(await run('--remote', 'http://deployer.example')).toMatchObject({ exitCode: 64 });
    await app.kill();
    const gone = await run('page');
    expect(gone).toMatchObject({ exitCode: 1, stdout: '' });
    expect(gone.stderr).toMatch(/No app is served from this directory.*\n.*serve\n/);
  });
});
