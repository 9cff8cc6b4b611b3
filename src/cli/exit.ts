import { CommanderError } from 'commander';
import { isDiskFull } from '../shared/disk-full.ts';
import { ExitCode, UserError } from '../shared/errors.ts';
import { writeOutput } from './json/write-output.ts';
import type { Streams } from './terminal.ts';

type ErrorStreams = Pick<Streams, 'stdout' | 'stderr'>;

/**
 * Waits for a command that only looks, no longer than somebody reads what it prints.
 * @returns `ExitCode.unread` when the reader went, also when that shows only at the end
 */
export async function untilUnread({ closed, flushed }: Streams, done: Promise<ExitCode>): Promise<ExitCode> {
  const { promise: gone, resolve } = Promise.withResolvers<ExitCode>();
  const leave = (): void => resolve(ExitCode.unread);
  if (closed?.aborted) leave();
  closed?.addEventListener('abort', leave, { once: true });
  const exitCode = await Promise.race([done, gone]);
  await flushed?.();
  return closed?.aborted ? ExitCode.unread : exitCode;
}

/**
 * The one place where an error becomes an exit code and text for people.
 * @param isJson whether machines are told as well, on standard output
 */
export async function reportError(thrown: unknown, terminal: ErrorStreams, isJson = false): Promise<ExitCode> {
  const error = isDiskFull(thrown) ? await diskFull(thrown as Error) : thrown;
  const exitCode = await reportToPeople(error, terminal);
  if (isJson && exitCode !== ExitCode.ok) {
    // Loaded when it is needed, as most commands end without an error.
    const { errorLine } = await import('./json/error-line.ts');
    writeOutput(terminal, 'error', await errorLine(error, exitCode));
  }
  return exitCode;
}

async function reportToPeople(error: unknown, terminal: ErrorStreams): Promise<ExitCode> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof UserError) {
    terminal.stderr.write(`✗ ${error.message}\n`);
    if (error.hint) terminal.stderr.write(`  ${error.hint}\n`);
    terminal.stderr.write(`  error: ${error.shownCode}\n`);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === 'AzureError') return await reportAzure(error, terminal);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.stderr.write(`✗ Internal error; please report it.\n${text}\n  error: internal_error\n`);
  return ExitCode.failed;
}

async function diskFull(cause: Error): Promise<UserError> {
  const { ERROR_CODES } = await import('../shared/error-codes.ts');
  return new UserError(`The disk is full: ${cause.message}`, {
    code: 'disk_full',
    hint: ERROR_CODES.disk_full.next,
    cause,
  });
}

async function reportAzure(error: Error, terminal: ErrorStreams): Promise<ExitCode> {
  // Loaded when it is needed: most commands end without an error of Azure.
  const { explainFailure } = await import('../engine/failure.ts');
  const { message, code, hint, correlationId } = explainFailure(error).report;
  terminal.stderr.write(`✗ ${message}\n`);
  if (hint) terminal.stderr.write(`  ${hint}\n`);
  terminal.stderr.write(`  error: ${code}${correlationId === undefined ? '' : `, correlation id ${correlationId}`}\n`);
  return ExitCode.failed;
}
