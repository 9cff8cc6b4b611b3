import { enableCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { acquireOsLock, LockHeld } from '../shared/os-lock.ts';

// Before most of it is loaded.
enableCompileCache();
const { startSimulator } = await import('./simulator.ts');
const { processHosting } = await import('./app-service/host-process.ts');
const { createAuthority } = await import('./tls/authority.ts');

/** How long a predecessor on its way out may take. */
const LOCK_WAIT_IN_MS = 10_000;

/** The first line of the standard input. */
interface SimulatorSettings {
  readonly stateFile: string;
  readonly requestLogFile?: string;
  readonly profile: 'instant' | 'realistic';
  /** So many times as fast as Azure. */
  readonly speed: number;
  /** 0: any. */
  readonly port: number;
  /** The program that hosts function apps, see app-service/host-process.ts; absent: none starts. */
  readonly hostCommand?: readonly string[];
}

// While nothing is to be done yet: keys and a certificate, which are in no file.
const authority = createAuthority();
// Loaded by now; nothing is touched before the settings are told. The process ends with its standard input, and so with its parent.
const [line] = await new Promise<string[]>((resolve) => {
  const lines = createInterface({ input: process.stdin });
  lines.once('line', (text) => resolve([text]));
  lines.once('close', () => resolve([]));
});
if (line === undefined) process.exit(0);
const settings = JSON.parse(line) as SimulatorSettings;
const lock = await acquireOsLock(`${settings.stateFile}.lock`, { waitInMs: LOCK_WAIT_IN_MS }).catch(reportHeld);
const { hostCommand } = settings;
const simulator = await startSimulator({
  ...settings,
  authority,
  ...(hostCommand && { hosting: processHosting(hostCommand) }),
}).catch(reportPort);
const { port, dnsServer, caCertificate, tenantId, subscriptionId, clientId, clientSecret } = simulator;
process.stdout.write(
  `${JSON.stringify({ type: 'ready', port, dnsServer, caCertificate, tenantId, subscriptionId, clientId, clientSecret })}\n`,
);

function reportHeld(error: unknown): never {
  if (!(error instanceof LockHeld)) throw error;
  process.stderr.write(`The simulated cloud ${settings.stateFile} is in use by ${error.holder}.\n`);
  process.exit(1);
}

function reportPort(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EADDRINUSE') throw error;
  process.stderr.write(`The port ${settings.port} is in use.\n`);
  process.exit(1);
}

async function end(): Promise<void> {
  await simulator.close();
  await lock.release();
  process.exit(0);
}

process.once('SIGTERM', end);
process.stdin.resume();
process.stdin.once('end', end);
process.stdin.once('close', end);
// The parent may be gone already.
if (process.stdin.readableEnded) await end();
