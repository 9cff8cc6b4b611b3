import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ExitCode, UserError } from '../shared/errors.ts';
import type { Terminal } from './terminal.ts';

/** Asks a question that only `yes` answers with true. Aborting the signal counts as no. */
export async function confirm(terminal: Terminal, question: string, signal?: AbortSignal): Promise<boolean> {
  const prompt = createInterface({ input: terminal.stdin, output: terminal.stdout });
  try {
    const answer = await prompt.question(`${question} Only "yes" is accepted: `, signal ? { signal } : {});
    return answer.trim().toLowerCase() === 'yes';
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  } finally {
    prompt.close();
  }
}

/** Lets the command go on when it may: asked for by option, or said yes to. */
export async function requireConsent(
  terminal: Terminal,
  question: string,
  options: { readonly autoApprove: boolean; readonly action: string },
): Promise<void> {
  if (options.autoApprove) return;
  if (!terminal.interactive) {
    throw new UserError(`${options.action} asks first, and there is no terminal to ask on.`, {
      code: 'no_terminal',
      hint: 'Add --auto-approve.',
    });
  }
  if (!(await confirm(terminal, question))) {
    throw new UserError('Nothing was changed.', { code: 'rejected', exitCode: ExitCode.rejected });
  }
}

/** Asks for something secret: nothing of the answer is shown. Undefined when the person only pressed return. */
export async function askHidden(terminal: Terminal, question: string): Promise<string | undefined> {
  terminal.stderr.write(question);
  // readline echoes what is typed to its output: that one goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: terminal.stdin, output: nowhere, terminal: true });
  const abort = new AbortController();
  // With Ctrl+C, which readline takes for itself here.
  prompt.once('SIGINT', () => abort.abort());
  try {
    const answer = await prompt.question('', { signal: abort.signal });
    return answer === '' ? undefined : answer;
  } catch (cause) {
    if (!abort.signal.aborted) throw cause;
    throw new UserError('Interrupted.', { code: 'interrupted', exitCode: ExitCode.interrupted, cause });
  } finally {
    prompt.close();
    terminal.stderr.write('\n');
  }
}
