import { describe, expect, it } from 'vitest';
import type { CommonOptions } from '../../../src/cli/options.ts';
import { completeCommands, startedAs } from '../../../src/cli/own-commands.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { ERROR_CODES } from '../../../src/shared/error-codes.ts';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import { printedCommands } from '../../helpers/cli/printed-commands.ts';

const NOWHERE = { write: () => undefined };
const OPTIONS: CommonOptions = {
  config: 'my app/config.yaml',
  configGiven: true,
  allowUnknownKeys: false,
  environment: 'staging',
  var: { TAG: '1.2' },
  simulate: false,
  simulatorProfile: 'realistic',
  simulatorSpeed: 60,
  output: undefined,
  verbose: false,
  remote: undefined,
  key: 'secret',
};
const PLACE = "--config 'my app/config.yaml' --environment staging --var TAG=1.2";

async function completed(text: string, options: Partial<CommonOptions> = {}, started = 'draftgenie-deploy') {
  const program = await createProgram([], { stdout: NOWHERE, stderr: NOWHERE }, () => async () => undefined);
  return completeCommands(text, program, { ...OPTIONS, ...options }, started);
}

describe('a command that is printed', () => {
  it.each([
    [{ npm_lifecycle_event: 'npx' }, '/cache/draftgenie-deploy', 'npx draftgenie-deploy'],
    [{ npm_lifecycle_event: 'start', npm_package_name: 'draftgenie-deploy' }, '/here/dist/cli.js', 'npm run cli --'],
    [{ npm_lifecycle_event: 'start', npm_package_name: 'shop' }, '/x/bin/draftgenie-deploy', 'draftgenie-deploy'],
    [{}, '/usr/local/bin/draftgenie-deploy', 'draftgenie-deploy'],
    [{}, '/here/dist/cli.js', 'node dist/cli.js'],
    [{}, '/other place/dist/cli.js', "node '/other place/dist/cli.js'"],
  ])('names the program as it was started: %j %s', (env, file, expected) => {
    expect(startedAs({ argv: ['node', file], env, directory: '/here' })).toBe(expected);
  });

  it('is about the same configuration, environment, app and simulator', async () => {
    expect(await completed('To break the lock: draftgenie-deploy state unlock')).toBe(
      `To break the lock: draftgenie-deploy state unlock ${PLACE}`,
    );
    expect(
      await completed('draftgenie-deploy approve r --plan d', { remote: 'https://x', environment: 'default' }),
    ).toBe("draftgenie-deploy approve --config 'my app/config.yaml' --var TAG=1.2 --remote https://x r --plan d");
    const simulated = { simulate: true, simulatorProfile: 'instant', environment: 'default', var: {} } as const;
    expect(await completed('draftgenie-deploy runs', simulated)).toBe(
      "draftgenie-deploy runs --config 'my app/config.yaml' --simulate --simulator-profile instant",
    );
  });

  it('is about another place where it names an app of its own', async () => {
    const through = 'draftgenie-deploy --config config.yaml --remote https://deployer.example';
    expect(await completed(`Deploy through it: ${through}`, { simulate: true })).toBe(`Deploy through it: ${through}`);
  });

  it('gets no option that it has already, or does not know, and never a key', async () => {
    const twice = await completed(await completed('Look: draftgenie-deploy status'));
    expect(twice).toBe(`Look: draftgenie-deploy status ${PLACE}`);
    expect(await completed('`draftgenie-deploy key` makes one')).toBe('`draftgenie-deploy key` makes one');
    expect(await completed('draftgenie-deploy status', { remote: 'https://x' })).not.toContain('secret');
  });

  it('is found amid a sentence, with others, and as the default command; prose is left alone', async () => {
    const npm = 'npm run cli --';
    expect(await completed('see draftgenie-deploy cost, then draftgenie-deploy runs.', {}, npm)).toBe(
      `see ${npm} cost ${PLACE}, then ${npm} runs ${PLACE}.`,
    );
    expect(await completed('Resume with: draftgenie-deploy --resume', {}, npm)).toBe(
      `Resume with: ${npm} ${PLACE} --resume`,
    );
    const prose = 'a newer draftgenie-deploy than this, https://x/draftgenie-deploy plan';
    expect(await completed(prose, {}, npm)).toBe(prose);
  });

  it('is taken by the program, with the same target, in every hint there is', async () => {
    const hints = Object.values(ERROR_CODES).map(({ next }) => next);
    const found = await printedCommands(await completed(hints.join('\n')), 'draftgenie-deploy');
    expect(found.length).toBeGreaterThan(6);
    for (const { text, options } of found) {
      expect(options, text).toMatchObject({ config: OPTIONS.config, environment: 'staging', var: OPTIONS.var });
    }
  });
});

describe('a word that is no command', () => {
  it.each([
    ['deply', 'deploy'],
    ['destory', 'destroy'],
  ])('is told with what was meant: %s', async (word, meant) => {
    const { exitCode, stderr } = await runInProcess([word]);
    expect([exitCode, stderr]).toEqual([64, `error: unknown command '${word}'\n(Did you mean ${meant}?)\n`]);
  });

  it('and the help begins with the options of the original script, and four examples', async () => {
    const { stdout } = await runInProcess(['--help']);
    for (const option of ['--config', '--dry-run', '--resume', '--force-step', '--force-all', '--reset-state']) {
      expect(stdout).toMatch(new RegExp(`^  ${option}`, 'm'));
    }
    expect(stdout.split('Examples:\n')[1]?.trim().split('\n')).toHaveLength(4);
  });
});

it('a key that is missing is told with the one that is written in its place', () => {
  const result = parseConfig(
    'azure: { resource_group: a, locaton: eastus }\nkey_vault: { name: vault-1 }\nservices: { web: { image: nginx } }\n',
  );
  const { message } = (result.ok ? [] : result.problems).find(({ path }) => path === 'azure.location') ?? {};
  expect(message).toMatch(/; locaton is written there, which nobody reads$/);
});
