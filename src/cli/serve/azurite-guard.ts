import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { acquireOsLock, LockHeld } from '../../shared/os-lock.ts';
import { AZURITE_LOCK } from './azurite-lock.ts';

/**
 * Loaded into the process of Azurite before Azurite itself. Azurite writes its files every few seconds and when it ends in good
 * order, so it must end so even when its parent was killed: it ends with its standard input, which the parent holds open.
 */
const directory = process.argv[process.argv.indexOf('--location') + 1] ?? '.';
await acquireOsLock(join(directory, AZURITE_LOCK)).catch((error: unknown) => {
  if (!(error instanceof LockHeld)) throw error;
  process.stderr.write(`The storage in ${directory} is in use by ${error.holder}.\n`);
  process.exit(1);
});
// Most of the time until Azurite listens is that of compiling it.
enableCompileCache();

// A parent that was killed reads no words any more; they must not end us before the files are written.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
process.stdin.resume();
process.stdin.once('close', () => {
  // Not a signal: Windows has none that a process could answer.
  if (!process.emit('SIGTERM')) process.exit(0);
});
