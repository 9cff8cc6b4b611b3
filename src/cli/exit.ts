import { CommanderError } from 'commander';
import { isDiskFull } from '../shared/disk-full.ts';
import { ExitCode, UserError } from '../shared/errors.ts';
import type { Terminal } from './terminal.ts';

/** The one place where an error becomes an exit code and text for people. */
export function reportError(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof UserError) {
    terminal.stderr.write(`✗ ${error.message}\n`);
    if (error.hint) terminal.stderr.write(`  ${error.hint}\n`);
    return error.exitCode;
  }
  if (isDiskFull(error)) {
    terminal.stderr.write(`✗ The disk is full: ${(error as Error).message}\n`);
    terminal.stderr.write('  Make room and start the same command again: a deployment goes on where it stopped.\n');
    return ExitCode.failed;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.stderr.write(`✗ Internal error; please report it.\n${text}\n`);
  return ExitCode.failed;
}
