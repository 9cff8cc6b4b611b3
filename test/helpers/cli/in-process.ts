import { Readable, Writable } from 'node:stream';
import { runCli } from '../../../src/cli/program.ts';
import type { ExitCode } from '../../../src/shared/errors.ts';
import { requireValidOutput } from './valid-output.ts';

export interface Printed {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The command line within the process of the test, for commands that read files and print, and for those that let an app act.
 *
 * @param answers lines that a person at the terminal types when asked
 */
export async function runInProcess(
  args: readonly string[],
  { interactive = false, answers = [] }: { readonly interactive?: boolean; readonly answers?: readonly string[] } = {},
): Promise<Printed> {
  let [stdout, stderr] = ['', ''];
  const exitCode = await runCli(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    stdin: Readable.from(answers.map((line) => `${line}\n`)),
    screen: new Writable({ write: (_chunk, _encoding, done) => done() }),
    interactive,
  });
  requireValidOutput(args, stdout);
  return { exitCode, stdout, stderr };
}
