import type { Plan } from '../domain/plan-schema.ts';
import { awaitDecision, type Decided } from '../runs/await-decision.ts';
import { confirm } from './prompts.ts';
import { planText } from './render/plan-text.ts';
import type { Renderer } from './render/renderer.ts';
import type { Terminal } from './terminal.ts';

/** Where decisions about a plan come from, besides the person at this terminal. */
export interface DecisionSource {
  /** What was decided elsewhere; undefined as long as nothing was. */
  decided(): Promise<Decided | undefined>;
}

/**
 * Shows the plan and asks for approval; a decision that is made elsewhere meanwhile takes the question back.
 * @returns undefined when the signal was aborted first
 */
export async function settleApproval(
  terminal: Terminal,
  renderer: Renderer,
  plan: Plan | undefined,
  elsewhere: DecisionSource,
  signal: AbortSignal,
): Promise<{ readonly answer: Decided; readonly isMine: boolean } | undefined> {
  const before = await elsewhere.decided();
  if (before) return { answer: before, isMine: false };
  renderer.pause();
  if (plan) terminal.stdout.write(planText(plan));
  const settled = new AbortController();
  const waiting = AbortSignal.any([signal, settled.signal]);
  try {
    const mine = confirm(terminal, 'Apply this plan?', waiting).then((agreed) => {
      return { answer: agreed ? ('approve' as const) : ('reject' as const), isMine: true };
    });
    const theirs = awaitDecision(() => elsewhere.decided(), waiting).then((answer) => ({ answer, isMine: false }));
    const { answer, isMine } = await Promise.race([mine, theirs]);
    // The question ends by itself when the command is left; nobody decided anything then.
    if (signal.aborted || answer === undefined) return undefined;
    if (!isMine) terminal.stdout.write(`\nDecided elsewhere: ${answer}.\n`);
    return { answer, isMine };
  } finally {
    settled.abort();
  }
}
