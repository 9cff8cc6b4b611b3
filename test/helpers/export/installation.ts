import { INFRA_OPTIONS, installation } from '../../../scripts/infra-files.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { comparable } from './compare.ts';
import { asDeployed } from './exported.ts';

/** What is given to the code. */
export const GIVEN = { name: 'other-app', location: 'northeurope' } as const;

/** What `install` sends when it is told the same. */
export function installedBodies(): Readonly<Record<string, JsonObject>> {
  const options = { ...INFRA_OPTIONS, ...GIVEN, resourceGroup: `${GIVEN.name}-rg` };
  return withoutGuids(comparable(asDeployed(installation(options))));
}

/** A role assignment is the same whatever its name: it is told by where it is, its role and who has it. */
export function withoutGuids(bodies: Readonly<Record<string, JsonObject>>): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(
    Object.entries(bodies).map(([id, one]) => {
      const [scope, name] = id.split('/providers/microsoft.authorization/roleassignments/');
      const { properties } = one.body as { properties?: { roleDefinitionId?: string; principalId?: string } };
      return [name === undefined ? id : `${scope} ${properties?.roleDefinitionId} ${properties?.principalId}`, one];
    }),
  );
}
