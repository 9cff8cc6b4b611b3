import { execFile, execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openConnectProxy } from '../../../src/simulator/connect-proxy.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/simulator.ts';
import { tempDirectory } from '../temp.ts';

/** What `az` answered: its output read as JSON (nothing is null), or what it complained about. */
type AzAnswer = { readonly failed: false; readonly value: unknown } | { readonly failed: true; readonly error: string };

/** Microsoft's own client, signed in to a simulator of the running test. */
export interface Az {
  readonly simulator: Simulator;
  run(...args: readonly string[]): Promise<AzAnswer>;
  /** Fails the test when `az` does. */
  value(...args: readonly string[]): Promise<unknown>;
}

/** Version of the `az` on the path; undefined where there is none. */
export function azVersion(): string | undefined {
  try {
    const answer = execFileSync('az', ['version', '--query', '"azure-cli"', '--output', 'tsv'], { encoding: 'utf8' });
    return answer.trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Nothing is bent for `az` but the socket: it uses Azure's own names, finds the simulator by `HTTPS_PROXY` and trusts its
 * authority by `REQUESTS_CA_BUNDLE`.
 */
export async function signedInAz(options: Partial<SimulatorOptions> = {}): Promise<Az> {
  const simulator = await startSimulator({ profile: 'instant', ...options });
  onTestFinished(() => simulator.close());
  return await azOn(simulator);
}

/** The same, signed in to one that is there. */
export async function azOn(simulator: Simulator): Promise<Az> {
  const proxy = await openConnectProxy(simulator);
  onTestFinished(() => proxy.close());
  const directory = await tempDirectory();
  const authority = join(directory, 'authority.pem');
  await writeFile(authority, simulator.caCertificate);
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: directory,
    LANG: 'C.UTF-8',
    HTTPS_PROXY: proxy.url,
    https_proxy: proxy.url,
    REQUESTS_CA_BUNDLE: authority,
    AZURE_CONFIG_DIR: join(directory, 'azure'),
    AZURE_CORE_COLLECT_TELEMETRY: 'false',
    AZURE_CORE_ONLY_SHOW_ERRORS: 'true',
    AZURE_CORE_OUTPUT: 'json',
  };
  const run = (...args: readonly string[]): Promise<AzAnswer> =>
    new Promise((resolve) => {
      execFile('az', args, { env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (error) resolve({ failed: true, error: stderr || error.message });
        else resolve({ failed: false, value: stdout.trim() === '' ? null : JSON.parse(stdout) });
      });
    });
  const value = async (...args: readonly string[]): Promise<unknown> => {
    const answer = await run(...args);
    if (answer.failed) throw new Error(`az ${args.slice(0, 4).join(' ')}: ${answer.error}`);
    return answer.value;
  };
  const { clientId, clientSecret, tenantId } = simulator;
  await value('login', '--service-principal', '-u', clientId, '-p', clientSecret, '--tenant', tenantId);
  return { simulator, run, value };
}
