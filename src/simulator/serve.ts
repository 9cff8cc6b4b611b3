import { enableCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { acquireOsLock, LockHeld } from '../shared/os-lock.ts';

// Before most of it is loaded.
enableCompileCache();
const { startSimulator } = await import('./simulator.ts');

/** How long a predecessor on its way out may take. */
const LOCK_WAIT_IN_MS = 10_000;

/** The simulator as a process of its own. It ends with its standard input, and so with its parent. */
const { values } = parseArgs({
  options: {
    'state-file': { type: 'string' },
    'request-log': { type: 'string' },
    profile: { type: 'string', default: 'realistic' },
    speed: { type: 'string', default: '60' },
    port: { type: 'string', default: '0' },
  },
});

const stateFile = values['state-file'];
const requestLogFile = values['request-log'];
const lock =
  stateFile === undefined
    ? undefined
    : await acquireOsLock(`${stateFile}.lock`, { waitInMs: LOCK_WAIT_IN_MS }).catch(reportHeld);
const simulator = await startSimulator({
  profile: values.profile === 'instant' ? 'instant' : 'realistic',
  speed: Number(values.speed),
  port: Number(values.port),
  ...(stateFile !== undefined && { stateFile }),
  ...(requestLogFile !== undefined && { requestLogFile }),
});

function reportHeld(error: unknown): never {
  if (!(error instanceof LockHeld)) throw error;
  process.stderr.write(`The simulated cloud ${stateFile} is in use by ${error.holder}.\n`);
  process.exit(1);
}

const { port, caCertificate, tenantId, subscriptionId, clientId, clientSecret } = simulator;
process.stdout.write(
  `${JSON.stringify({ type: 'ready', port, caCertificate, tenantId, subscriptionId, clientId, clientSecret })}\n`,
);

async function end(): Promise<void> {
  await simulator.close();
  await lock?.release();
  process.exit(0);
}

process.stdin.resume();
process.stdin.once('end', end);
process.stdin.once('close', end);
process.once('SIGTERM', end);
