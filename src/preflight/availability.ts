import { ask } from '../engine/ask.ts';
import { settleAll } from '../engine/settle.ts';
import type { StepContext } from '../engine/step.ts';
import type { ArmQuestion, KnownResource } from '../resources/kind.ts';
import { canonicalJson, type Json } from '../shared/json.ts';

/**
 * What Azure does not offer where it is wanted: regions, sizes, versions. One sentence each.
 *
 * @param subscription `/subscriptions/…`
 */
export async function availabilityProblems(
  context: StepContext,
  subscription: string,
  desired: readonly KnownResource[],
): Promise<readonly string[]> {
  const answers = new Map<string, Promise<Json | undefined>>();
  const askOnce = (question: ArmQuestion): Promise<Json | undefined> => {
    const key = canonicalJson(question);
    const answer = answers.get(key) ?? ask(context.azure.arm, question);
    answers.set(key, answer);
    return answer;
  };
  const checks = desired.flatMap((resource) => resource.kind.availability.map((check) => ({ resource, check })));
  const problems = await settleAll(
    checks.map(async ({ resource, check }) =>
      check.problems(await askOnce(check.question(resource, subscription)), resource),
    ),
  );
  return [...new Set(problems.flat())];
}
