import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One for all, so that what is recorded later is later. */
const JUMP_IN_MS = Date.parse('2025-01-01') - Date.now();

/**
 * The environment of a process that lives on the first day of 2025, as do those that it starts: no clock of a machine that runs
 * the tests is before that. The simulator's certificates are then out of date for everybody else.
 */
export function inThePast(checkout: string): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--import ${pathToFileURL(join(checkout, 'test/crash/jumping-clock.ts')).href}`,
    CLOCK_JUMP_IN_MS: String(JUMP_IN_MS),
    CLOCK_JUMP_AT: '0',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
}
