import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded with `node --import` before the product: kills its own process right before or right after the n-th fdatasync of a
 * file, which is how the journal makes a batch durable (src/runtime/journal.ts). The product has no hook for it.
 *
 * KILL_AT_JOURNAL_WRITE=n, KILL_MOMENT=before|after; or COUNT_JOURNAL_WRITES_IN=file to count them in a whole run.
 */
const killAt = Number(process.env.KILL_AT_JOURNAL_WRITE ?? 0);
const isBefore = process.env.KILL_MOMENT === 'before';
const countFile = process.env.COUNT_JOURNAL_WRITES_IN;

const original = fs.fdatasync;
let writes = 0;

const patched: typeof original = Object.assign((descriptor: number, callback: fs.NoParamCallback): void => {
  writes += 1;
  if (writes === killAt && isBefore) process.kill(process.pid, 'SIGKILL');
  original(descriptor, (error) => {
    if (writes === killAt) process.kill(process.pid, 'SIGKILL');
    callback(error);
  });
}, original);
fs.fdatasync = patched;
syncBuiltinESMExports();

if (countFile !== undefined) process.on('exit', () => fs.writeFileSync(countFile, String(writes)));
