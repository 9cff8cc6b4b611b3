import { Readable, Writable } from 'node:stream';
import { runCli } from '../../../src/cli/program.ts';
import type { ExitCode } from '../../../src/shared/errors.ts';
import { requireValidOutput } from './valid-output.ts';

export interface Printed {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line within the process of the test, for commands that read files and print. */
export async function runInProcess(
  args: readonly string[],
  { interactive = false }: { readonly interactive?: boolean } = {},
): Promise<Printed> {
  let [stdout, stderr] = ['', ''];
  const exitCode = await runCli(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    stdin: Readable.from([]),
    screen: new Writable(),
    interactive,
  });
  requireValidOutput(args, stdout);
  return { exitCode, stdout, stderr };
}
