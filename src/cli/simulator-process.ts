import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { UserError } from '../shared/errors.ts';
import { endChild } from './end-child.ts';

/** What the simulator says when it is ready; see src/simulator/serve.ts. */
export interface SimulatorReady {
  readonly port: number;
  /** Where it answers about names: `127.0.0.1:5353`. */
  readonly dnsServer: string;
  /** PEM of the private authority that signed its certificates. */
  readonly caCertificate: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the simulator is told before it does anything; see src/simulator/serve.ts. */
interface SimulatorSettings {
  readonly stateFile: string;
  readonly requestLogFile: string;
  readonly profile: 'instant' | 'realistic';
  readonly speed: number;
  readonly hostCommand: readonly string[];
}

export interface SimulatorProcess extends SimulatorReady {
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
}): Promise<SimulatorProcess> {
  const { directory, profile, speed } = options;
  const child = loaded ?? spawnSimulator();
  loaded = undefined;
  for (const part of handlesOf(child)) part.ref();
  const settings: SimulatorSettings = {
    stateFile: join(directory, 'cloud.json'),
    requestLogFile: join(directory, 'requests.ndjson'),
    profile,
    speed,
    hostCommand: [process.execPath, entry('./functions-host.js', './hosted/functions-host.ts')],
  };
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const ready = await waitUntilReady(child);
  return { ...ready, stop: () => endChild(child) };
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

async function waitUntilReady(child: SimulatorChild): Promise<SimulatorReady> {
  const exited = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(
        new UserError(`The Azure simulator ended at start (exit code ${code}).`, {
          code: 'simulator_failed',
        }),
      );
    });
  });
  exited.catch(() => undefined);
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<SimulatorReady>((resolve, reject) => {
    lines.on('line', (line) => {
      try {
        const message = JSON.parse(line) as SimulatorReady & { type?: string };
        if (message.type === 'ready') resolve(message);
      } catch (cause) {
        reject(new Error(`the simulator wrote what is not JSON: ${line.slice(0, 200)}`, { cause }));
      }
    });
  });
  return await Promise.race([ready, exited]);
}
