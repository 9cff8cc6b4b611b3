import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Azurite {
  readonly connectionString: string;
  readonly blobPort: number;
  stop(): Promise<void>;
}

/** The key of the development account, the same everywhere: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Starts Azurite as a process of its own; in memory, unless a folder and a port are given to come back to. */
export async function startAzurite(
  options: { readonly directory?: string; readonly blobPort?: number } = {},
): Promise<Azurite> {
  const workingDirectory = options.directory ?? (await mkdtemp(join(tmpdir(), 'azurite-')));
  const main = join(dirname(createRequire(import.meta.url).resolve('azurite/package.json')), 'dist/src/azurite.js');
  const child = spawn(
    process.execPath,
    [
      main,
      '--skipApiVersionCheck',
      '--disableTelemetry',
      '--silent',
      ...(options.directory ? ['--location', options.directory] : ['--inMemoryPersistence']),
      ...['--blobPort', String(options.blobPort ?? 0), '--queuePort', '0', '--tablePort', '0'],
    ],
    { cwd: workingDirectory, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ports: Record<string, number> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, service = '', port] =
      /Azurite (\w+) service is successfully listening at http:\/\/[^:]+:(\d+)/.exec(line) ?? [];
    if (port !== undefined) ports[service] = Number(port);
    if (Object.keys(ports).length === 3) break;
  }
  if (Object.keys(ports).length < 3) throw new Error(`Azurite ended at start (exit code ${child.exitCode})`);
  child.stdout.resume();
  const endpoint = (service: string): string => `${service}Endpoint=http://127.0.0.1:${ports[service]}/${ACCOUNT}`;
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${KEY}`,
      endpoint('Blob'),
      endpoint('Queue'),
      endpoint('Table'),
      '',
    ].join(';'),
    blobPort: ports.Blob ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      if (!options.directory) await rm(workingDirectory, { recursive: true, force: true });
    },
  };
}
