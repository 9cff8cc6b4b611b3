import type { RunOutcome, StepAnswer } from '../domain/run.ts';
import type { StepName } from '../domain/steps.ts';

/** How an activity ended that was called until it was done. */
export type Ending = Exclude<StepAnswer['kind'], 'waiting'>;

/** `behind`: the state has lost what the run did, and the schedule is walked once more. */
export type WalkOutcome = RunOutcome | 'behind';

/** What came of a part of the schedule. */
export interface Walked {
  readonly outcome: WalkOutcome;
  /** The steps of it that were completed, not those that were skipped. */
  readonly done: readonly StepName[];
  /** Those whose head start was completed; absent: none. */
  readonly ahead?: readonly StepName[];
}

const OUTCOMES = {
  completed: 'succeeded',
  skipped: 'succeeded',
  stopped: 'stopped',
  failed: 'failed',
  behind: 'behind',
} as const satisfies Record<Ending, WalkOutcome>;

export function outcomeOf(ending: Ending | RunOutcome): WalkOutcome {
  return ending in OUTCOMES ? OUTCOMES[ending as Ending] : (ending as RunOutcome);
}

/** The step itself is not done. */
export function walkedHeadStart(step: StepName, ending: Ending | RunOutcome): Walked {
  return { outcome: outcomeOf(ending), done: [], ...(ending === 'completed' && { ahead: [step] }) };
}

export function walkedStep(step: StepName, ending: Ending | RunOutcome): Walked {
  return { outcome: outcomeOf(ending), done: ending === 'completed' ? [step] : [] };
}

/** @param result of a sub-orchestration; of one that ended before it told its steps, the outcome alone */
export function walkedPart(result: Walked | RunOutcome): Walked {
  return typeof result === 'string' ? { outcome: result, done: [] } : result;
}

/** Of parts that went side by side. */
export function together(parts: readonly Walked[]): Walked {
  const of = (wanted: WalkOutcome): Walked | undefined => parts.find(({ outcome }) => outcome === wanted);
  const worst = of('failed') ?? of('stopped') ?? parts.find(({ outcome }) => outcome !== 'succeeded');
  return { outcome: worst?.outcome ?? 'succeeded', ...doneIn(parts) };
}

/** All that is done in these parts, and ahead. */
export function doneIn(parts: readonly Walked[]): Pick<Walked, 'done' | 'ahead'> {
  const ahead = parts.flatMap((part) => part.ahead ?? []);
  return { done: parts.flatMap(({ done }) => done), ...(ahead.length > 0 && { ahead }) };
}
