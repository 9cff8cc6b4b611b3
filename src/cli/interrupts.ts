import { ExitCode } from '../shared/errors.ts';
import type { Terminal } from './terminal.ts';

/**
 * Ctrl+C: the first asks to start nothing new, the second to leave at once. Further ones change nothing.
 * @returns takes the handlers away again.
 */
export function onInterrupts(first: () => void, second: () => void): () => void {
  let count = 0;
  const handler = (): void => {
    count += 1;
    if (count === 1) first();
    if (count === 2) second();
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return () => {
    process.off('SIGINT', handler);
    process.off('SIGTERM', handler);
  };
}

/**
 * Resolves with the first Ctrl+C, for what serves until it is told to stop; the second leaves at once. What was not written down by
 * then is gone, as after a crash; the children of a command end by themselves.
 */
export function untilInterrupted(terminal: Terminal): { readonly interrupted: Promise<void>; release(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const release = onInterrupts(
    () => {
      terminal.stderr.write('Stopping; once more leaves at once.\n');
      resolve();
    },
    () => process.exit(ExitCode.interrupted),
  );
  return { interrupted: promise, release };
}
