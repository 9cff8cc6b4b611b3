import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type CliOptions, type CliResult, runCli } from '../cli.ts';
import { tempDirectory } from '../temp.ts';

/** A path that a shell takes apart where it is not quoted. */
export const FILE = "it's here/config.yaml";
export const INSTANT = ['--simulate', '--simulator-profile', 'instant'];
/** What each command is about. */
export const PLACE = ['--config', FILE, '--environment', 'staging', ...INSTANT];
export const YES = ['--auto-approve'];
export const CONFIRMED = ['--confirm', 'staging'];
export const service = (name: string, image = 'nginx:1.27'): string => `  ${name}: { image: "${image}", port: 80 }\n`;
export const application = (services: string, more = ''): string =>
  `azure: { resource_group: told-rg, location: westeurope, project_name: told }\nkey_vault: { name: told-vault-1 }\nservices:\n${services}${more}`;

/** A folder with a configuration, in which commands are run as people run them. */
interface Place {
  readonly directory: string;
  write(config: string): Promise<void>;
  /** A command about the place. */
  say(words: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** A command as it is given. */
  run(words: readonly string[]): Promise<CliResult>;
  deploy(...more: readonly string[]): Promise<CliResult>;
  summary(): Promise<string>;
  /** The state document of the environment. */
  state(): Promise<string>;
  changeState(change: (text: string) => string): Promise<void>;
}

async function stateFile(directory: string): Promise<string> {
  const found = (await readdir(directory)).find((name) => /^\.azure-deployment-state.*\.json$/.test(name));
  if (found === undefined) throw new Error('there is no state');
  return join(directory, found);
}

export async function place(config: string): Promise<Place> {
  const directory = await tempDirectory();
  const write = (text: string): Promise<void> => writeFile(join(directory, FILE), text);
  await mkdir(dirname(join(directory, FILE)));
  await write(config);
  const say: Place['say'] = (words, options) => runCli(directory, [...words, ...PLACE], options);
  return {
    directory,
    write,
    say,
    run: (words) => runCli(directory, words),
    deploy: (...more) => say(['deploy', ...YES, ...more]),
    summary: () => readFile(join(directory, 'azure-deployment-summary.md'), 'utf8'),
    state: async () => await readFile(await stateFile(directory), 'utf8'),
    async changeState(change) {
      const file = await stateFile(directory);
      await writeFile(file, change(await readFile(file, 'utf8')));
    },
  };
}

export function expectDone({ exitCode, stdout, stderr }: CliResult, code = 0): CliResult {
  expect(exitCode, stdout + stderr).toBe(code);
  return { exitCode, stdout, stderr } as CliResult;
}

/** By hand, while no command runs. */
export async function changeCloud(directory: string, change: (text: string) => string): Promise<void> {
  const file = join(directory, '.draftgenie-deploy/simulator/cloud.json');
  await writeFile(file, change(await readFile(file, 'utf8')));
}
