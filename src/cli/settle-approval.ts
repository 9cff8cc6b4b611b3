import { changeText } from '../domain/cost/money.ts';
import type { Plan } from '../domain/plan-schema.ts';
import { awaitDecision, type Decided } from '../runs/await-decision.ts';
import { planText } from '../text/plan-text.ts';
import { askFor, confirm } from './prompts.ts';
import { type Terminal, widthOf } from './terminal.ts';

/** Where decisions about a plan come from, besides the person at this terminal. */
export interface DecisionSource {
  /** What was decided elsewhere; undefined as long as nothing was. */
  decided(): Promise<Decided | undefined>;
}

interface Settled {
  readonly answer: Decided | undefined;
  readonly isMine: boolean;
  /** The environment's name, where it had to be given. */
  readonly confirm?: string;
  /** It costs more than the configuration allows, and whoever agreed was told. */
  readonly acceptCost?: true;
}

/**
 * Shows the plan and asks for approval; a decision that is made elsewhere meanwhile takes the question back.
 * @returns undefined when the signal was aborted first
 */
export async function settleApproval(
  terminal: Terminal,
  plan: Plan | undefined,
  elsewhere: DecisionSource,
  signal: AbortSignal,
): Promise<(Settled & { readonly answer: Decided }) | undefined> {
  const before = await elsewhere.decided();
  if (before) return { answer: before, isMine: false };
  if (plan) terminal.stdout.write(planText(plan, widthOf(terminal)));
  const settled = new AbortController();
  const waiting = AbortSignal.any([signal, settled.signal]);
  try {
    const mine = ask(terminal, plan, waiting);
    const theirs = awaitDecision(() => elsewhere.decided(), waiting).then(
      (answer): Settled => ({ answer, isMine: false }),
    );
    const { answer, isMine, ...given } = await Promise.race([mine, theirs]);
    // The question is gone before anything is written below it.
    settled.abort();
    await mine;
    // The question ends by itself when the command is left; nobody decided anything then.
    if (signal.aborted || answer === undefined) return undefined;
    if (!isMine) terminal.stdout.write(`\nDecided elsewhere: ${answer}.\n`);
    return { ...given, answer, isMine };
  } finally {
    settled.abort();
  }
}

/** Where it happens and what it costs stand beside the question: the plan may have left the screen. */
function questionAbout(plan: Plan | undefined): string {
  const { target, cost, removal, overLimit } = plan ?? {};
  const change = cost && Number(cost.change) !== 0 ? [`${changeText(cost.change, cost.currency)} a month`] : [];
  const about = [...(target ? [`resource group ${target.resourceGroup}`] : []), ...change];
  const of = about.length === 0 ? '' : ` (${about.join(', ')})`;
  if (removal) return `Delete this${of}?`;
  return overLimit ? `Apply this plan${of}, although it costs more than the limit?` : `Apply this plan${of}?`;
}

/** Where data goes, nothing but the environment's name is a yes. */
async function ask(terminal: Terminal, plan: Plan | undefined, signal: AbortSignal): Promise<Settled> {
  if (!plan?.removal?.deletesData) {
    const agreed = await confirm(terminal, questionAbout(plan), signal);
    const acceptCost = agreed && plan?.overLimit !== undefined;
    return { answer: agreed ? 'approve' : 'reject', isMine: true, ...(acceptCost && { acceptCost }) };
  }
  const { environment } = plan;
  const given = await askFor(terminal, `Data is deleted. Type the name of the environment, ${environment}: `, signal);
  if (given === environment) return { answer: 'approve', isMine: true, confirm: given };
  if (!signal.aborted) terminal.stdout.write(`Expected ${environment}: nothing is deleted.\n`);
  return { answer: 'reject', isMine: true };
}
