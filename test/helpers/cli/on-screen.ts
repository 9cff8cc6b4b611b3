import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import type { Streams } from '../../../src/cli/terminal.ts';
import type { ExitCode } from '../../../src/shared/errors.ts';
import { until } from '../wait.ts';

export interface OnScreen {
  readonly ended: Promise<ExitCode>;
  /** What was written since the last answer. */
  text(): string;
  /** Types it once this is asked. @returns what was written up to the end of the question */
  answer(question: string, answer: string): Promise<string>;
}

/** The command line in this process, in a folder, before a screen that the test reads and types on. */
export function onScreen(folder: string, args: readonly string[], columns?: number): OnScreen {
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  const [stdin, stdout] = [new PassThrough(), Object.assign(new PassThrough(), columns !== undefined && { columns })];
  let text = '';
  stdout.on('data', (piece) => {
    text += String(piece);
  });
  const terminal: Streams = { stdin, stdout, stderr: stdout, screen: stdout, interactive: true };
  const ended = runCli(args, terminal);
  return {
    ended,
    text: () => text,
    async answer(question, answer) {
      await until(() => text.includes(question));
      const end = text.indexOf(question) + question.length;
      const shown = text.slice(0, end);
      text = text.slice(end);
      stdin.write(`${answer}\n`);
      return shown;
    },
  };
}
