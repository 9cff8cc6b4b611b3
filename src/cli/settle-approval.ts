import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../domain/plan-schema.ts';
import { confirm } from './prompts.ts';
import { planText } from './render/plan-text.ts';
import type { Renderer } from './render/renderer.ts';
import type { Terminal } from './terminal.ts';

export type Answer = 'approve' | 'reject';

/** Where decisions about a plan come from, besides the person at this terminal. */
export interface DecisionSource {
  /** What was decided elsewhere; undefined as long as nothing was. */
  decided(): Promise<Answer | 'cancel' | undefined>;
}

const LOOK_AGAIN_IN_MS = 500;

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
): Promise<{ readonly answer: Answer | 'cancel'; readonly isMine: boolean } | undefined> {
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
    const theirs = lookElsewhere(elsewhere, waiting).then((answer) => ({ answer, isMine: false }));
    const first = await Promise.race([mine, theirs]);
    if (signal.aborted) return undefined;
    if (!first.isMine) terminal.stdout.write(`\nDecided elsewhere: ${first.answer}.\n`);
    return first;
  } finally {
    settled.abort();
  }
}

/** Settles only when there is something to tell. */
async function lookElsewhere({ decided }: DecisionSource, signal: AbortSignal): Promise<Answer | 'cancel'> {
  while (!signal.aborted) {
    const answer = await decided();
    if (answer) return answer;
    await sleep(LOOK_AGAIN_IN_MS, undefined, { signal }).catch(() => undefined);
  }
  return await new Promise<never>(() => undefined);
}
