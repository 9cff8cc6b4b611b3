import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { ACTION_BUNDLE, bundleAction } from '../../../scripts/bundle.ts';
import type { ServedApp } from '../http/served-app.ts';
import { tempDirectory } from '../temp.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const BASH = ['bash', '--noprofile', '--norc', '-eo', 'pipefail'] as const;

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly { run?: string; env?: Readonly<Record<string, string>> }[] };
}

interface JobResult {
  readonly exitCode: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface Job {
  readonly workspace: string;
  /** @param isOver told of all that was logged whenever there is more; the job is cancelled as soon as it says so */
  run(inputs: Readonly<Record<string, string>>, isOver?: (log: string) => boolean): Promise<JobResult>;
}

/**
 * A checkout and an installed action, without packages beside it, as the runner has them.
 * @param variables more of those that the runner sets
 */
export async function job(app: ServedApp, variables: Readonly<Record<string, string>> = {}): Promise<Job> {
  const directory = await tempDirectory();
  const actionPath = join(directory, 'action');
  await cp(join(ROOT, 'action.yml'), join(actionPath, 'action.yml'));
  await mkdir(join(actionPath, ACTION_BUNDLE), { recursive: true });
  // As it would be made now: of the one in the repository a test says whether it is that.
  await writeFile(join(actionPath, ACTION_BUNDLE, 'run.mjs'), (await bundleAction()).text);
  const action = parse(await readFile(join(actionPath, 'action.yml'), 'utf8')) as Action;
  const step = action.runs.steps.find(({ run }) => run !== undefined);
  const workspace = join(directory, 'checkout');
  await mkdir(workspace);
  let count = 0;
  return {
    workspace,
    async run(given, isOver) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      count += 1;
      const inputs = Object.entries(action.inputs).map(([name, { default: value = '' }]) => [name, value]);
      const values: Record<string, string> = { ...Object.fromEntries(inputs), url: app.url, key: app.key, ...given };
      const files = {
        GITHUB_OUTPUT: join(directory, `out${count}`),
        GITHUB_STEP_SUMMARY: join(directory, `sum${count}`),
      };
      for (const file of Object.values(files)) await writeFile(file, '');
      const env = Object.entries(step?.env ?? {}).map(([name, expression]) => {
        return [name, values[/inputs\.([\w-]+)/.exec(expression)?.[1] ?? ''] ?? ''];
      });
      const own = { ...files, GITHUB_ACTION_PATH: actionPath, RUNNER_TEMP: directory };
      const settings = { ...Object.fromEntries(env), ...own, ...variables };
      const act = () => bash(step?.run ?? '', workspace, settings, isOver);
      const deploys = values.command === 'deploy';
      const { exitCode, output } = await (deploys ? app.asPlanned(values.environment ?? '', act) : act());
      const outputs = parseOutputs(await readFile(files.GITHUB_OUTPUT, 'utf8'));
      expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(Object.keys(outputs)));
      return { exitCode, log: output, outputs, summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8') };
    },
  };
}

/**
 * As the runner starts a step: `bash -eo pipefail`.
 * @param shell another one, with its options
 */
export async function bash(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  isOver: (log: string) => boolean = () => false,
  [shell, ...options]: readonly [string, ...string[]] = BASH,
): Promise<{ exitCode: number | null; output: string }> {
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  const child = spawn(shell, [...options, '-c', script], {
    cwd,
    env: { PATH: path, HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  let log = '';
  let isEnded = false;
  child.stdout.on('data', (piece) => {
    log += String(piece);
    if (isEnded || !isOver(log)) return;
    isEnded = true;
    child.kill('SIGINT');
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exited, output: stdout + stderr };
}

function parseOutputs(file: string): Record<string, string> {
  const found = file.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...found].map(([, name = '', , value = '']) => [name, value]));
}
