import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { IndexedFunction } from './functions.ts';
import type { AppToHost, FunctionsHosting, HostedApp } from './hosting.ts';

/** How long a host has for what it has begun, when it is told to stop. */
const GRACE_IN_MS = 10_000;
/** Of what a host says that does not start. */
const LONGEST_COMPLAINT = 4000;

/**
 * Hosts each app in a process of its own. The program reads one line of JSON from its standard input, `{"name", "packageDirectory",
 * "dataDirectory", "orchestrations", "keys"}`, and writes one, `{"type": "ready", "url", "functions": [{"name", "bindings"}]}`; its environment is the
 * app's. It ends with its standard input.
 *
 * @param command of the program, with its arguments
 */
export function processHosting([program = '', ...args]: readonly string[]): FunctionsHosting {
  return {
    async start(app) {
      await mkdir(app.dataDirectory, { recursive: true });
      const child = spawn(program, args, {
        cwd: app.packageDirectory,
        env: { PATH: process.env.PATH ?? '', ...app.environment },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      return await started(child, app);
    },
  };
}

async function started(child: ChildProcess, { environment: _, ...app }: AppToHost): Promise<HostedApp> {
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let complaint = '';
  child.stderr?.on('data', (data: Buffer) => {
    complaint = `${complaint}${data.toString('utf8')}`.slice(-LONGEST_COMPLAINT);
  });
  // A host that is gone already does not read.
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(`${JSON.stringify(app)}\n`);
  const line = await new Promise<string | undefined>((resolve) => {
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    lines.once('line', resolve);
    lines.once('close', () => resolve(undefined));
  });
  if (line === undefined) {
    await ended;
    throw new Error(`the host of ${app.name} does not start: ${complaint.trim()}`);
  }
  child.stdout?.resume();
  const { url, functions } = JSON.parse(line) as { readonly url: string; readonly functions: IndexedFunction[] };
  return {
    url,
    functions,
    ended,
    async stop() {
      child.stdin?.end();
      const late = setTimeout(() => child.kill('SIGKILL'), GRACE_IN_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
