import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { SimulatedAzure } from '../outbound/simulated-azure.ts';
import { UserError } from '../shared/errors.ts';
import { acquireOsLock, LockHeld } from '../shared/os-lock.ts';
import { endChild } from './end-child.ts';

/** What the simulator is told before it does anything; see src/simulator/serve.ts. */
interface SimulatorSettings {
  readonly stateFile: string;
  readonly requestLogFile: string;
  readonly profile: 'instant' | 'realistic';
  readonly speed: number;
  /** 0: any. */
  readonly port: number;
  readonly hostCommand: readonly string[];
}

export interface SimulatorProcess extends SimulatedAzure {
  /** Rejects when it ends although nobody asked it to. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Starts the Azure simulator as a process of its own, as Azure is one: it outlives a killed deployer just long enough
 * to keep what it acknowledged, then ends with its standard input.
 */
export async function startSimulatorProcess(options: {
  directory: string;
  profile: 'instant' | 'realistic';
  speed: number;
  /** By default any that is free. */
  port?: number;
}): Promise<SimulatorProcess> {
  const { directory, profile, speed, port = 0 } = options;
  const child = loaded ?? spawnSimulator();
  loaded = undefined;
  for (const part of handlesOf(child)) part.ref();
  const settings: SimulatorSettings = {
    stateFile: stateFileIn(directory),
    requestLogFile: join(directory, 'requests.ndjson'),
    profile,
    speed,
    port,
    hostCommand: [process.execPath, entry('./functions-host.js', './hosted/functions-host.ts')],
  };
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const broken = ended(child);
  const ready = await waitUntilReady(child, broken);
  await keepSubscription(directory, ready.subscriptionId);
  return { ...ready, broken, stop: () => endChild(child) };
}

/** The subscription of the simulator that has its files there, which no Azure has; undefined: none was started there yet. */
export async function subscriptionOfSimulator(directory: string): Promise<string | undefined> {
  return await readFile(subscriptionFile(directory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function keepSubscription(directory: string, subscriptionId: string): Promise<void> {
  if ((await subscriptionOfSimulator(directory)) === subscriptionId) return;
  await mkdir(directory, { recursive: true });
  await writeFile(subscriptionFile(directory), subscriptionId);
}

function subscriptionFile(directory: string): string {
  return join(directory, 'subscription.txt');
}

function stateFileIn(directory: string): string {
  return join(directory, 'cloud.json');
}

/**
 * For who only looks: refuses at once while another process has the simulated cloud, which a start of the simulator would wait for.
 *
 * @throws UserError `simulator_in_use`
 */
export async function requireFreeSimulator(directory: string): Promise<void> {
  try {
    await (await acquireOsLock(`${stateFileIn(directory)}.lock`)).release();
  } catch (cause) {
    if (!(cause instanceof LockHeld)) throw cause;
    throw new UserError(`The simulator is in use by a run or another command (${cause.holder}).`, {
      code: 'simulator_in_use',
      hint: 'Look again when that has ended.',
      cause,
    });
  }
}

let loaded: SimulatorChild | undefined;

/** Loads the next simulator while this process still loads itself. It touches nothing; when nobody needs it, it ends with this process. */
export function preloadSimulator(): void {
  loaded ??= spawnSimulator();
  for (const part of handlesOf(loaded)) part.unref();
}

type SimulatorChild = ChildProcessByStdio<Writable, Readable, null>;

function spawnSimulator(): SimulatorChild {
  // In a group of its own: Ctrl+C in the terminal is for the deployer, which still needs its cloud to finish.
  return spawn(process.execPath, [entry('./simulator.js', '../simulator/serve.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
}

/** What keeps this process alive; pipes are sockets. */
function handlesOf(child: SimulatorChild): readonly { ref(): unknown; unref(): unknown }[] {
  return [child, child.stdin as unknown as Socket, child.stdout as unknown as Socket];
}

/** A program of the product: beside this file in the bundle, or among the sources. */
function entry(bundled: string, source: string): string {
  return fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? source : bundled, import.meta.url));
}

/** Rejects with the end of the process, however it comes; whoever ended it does not listen any more. */
function ended(child: SimulatorChild): Promise<never> {
  const end = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new UserError(`The Azure simulator ended (exit code ${code ?? signal}).`, { code: 'simulator_failed' }));
    });
  });
  end.catch(() => undefined);
  return end;
}

async function waitUntilReady(child: SimulatorChild, broken: Promise<never>): Promise<SimulatedAzure> {
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<SimulatedAzure>((resolve, reject) => {
    lines.on('line', (line) => {
      try {
        const message = JSON.parse(line) as SimulatedAzure & { type?: string };
        if (message.type === 'ready') resolve(message);
      } catch (cause) {
        reject(new Error(`the simulator wrote what is not JSON: ${line.slice(0, 200)}`, { cause }));
      }
    });
  });
  return await Promise.race([ready, broken]);
}
