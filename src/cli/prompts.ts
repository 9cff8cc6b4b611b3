import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UserError } from '../shared/errors.ts';
import { shownText } from '../shared/shown-text.ts';
import type { Terminal } from './terminal.ts';

/** Asks a question that only `yes` answers with true. Aborting the signal counts as no. */
export async function confirm(terminal: Terminal, question: string, signal?: AbortSignal): Promise<boolean> {
  const answer = await ask(terminal, { question: `${question} Only "yes" is accepted: ` }, signal);
  return answer?.trim().toLowerCase() === 'yes';
}

/** The answer without the blanks around it; undefined when the signal was aborted. */
export async function askFor(terminal: Terminal, question: string, signal?: AbortSignal): Promise<string | undefined> {
  return (await ask(terminal, { question }, signal))?.trim();
}

interface Asked {
  readonly question: string;
  /** Nothing of the answer is shown: who asks has written the question, and does it once more where that is needed. */
  readonly hidden?: { askAgain(): void };
}

/** @returns undefined when the signal was aborted */
async function ask(
  { stdin, screen, interactive, console }: Terminal,
  { question, hidden }: Asked,
  signal?: AbortSignal,
): Promise<string | undefined> {
  // readline echoes what is typed to its output: of what is hidden that one goes nowhere.
  const output = hidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : screen;
  const prompt = createInterface({ input: stdin, output, terminal: interactive });
  const hold = console.hold({
    asks: true,
    leave: () => screen.write('\n'),
    comeBack() {
      hidden?.askAgain();
      // readline begins as many lines above as its question and answer went down.
      output.write('\n'.repeat(prompt.getCursorPos().rows));
      prompt.prompt(true);
    },
  });
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
    hold.release();
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
  const askAgain = (): void => void terminal.stderr.write(question);
  askAgain();
  const answer = await ask(terminal, { question: '', hidden: { askAgain } }).finally(() => terminal.stderr.write('\n'));
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
