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

/** What it is to go after, what lies below it, what names it, and what a later step made that builds on its step. */
function needs(other: Doomed, one: Doomed): boolean {
  if (one.after?.includes(other.key) || isBelow(other.id, one.id)) return true;
  if (isBelow(one.id, other.id)) return false;
  // An app names the certificate that a later step made for it.
  if (namesIt(other, one)) return true;
  if (namesIt(one, other)) return false;
  if (other.step === undefined || one.step === undefined) return false;
  return other.step !== one.step && stepsBefore(other.step).has(one.step);
}

function namesIt({ names }: Doomed, { id }: Doomed): boolean {
  return names.some((named) => named.toLowerCase() === id.toLowerCase());
}
