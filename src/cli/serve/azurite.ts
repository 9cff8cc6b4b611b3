import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UserError } from '../../shared/errors.ts';
import { acquireOsLock, LockHeld } from '../../shared/os-lock.ts';
import { endChild } from '../end-child.ts';
import { loadAccountKey } from './account-key.ts';
import { AZURITE_LOCK } from './azurite-lock.ts';
import { ownFolder } from './own-folder.ts';

/** Azure's blob storage on this machine. */
export interface LocalStorage {
  readonly connectionString: string;
  /** Rejects when Azurite ends although nobody asked it to. */
  readonly broken: Promise<never>;
  /** Lets it write its files and end. */
  stop(): Promise<void>;
}

/** The emulator's usual account, with a key of ours: https://learn.microsoft.com/azure/storage/common/storage-use-azurite#custom-storage-accounts-and-keys */
const ACCOUNT = 'devstoreaccount1';
const PORT_FILE = 'port';
/** How long an Azurite whose parent was killed may take to write its files. */
const PREDECESSOR_ENDS_WITHIN_MS = 20_000;

/**
 * Starts Azurite as a process of its own, on loopback, with its data in the directory. It takes the port that it had before, when
 * that is free, so that addresses which others noted stay right.
 */
export async function startAzurite(directory: string): Promise<LocalStorage> {
  await ownFolder(directory);
  await waitForPredecessor(directory);
  const key = await loadAccountKey(directory);
  const args = [
    ...['--import', guardUrl(), findAzurite([import.meta.url, join(process.cwd(), 'package.json')])],
    ...['--location', directory, '--blobHost', '127.0.0.1', '--blobPort', String(await formerPort(directory))],
    // The SDK is always ahead of the versions that Azurite knows; telemetry is on unless it is turned off.
    ...['--skipApiVersionCheck', '--disableTelemetry', '--silent'],
  ];
  // In a group of its own: Ctrl+C in the terminal is for the app, which still needs its storage to finish.
  const child = spawn(process.execPath, args, {
    cwd: directory,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '', AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
  });
  let isStopping = false;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const broken = exited.then(() => {
    if (isStopping) return new Promise<never>(() => undefined);
    throw failed(`ended (exit code ${child.exitCode ?? child.signalCode})`);
  });
  broken.catch(() => undefined);
  const port = await Promise.race([listeningPort(child), broken]);
  await writeFile(join(directory, PORT_FILE), String(port));
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${key}`,
      `BlobEndpoint=http://127.0.0.1:${port}/${ACCOUNT}`,
      '',
    ].join(';'),
    broken,
    async stop() {
      isStopping = true;
      await endChild(child);
    },
  };
}

async function waitForPredecessor(directory: string): Promise<void> {
  try {
    const lock = await acquireOsLock(join(directory, AZURITE_LOCK), { waitInMs: PREDECESSOR_ENDS_WITHIN_MS });
    await lock.release();
  } catch (cause) {
    if (!(cause instanceof LockHeld)) throw cause;
    throw new UserError(`The storage in ${directory} is in use by ${cause.holder}.`, {
      code: 'storage_in_use',
      hint: 'Stop the other one, or serve from another directory.',
      cause,
    });
  }
}

/** It is large and of use on a developer's machine only, so it is not a dependency: beside us, or in the project at hand. */
export function findAzurite(places: readonly string[]): string {
  for (const from of places) {
    try {
      return join(dirname(createRequire(from).resolve('azurite/package.json')), 'dist/src/blob/main.js');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new UserError('The storage emulator Azurite is not installed.', {
    code: 'azurite_missing',
    hint: 'Install it with: npm install azurite. Or set DEPLOYMENT_STORAGE to a storage that is there.',
  });
}

function guardUrl(): string {
  const built = !import.meta.url.endsWith('.ts');
  const path = fileURLToPath(new URL(built ? './azurite-guard.js' : './azurite-guard.ts', import.meta.url));
  return pathToFileURL(path).href;
}

async function listeningPort(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('Azurite has no standard output');
  const lines = createInterface({ input: child.stdout });
  return await new Promise<number>((resolve) => {
    lines.on('line', (line) => {
      const [, port] = /successfully listens on http:\/\/[^:]+:(\d+)/.exec(line) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

/** 0, any port, at the first time and when somebody else has taken it. */
async function formerPort(directory: string): Promise<number> {
  const text = await readFile(join(directory, PORT_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '0';
    throw error;
  });
  const port = Number(text);
  if (!Number.isInteger(port) || port <= 0) return 0;
  return await new Promise<number>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
  });
}

function failed(how: string): UserError {
  return new UserError(`The storage emulator Azurite ${how}.`, {
    code: 'azurite_failed',
    hint: 'Its own words are above, on standard error.',
  });
}
