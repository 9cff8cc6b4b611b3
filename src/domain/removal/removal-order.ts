import { isBelow } from '../ids.ts';
import { type StepName, stepsBefore } from '../steps.ts';

/** One thing that is to be deleted. */
export interface Doomed {
  readonly key: string;
  readonly id: string;
  /** The step that made it; undefined where nobody knows. */
  readonly step: StepName | undefined;
  /** Ids that its body names. */
  readonly names: readonly string[];
  /** Keys of what goes before it, whatever the steps say. */
  readonly after?: readonly string[];
}

/** What can be deleted now: nothing that is still there needs it. */
export function freeToGo<One extends Doomed>(remaining: readonly One[]): readonly One[] {
  return remaining.filter((one) => !remaining.some((other) => other !== one && needs(other, one)));
}

/** What it is to go after, what lies below it, what a later step made that builds on its step, and what was made beside it and names it. */
function needs(other: Doomed, one: Doomed): boolean {
  if (one.after?.includes(other.key) || isBelow(other.id, one.id)) return true;
  if (isBelow(one.id, other.id)) return false;
  if (other.step === undefined || one.step === undefined) return false;
  if (other.step !== one.step) return stepsBefore(other.step).has(one.step);
  return other.names.some((id) => id.toLowerCase() === one.id.toLowerCase());
}
