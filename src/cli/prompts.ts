import { createInterface } from 'node:readline/promises';
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
