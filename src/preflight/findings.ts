import { AzureError } from '../azure/errors.ts';
import type { Principal } from '../azure/ports.ts';
import type { StepContext } from '../engine/step.ts';
import type { KnownResource } from '../resources/kind.ts';

/** What would make a deployment fail: what is wrong, in one sentence, and what to do about it. */
export interface Problem {
  readonly text: string;
  readonly repair: string;
}

/** What a check found. */
export interface Findings {
  readonly problems: readonly Problem[];
  /** What could not be looked at, one sentence each: whether it stands in the way shows later. */
  readonly unseen: readonly string[];
}

/** What the checks look at, with a run around them or without. Nothing of it is written to. */
export interface PreflightTarget extends Pick<StepContext, 'azure' | 'config' | 'environment' | 'options'> {
  /** `/subscriptions/…` */
  readonly subscription: string;
  readonly principal: Principal;
  /** Everything that the steps would make. */
  readonly desired: readonly KnownResource[];
}

export const NOTHING_FOUND: Findings = { problems: [], unseen: [] };

export function problemsOnly(problems: readonly Problem[]): Findings {
  return { problems, unseen: [] };
}

/**
 * The answer to a question that Azure may not let everybody ask: who has a role on the group alone may not ask about the
 * subscription, and can deploy all the same.
 *
 * @param about what is not known without the answer, for people
 */
export async function ifAllowed(about: string, look: () => Promise<readonly Problem[]>): Promise<Findings> {
  try {
    return problemsOnly(await look());
  } catch (error) {
    if (!(error instanceof AzureError) || error.statusCode !== 403) throw error;
    return { problems: [], unseen: [`${about}: the deployer may not ask (${error.code}).`] };
  }
}

export function merged(found: readonly Findings[]): Findings {
  const problems = found.flatMap((one) => one.problems);
  const byText = new Map(problems.map((problem) => [problem.text, problem]));
  return { problems: [...byText.values()], unseen: [...new Set(found.flatMap(({ unseen }) => unseen))] };
}
