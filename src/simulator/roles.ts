import { isJsonObject } from '../shared/json.ts';
import { Role } from './container-apps/cloud.ts';
import type { World } from './world.ts';

/** How long Azure takes to make a grant effective; up to ten minutes are documented, some seconds are usual. */
export const PROPAGATION_SECONDS = 60;

/**
 * Role definitions (GUIDs) that a principal holds at a scope or above it, those whose propagation is over. The simulated
 * deployer owns the subscription; owners hold no data-plane role by that.
 */
export function roleHolders(world: World, principal: string, scope: string): readonly string[] {
  const wanted = scope.toLowerCase();
  const granted = world
    .resourcesOfType('Microsoft.Authorization/roleAssignments')
    .flatMap(({ id, body, createdAt }) => {
      const assigned = id.toLowerCase().split('/providers/microsoft.authorization/')[0] ?? '';
      const { principalId, roleDefinitionId } = isJsonObject(body.properties) ? body.properties : {};
      const covers = wanted === assigned || wanted.startsWith(`${assigned}/`);
      const effective = Date.parse(createdAt) + world.duration(PROPAGATION_SECONDS) <= world.now();
      return principalId === principal && covers && effective ? [String(roleDefinitionId).split('/').at(-1) ?? ''] : [];
    });
  return principal === world.state.deployerId ? [...granted, Role.owner] : granted;
}
