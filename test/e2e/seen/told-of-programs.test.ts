import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { follow } from '../../helpers/cli/follow.ts';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { expectDone, INSTANT, YES } from '../../helpers/cli/told-place.ts';
import { type CliOptions, type CliResult, runCli } from '../../helpers/cli.ts';
import { freePorts } from '../../helpers/pages/shell.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const PROFILE = INSTANT.slice(1);

async function folder(file: string, text: string) {
  const directory = await tempDirectory();
  await writeFile(join(directory, file), text);
  return {
    directory,
    run: (words: readonly string[], options?: CliOptions): Promise<CliResult> => runCli(directory, words, options),
  };
}

const COMPOSE = 'services: { web: { image: nginx, ports: ["80:80"] } }\n';

it('the commands with which one begins work as they are printed', async () => {
  const { run } = await folder('compose.yaml', COMPOSE);
  const help = (await runInProcess(['--help'])).stdout;
  const made = expectDone(await follow('cli/root-help: init', help, run, YES_TO_ALL)).stdout;
  expectDone(await follow('cli/root-help: plan --config', help, run, INSTANT));
  expectDone(await follow('cli/root-help: deploy --config --simulate', help, run, [...PROFILE, ...YES]));
  // On Azure these two ask for an account.
  expectDone(await follow('cli/root-help: deploy --config --auto-approve', help, run, INSTANT));
  const [onAzure = ''] = made.split('\n').filter((line) => line.includes('the same on Azure'));
  expect(expectDone(await follow('cli/init/report: plan', onAzure, run, INSTANT)).stdout).toContain('0 to run');

  const other = await folder('other.yaml', COMPOSE);
  const named = (words: readonly string[]): Promise<CliResult> =>
    other.run(words.map((word) => (word === 'FILE' ? 'other.yaml' : word)));
  const general = (await runInProcess(['explain', 'config_is_compose'])).stdout;
  expectDone(await follow('shared/error-codes/configuration: init --from', general, named, YES_TO_ALL));
});

const YES_TO_ALL = ['--yes'];

it('the app, its page, its keys and the simulator start by the commands that are printed', async () => {
  const { run } = await folder('config.yaml', '');
  const missing = expectDone(await run(['open']), 1);
  let opened: Promise<CliResult> | undefined;
  const openAndStop = async (pid: number): Promise<void> => {
    const general = (await runInProcess(['explain', 'sign_in_code_unknown'])).stdout;
    opened = follow('shared/error-codes/remote: open', general, run);
    await opened.finally(() => process.kill(pid, 'SIGTERM'));
  };
  const serving: CliOptions = { when: [{ printed: /http:\/\//, act: (pid) => void openAndStop(pid) }] };
  const options = [...INSTANT, '--port', '0'];
  let served: readonly string[] = [];
  const serve = (words: readonly string[]): Promise<CliResult> => {
    served = words;
    return run(words, serving);
  };
  expectDone(await follow('cli/commands/app/open-page: serve', missing.stderr, serve, options));
  expect(expectDone((await opened) as CliResult).stdout).toMatch(/^http:\S+\/api\/ui\n$/);
  const general = (await runInProcess(['explain', 'page_not_served'])).stdout;
  // The same words as those that have just served.
  const words = await follow('shared/error-codes/remote: serve', general, async (given) => given, options);
  expect(words).toEqual(served);
  const keys = (await runInProcess(['explain', 'key_scope_missing'])).stdout;
  expectDone(await follow('shared/error-codes/remote: key --allow', keys, run));

  const [port = 0] = await freePorts(1);
  const env = {
    ...{ AZURE_FUNCTIONS_ENVIRONMENT: 'Development', DRAFTGENIE_KEY: 'k' },
    DRAFTGENIE_SIMULATOR: `https://localhost:${port}`,
  };
  const unreachable = expectDone(await run(['runs', '--remote', 'https://shop.azurewebsites.net'], { env }), 1);
  const simulating: CliOptions = {
    when: [{ printed: /Simulating Azure/, act: (pid) => process.kill(pid, 'SIGTERM') }],
  };
  const simulate = (given: readonly string[]): Promise<CliResult> => run(given, simulating);
  expectDone(await follow('outbound/simulated-azure: simulator --port', unreachable.stderr, simulate, PROFILE));
  const start = (await runInProcess(['explain', 'simulator_unreachable'])).stdout;
  expectDone(await follow('shared/error-codes/host: simulator', start, simulate, ['--port', String(port), ...PROFILE]));
});
