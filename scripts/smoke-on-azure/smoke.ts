import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Exchange } from './exchange.ts';
import { openRecorder, type Upstream } from './recorder.ts';

export interface SmokeOptions {
  /** The first file of the built command line. */
  readonly commandLine: string;
  readonly config: string;
  /** Name of the environment's own, for its deletion. */
  readonly environment: string;
  readonly upstream: Upstream;
  /** Variables by which the deployer signs in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the deployment; what it made is deleted all the same. */
  readonly signal?: AbortSignal;
  readonly say: (text: string) => void;
}

interface SmokeResult {
  readonly exchanges: readonly Exchange[];
  readonly deployed: boolean;
  /** False: something may be left, and the folder with the state is kept. */
  readonly destroyed: boolean;
  readonly directory: string;
}

/** Deploys, looks for drift, and deletes everything again, after a failure and an interruption too. All requests are recorded. */
export async function smoke(options: SmokeOptions): Promise<SmokeResult> {
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-smoke-'));
  const recorder = await openRecorder(options.upstream);
  try {
    await writeFile(join(directory, 'config.yaml'), options.config);
    // The authorities that others trust as well: the Azure CLI is asked for tokens through the same proxy.
    const authorities = join(directory, 'authorities.pem');
    await writeFile(authorities, [recorder.caCertificate, ...rootCertificates].join('\n'));
    const env = {
      ...options.env,
      HTTPS_PROXY: recorder.proxy,
      NODE_EXTRA_CA_CERTS: authorities,
      REQUESTS_CA_BUNDLE: authorities,
    };
    const run = (args: readonly string[], signal?: AbortSignal): Promise<boolean> =>
      command(options, [...args, '--config', 'config.yaml', '--environment', options.environment], {
        directory,
        env,
        signal,
      });
    const deployed =
      (await run(['deploy', '--auto-approve', '--output', 'plain'], options.signal)) &&
      (await run(['drift', '--output', 'plain'], options.signal));
    const destroyed = await run(['destroy', '--confirm', options.environment, '--output', 'plain']);
    if (destroyed) await rm(directory, { recursive: true, force: true });
    return { exchanges: [...recorder.exchanges], deployed, destroyed, directory };
  } finally {
    await recorder.close();
  }
}

interface CommandContext {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
}

async function command(
  { commandLine, say }: SmokeOptions,
  args: readonly string[],
  { directory, env, signal }: CommandContext,
): Promise<boolean> {
  if (signal?.aborted) return false;
  say(`$ draftgenie-deploy ${args.join(' ')}\n`);
  // In a group of its own: what is typed here is for this process, which tells the deployer.
  const child = spawn(process.execPath, [commandLine, ...args], {
    cwd: directory,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const output of [child.stdout, child.stderr]) output.setEncoding('utf8').on('data', say);
  const park = (): void => interrupt(child);
  signal?.addEventListener('abort', park, { once: true });
  try {
    return (await new Promise((resolve) => child.once('exit', resolve))) === 0;
  } finally {
    signal?.removeEventListener('abort', park);
  }
}

/** The first lets it begin nothing new, the second parks the run at once; the deletion goes on from there. */
function interrupt(child: ChildProcess): void {
  child.kill('SIGINT');
  child.kill('SIGINT');
}
