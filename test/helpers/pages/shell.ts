import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { COMMAND_LINE } from '../product/command-line.ts';
import { tempDirectory } from '../temp.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** `npm run cli --` is the built command line; what installs and builds was done before the tests. */
const NPM = `#!/bin/sh
case "$1 $2" in
  'run cli') shift 3; exec "$NODE" "$CLI" "$@" ;;
  'ci ' | 'run build') ;;
  *) echo "npm $* is not run here" >&2; exit 1 ;;
esac
`;

/** A reader's terminals in a folder that looks like a clone. */
export interface Clone {
  readonly directory: string;
  /** Runs a block to its end; rejects when a command of it fails. */
  run(block: string): Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** Runs a block in a terminal of its own until its output matches; it is ended with the test. */
  start(block: string, until: RegExp): Promise<void>;
}

export async function openClone(): Promise<Clone> {
  const directory = await tempDirectory();
  for (const name of ['examples', 'node_modules', 'local.settings.sample.json']) {
    await symlink(join(ROOT, name), join(directory, name));
  }
  await mkdir(join(directory, 'dist'));
  await mkdir(join(directory, '.shim'));
  await writeFile(join(directory, '.shim/npm'), NPM);
  await chmod(join(directory, '.shim/npm'), 0o755);
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    PATH: [join(directory, '.shim'), process.env.PATH].join(delimiter),
    NODE: process.execPath,
    CLI: COMMAND_LINE,
  };
  const bash = (block: string): [string, string[]] => ['bash', ['-euo', 'pipefail', '-c', block]];
  return {
    directory,
    run: (block) => promisify(execFile)(...bash(block), { cwd: directory, env }),
    async start(block, until) {
      // A group of its own, as a terminal's: Ctrl+C goes to all of it.
      const child = spawn(...bash(block), {
        cwd: directory,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => end(child));
      for await (const line of createInterface({ input: child.stdout })) {
        if (!until.test(line)) continue;
        child.stdout.resume();
        return;
      }
      throw new Error(`it ended (${child.exitCode}) before it said ${until}`);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  process.kill(-child.pid, 'SIGINT');
  await exited;
}

/** Ports that nobody listens on now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
