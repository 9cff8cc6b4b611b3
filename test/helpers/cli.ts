import { spawn } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startedAs } from '../../src/cli/own-commands.ts';
import { requirePrintedCommands } from './cli/printed-commands.ts';
import { requireValidOutput } from './cli/valid-output.ts';
import { asPlanned } from './plan/as-planned.ts';
import { deployedOnce } from './plan/deployed-once.ts';
import { COMMAND_LINE } from './product/command-line.ts';
import { tempDirectory } from './temp.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/draftgenie', import.meta.url));

/** As `createWaiting` words them. */
const WAITS = /^(?:[A-Z].*…|Still .*, \d.*)\n/gm;

export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** Without the lines that tell what is waited for: whether there are any depends on how busy the machine is. */
  readonly stderr: string;
  /** Those lines. */
  readonly waits: readonly string[];
  /** Standard output as NDJSON. */
  readonly events: readonly CliEvent[];
}

interface CliEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Modules loaded before the product. */
  readonly imports?: readonly string[];
  /** Each is called once, as soon as what was printed matches, on either stream. */
  readonly when?: readonly When[];
  /** What takes longer waits for ever: it is ended with SIGTERM. Default: none. */
  readonly limitInMs?: number;
  /** Why a deployment that succeeds is not held against its plan; absent: it is. */
  readonly notAsPlanned?: string;
}

interface When {
  readonly printed: RegExp;
  readonly act: (pid: number) => void;
}

/** A directory of its own with a copy of the example application, and the command line run in it as users run it. */
export interface Sandbox {
  readonly directory: string;
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /**
   * `deploy --config app/config.yaml --simulate --simulator-profile instant --auto-approve --output json` and more. Fails the test
   * when it succeeds and something else happened than its plan says. A first deployment that another sandbox had is not made again.
   */
  deploy(args?: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** The same with all arguments given. */
  deployAsPlanned(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  state(): Promise<StateView>;
  /** Lines of the simulator's request log. */
  requests(): Promise<readonly SimulatorRequest[]>;
}

interface StateView {
  readonly steps: Readonly<Record<string, { status: string; outputs: Record<string, string>; run_id?: string }>>;
  readonly resources: Readonly<Record<string, { id: string; generic?: { api_version: string } }>>;
  readonly lock: unknown;
  readonly fence: number;
}

export interface SimulatorRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
  readonly body?: unknown;
  readonly traffic?: { readonly app: string; readonly weights: Readonly<Record<string, number>> };
  readonly outages?: readonly string[];
}

export async function copyExample(directory: string): Promise<void> {
  await cp(EXAMPLE, join(directory, 'app'), { recursive: true });
}

/** @param existing a directory that has the example already, such as that of a served app */
export async function createSandbox(existing?: string): Promise<Sandbox> {
  const directory = existing ?? (await tempDirectory());
  if (existing === undefined) await copyExample(directory);
  let isUntouched = existing === undefined;
  const run = (args: readonly string[], options?: CliOptions): Promise<CliResult> => {
    isUntouched = false;
    return runCli(directory, args, options);
  };
  const read = (path: string): Promise<string> => readFile(join(directory, path), 'utf8');
  const sandbox: Sandbox = {
    directory,
    run,
    read,
    write: (path, text) => writeFile(join(directory, path), text),
    deploy: (args = [], options) =>
      options?.notAsPlanned === undefined
        ? sandbox.deployAsPlanned([...DEPLOY, ...args], options)
        : run([...DEPLOY, ...args], options),
    deployAsPlanned(args, options) {
      const deploy = (): Promise<CliResult> => asPlanned(sandbox, () => run(args, options));
      const isFirst = isUntouched && options === undefined;
      isUntouched = false;
      return isFirst ? deployedOnce(directory, args, deploy) : deploy();
    },
    state: async () => JSON.parse(await read('.azure-deployment-state-v1.json')) as StateView,
    requests: async () => ndjson(await read('.draftgenie-deploy/simulator/requests.ndjson')) as never,
  };
  return sandbox;
}

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const DEPLOY = ['deploy', ...SIMULATE, '--auto-approve', '--output', 'json'];

/** The command line in a directory of the test's own. */
export function runCli(directory: string, args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const imports = (options.imports ?? []).flatMap((module) => ['--import', module]);
  const child = spawn(process.execPath, [...imports, COMMAND_LINE, ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    // As the tests themselves were started is not how their commands are.
    env: { ...process.env, NODE_OPTIONS: '', npm_lifecycle_event: '', ...options.env },
    ...(options.limitInMs !== undefined && { timeout: options.limitInMs }),
  });
  let stdout = '';
  let stderr = '';
  let awaited = options.when ?? [];
  const look = (): void => {
    const due = awaited.filter(({ printed }) => printed.test(stdout) || printed.test(stderr));
    awaited = awaited.filter((one) => !due.includes(one));
    for (const { act } of due) if (child.pid !== undefined) act(child.pid);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    look();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      const result: CliResult = {
        exitCode,
        signal,
        stdout,
        stderr: stderr.replace(WAITS, ''),
        waits: stderr.match(WAITS) ?? [],
        events: args.includes('json') ? (ndjson(stdout) as CliEvent[]) : [],
      };
      const started = startedAs({ argv: ['node', COMMAND_LINE], env: {}, directory });
      try {
        requireValidOutput(args, stdout);
      } catch (error) {
        reject(error);
        return;
      }
      requirePrintedCommands(args, args.includes('json') ? stderr : stdout + stderr, started).then(
        () => resolve(result),
        reject,
      );
    });
  });
}

/** Parses NDJSON; a last line that was cut off by a kill is left out. */
export function ndjson(text: string): readonly unknown[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}
