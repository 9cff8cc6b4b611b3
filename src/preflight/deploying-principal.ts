import type { FactSources, Facts } from '../engine/step.ts';

/** Of steps that check or grant what the deploying principal may do: a laptop and CI can share one state. */
export async function deployingPrincipal({ azure }: FactSources): Promise<Facts> {
  const { tenantId, objectId } = await azure.resources.principal();
  return { principal: `${tenantId}/${objectId}` };
}
