import { ask } from '../engine/ask.ts';
import { settleAll } from '../engine/settle.ts';
import type { ArmQuestion, KnownResource } from '../resources/kind.ts';
import { canonicalJson, type Json } from '../shared/json.ts';
import { type Findings, ifAllowed, merged, type PreflightTarget } from './findings.ts';

/** What Azure does not offer where it is wanted: regions, sizes, versions. */
export async function availabilityFindings(
  target: Pick<PreflightTarget, 'azure' | 'subscription' | 'desired'>,
): Promise<Findings> {
  const { azure, subscription, desired } = target;
  const answers = new Map<string, Promise<Json | undefined>>();
  const askOnce = (question: ArmQuestion): Promise<Json | undefined> => {
    const key = canonicalJson(question);
    const answer = answers.get(key) ?? ask(azure.arm, question);
    answers.set(key, answer);
    return answer;
  };
  const checks = desired.flatMap((resource) => resource.kind.availability.map((check) => ({ resource, check })));
  const found = checks.map(({ resource, check }) =>
    ifAllowed(`Whether ${resource.title} is offered in its region`, async () => {
      const answer = await askOnce(check.question(resource, subscription));
      return check.problems(answer, resource).map((text) => ({ text, repair: repairOf(resource) }));
    }),
  );
  return merged(await settleAll(found));
}

/** The kind says which key decides about its region. */
function repairOf({ kind }: KnownResource): string {
  const { location } = kind.settings;
  const region = typeof location === 'string' ? `Set ${location} to a region that has it` : 'Choose another region';
  return `${region}, or choose another size or version.`;
}
