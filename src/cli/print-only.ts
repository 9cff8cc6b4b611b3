import { CommanderError } from 'commander';
import { ExitCode } from '../shared/exit-code.ts';
import { createProgram } from './program.ts';
import { requireKnown } from './root-help.ts';
import { processWriters, type Streams } from './terminal.ts';

/**
 * What is printed from the table of commands alone: help, the version, and what completes words in a shell, which is asked at every press of
 * a key. In the bundle it is one file, that reads nothing else.
 *
 * @returns undefined: the words ask for more than that, and nothing was done or printed
 */
export async function printOnly(
  words: readonly string[],
  terminal: Pick<Streams, 'stdout' | 'stderr'> = processWriters(),
): Promise<ExitCode | undefined> {
  let asksForMore = false;
  const program = await createProgram(words, terminal, () => async () => {
    asksForMore = true;
  });
  try {
    requireKnown(program, words[0]);
    await program.parseAsync(words, { from: 'user' });
    return asksForMore ? undefined : ExitCode.ok;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
}
