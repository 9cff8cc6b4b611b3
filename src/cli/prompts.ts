import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UserError } from '../shared/errors.ts';
import { shownText } from '../shared/shown-text.ts';
import type { Terminal } from './terminal.ts';

/** Asks a question that only `yes` answers with true. Aborting the signal counts as no. */
export async function confirm(terminal: Terminal, question: string, signal?: AbortSignal): Promise<boolean> {
  const answer = await ask(terminal.screen, `${question} Only "yes" is accepted: `, terminal, signal);
  return answer?.trim().toLowerCase() === 'yes';
}

/** The answer without the blanks around it; undefined when the signal was aborted. */
export async function askFor(terminal: Terminal, question: string, signal?: AbortSignal): Promise<string | undefined> {
  return (await ask(terminal.screen, question, terminal, signal))?.trim();
}

/** @returns undefined when the signal was aborted */
async function ask(
  output: NodeJS.WritableStream,
  question: string,
  { stdin, interactive }: Terminal,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const prompt = createInterface({ input: stdin, output, terminal: interactive });
  const interrupted = new AbortController();
  // While it asks, readline takes Ctrl+C for itself; whoever follows a run wants to hear of it.
  prompt.on('SIGINT', () => {
    if (!process.emit('SIGINT')) interrupted.abort();
  });
  // Its input has ended: an answer would be waited for without end.
  prompt.once('close', () => interrupted.abort());
  try {
    const signals = [interrupted.signal, ...(signal ? [signal] : [])];
    return await prompt.question(shownText(question), { signal: AbortSignal.any(signals) });
  } catch (cause) {
    if (signal?.aborted) return undefined;
    if (!interrupted.signal.aborted) throw cause;
    throw new UserError('Interrupted.', { code: 'interrupted', cause });
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
    throw new UserError('Nothing was changed.', { code: 'rejected' });
  }
}

/** Asks for something secret: nothing of the answer is shown. Undefined when the person only pressed return. */
export async function askHidden(terminal: Terminal, question: string): Promise<string | undefined> {
  terminal.stderr.write(question);
  // readline echoes what is typed to its output: that one goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = await ask(nowhere, '', terminal).finally(() => terminal.stderr.write('\n'));
  return answer === '' ? undefined : answer;
}

const A_DEPLOYMENT = {
  what: 'A deployment',
  hint: 'Add --auto-approve, or look first with: draftgenie-deploy plan',
};

/** A run that is not approved beforehand needs somebody to ask; refused before anything is started. */
export function requireApprover(
  terminal: Terminal,
  { output }: { readonly output: string | undefined },
  autoApprove: boolean,
  asking: { readonly what: string; readonly hint: string } = A_DEPLOYMENT,
): void {
  if (autoApprove || (terminal.interactive && output !== 'json')) return;
  throw new UserError(`${asking.what} asks for approval of its plan, and there is no terminal to ask on.`, {
    code: 'no_terminal',
    hint: asking.hint,
  });
}
