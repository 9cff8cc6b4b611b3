import { AzureError } from '../azure/errors.ts';
import { regionName } from '../domain/compare.ts';
import { ask } from '../engine/ask.ts';
import { settleAll } from '../engine/settle.ts';
import { availabilityFindings } from '../preflight/availability.ts';
import type { PreflightTarget, Problem } from '../preflight/findings.ts';
import { uniqueNameFindings } from '../preflight/unique-names.ts';
import { OFFERED_IN_REGION, regionsOf } from '../resources/columns/region.ts';

export { preflightTarget } from '../preflight/target.ts';

/** What would be made, and by whom, of a configuration that is being written. */
export type ProposalTarget = PreflightTarget;

/**
 * The regions in which every kind of resource is offered that a configuration wants, as the providers tell; which sizes and versions
 * are had there shows later. Empty where nobody may ask.
 */
export async function offeredRegions({ azure, subscription, desired }: ProposalTarget): Promise<readonly string[]> {
  const byType = new Map(desired.map((resource) => [resource.kind.type, resource]));
  const regional = [...byType.values()].filter(({ kind }) => kind.availability.includes(OFFERED_IN_REGION));
  const offers = await settleAll(
    regional.map(async (resource) => {
      const answer = await unlessForbidden(ask(azure.arm, OFFERED_IN_REGION.question(resource, subscription)));
      return regionsOf(answer, resource.kind.type).map(regionName);
    }),
  );
  const told = offers.filter((regions) => regions.length > 0);
  const [first = []] = told;
  return [...new Set(first)].filter((region) => told.every((regions) => regions.includes(region))).toSorted();
}

/** What the region of the configuration does not have. */
export async function missingOffers(target: ProposalTarget): Promise<readonly Problem[]> {
  return (await availabilityFindings(target)).problems;
}

/** Why a resource cannot have its name; undefined: it can, or nobody may ask. @param key of the resource */
export async function takenName(target: ProposalTarget, key: string): Promise<string | undefined> {
  const desired = target.desired.filter((resource) => resource.key === key);
  const { problems } = await uniqueNameFindings({ ...target, desired });
  return problems[0]?.text;
}

async function unlessForbidden<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AzureError && error.statusCode === 403) return undefined;
    throw error;
  }
}
