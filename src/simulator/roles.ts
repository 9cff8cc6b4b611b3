import { isJsonObject } from '../shared/json.ts';
import { BUILT_IN_ROLES } from './built-in-roles.ts';
import { Role } from './container-apps/cloud.ts';
import type { StoredResource } from './store.ts';
import type { World } from './world.ts';

const ASSIGNMENT_TYPE = 'Microsoft.Authorization/roleAssignments';

/** How long Azure takes to make a grant effective; up to ten minutes are documented, some seconds are usual. */
export const PROPAGATION_SECONDS = 60;

/**
 * Role definitions (GUIDs) that a principal holds at a scope or above it, those whose propagation is over. The simulated
 * deployer owns the subscription, unless it is told what it has instead; owners hold no data-plane role by that.
 */
export function roleHolders(world: World, principal: string, scope: string): readonly string[] {
  return heldRoles(world, principal, scope).map(({ guid }) => guid);
}

/** A role that somebody holds; what it allows of role assignments may depend on a condition. */
interface HeldRole {
  readonly guid: string;
  readonly condition?: string;
}

/** The same with their conditions. */
export function heldRoles(world: World, principal: string, scope: string): readonly HeldRole[] {
  const wanted = scope.toLowerCase();
  const granted = assignmentsAround(world, wanted).flatMap(({ id, body, createdAt }): readonly HeldRole[] => {
    const assigned = id.toLowerCase().split('/providers/microsoft.authorization/')[0] ?? '';
    const { principalId, roleDefinitionId, condition } = isJsonObject(body.properties) ? body.properties : {};
    const covers = isAtOrBelow(wanted, assigned);
    const effective = Date.parse(createdAt) + world.duration(PROPAGATION_SECONDS) <= world.now();
    if (principalId !== principal || !covers || !effective) return [];
    const guid = String(roleDefinitionId).split('/').at(-1) ?? '';
    return [typeof condition === 'string' ? { guid, condition } : { guid }];
  });
  if (principal !== world.state.deployerId) return granted;
  return [...granted, ...deployerRoles(world, wanted).map((guid) => ({ guid }))];
}

/** Those in the group of a scope and above all groups, among which are all that cover the scope: those of other groups may be thousands. */
export function assignmentsAround(world: World, scope: string): readonly StoredResource[] {
  const near = new Set([...world.resourcesAround(''), ...world.resourcesAround(scope)]);
  return [...near].filter(({ type }) => type.toLowerCase() === ASSIGNMENT_TYPE.toLowerCase());
}

function deployerRoles({ state: { behaviour } }: World, wanted: string): readonly string[] {
  const told = Object.entries(behaviour.deployerRoles);
  if (told.length === 0) return [Role.owner];
  return told.flatMap(([scope, names]) =>
    isAtOrBelow(wanted, scope.toLowerCase())
      ? BUILT_IN_ROLES.flatMap(({ name, guid }) => (names.includes(name) ? [guid] : []))
      : [],
  );
}

/** Whether the deployer holds a role at the scope, above it or on anything in it. */
export function hasRoleIn(world: World, principal: string, scope: string): boolean {
  const told = Object.entries(world.state.behaviour.deployerRoles);
  if (principal === world.state.deployerId && told.length === 0) return true;
  const wanted = scope.toLowerCase();
  const scopes = [
    ...told.flatMap(([at, names]) =>
      principal === world.state.deployerId && names.length > 0 ? [at.toLowerCase()] : [],
    ),
    ...world
      .resourcesOfType(ASSIGNMENT_TYPE)
      .flatMap(({ id, body: { properties } }) =>
        isJsonObject(properties) && properties.principalId === principal ? [id.toLowerCase()] : [],
      ),
  ];
  return scopes.some((at) => isAtOrBelow(at, wanted) || isAtOrBelow(wanted, at));
}

/** Both in lower case. */
export function isAtOrBelow(id: string, scope: string): boolean {
  return id === scope || id.startsWith(`${scope}/`);
}
