import type { JsonObject } from '../../shared/json.ts';
import type { DenyAssignment } from '../behaviour.ts';
import { BUILT_IN_ROLES } from '../built-in-roles.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { heldRoles, isAtOrBelow, roleHolders } from '../roles.ts';
import type { World } from '../world.ts';
import { type AssignmentAttributes, parseCondition } from './assignment-condition.ts';
import { type ArmRequest, objectBody } from './message.ts';
import { propertiesOf } from './resource-body.ts';
import type { ResourcePath } from './resource-id.ts';

const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';

const VERBS: Readonly<Record<string, string>> = {
  GET: 'read',
  HEAD: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
  POST: 'action',
};
/** Everybody: https://learn.microsoft.com/azure/role-based-access-control/deny-assignments#the-all-principals-principal */
const EVERYBODY = { id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' };

/**
 * Why the caller may not do this: no role of his at the scope or above allows it, or a deny assignment there forbids it, which
 * counts more than any role (https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource;
 * words: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting).
 */
export function authorizationProblem(world: World, request: ArmRequest, path: ResourcePath): Refusal | undefined {
  const { principal } = request;
  const action = actionOf(request.method, path);
  const who = `The client '${principal}' with object id '${principal}'`;
  const allowed = isGranted(world, request, path, action);
  if (!allowed) {
    return refuse(
      403,
      'AuthorizationFailed',
      `${who} does not have authorization to perform action '${action}' over scope '${path.id}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
  }
  const denied = denialsAt(world, path.id).find((one) => isFor(one, principal) && matches(one, action));
  if (!denied) return undefined;
  return refuse(
    403,
    'DenyAssignmentAuthorizationFailed',
    `${who} has permission to perform action '${action}' on scope '${path.id}'; however, the access is denied because of the deny assignment with name '${denied.name}' and Id '${idOf(denied)}' at scope '${denied.scope}'.`,
  );
}

/** Whether one of the caller's roles allows it, and its condition, where it has one, holds. */
function isGranted(world: World, { principal, body }: ArmRequest, { type, id }: ResourcePath, action: string): boolean {
  return heldRoles(world, principal, id).some(({ guid, condition }) => {
    const role = BUILT_IN_ROLES.find((one) => one.guid === guid);
    if (!role || !matches(role, action)) return false;
    if (condition === undefined || type.type !== ASSIGNMENT) return true;
    return parseCondition(condition)({
      action,
      request: attributesOf(objectBody(body)),
      resource: attributesOf(world.resource(id)?.body),
    });
  });
}

function attributesOf(body: JsonObject | undefined): AssignmentAttributes | undefined {
  if (!body) return undefined;
  const { roleDefinitionId, principalId, principalType = 'ServicePrincipal' } = propertiesOf(body);
  return {
    RoleDefinitionId: String(roleDefinitionId).split('/').at(-1) ?? '',
    PrincipalId: String(principalId),
    PrincipalType: String(principalType),
  };
}

/**
 * The same for what a provider is asked about a subscription as a whole: whether it is registered, names, offers. Who has a role
 * on a group alone is refused (https://github.com/hashicorp/terraform-provider-azurerm/issues/2678).
 */
export function subscriptionProblem(world: World, { method, path, principal }: ArmRequest): Refusal | undefined {
  const [, scope = '', namespace = '', rest = ''] =
    /^(\/subscriptions\/[^/]+)\/providers\/([^/]+)((?:\/register|\/unregister|\/checkNameAvailability|\/getCustomDomainVerificationId|\/locations\/.+)?)\/?$/i.exec(
      path,
    ) ?? [];
  if (scope === '' || /operation(s|status(es)?|results)\//i.test(path)) return undefined;
  const action = subscriptionAction(method, namespace, rest);
  if (permissionsAt(world, principal, scope).some((one) => matches(one, action))) return undefined;
  return refuse(
    403,
    'AuthorizationFailed',
    `The client '${principal}' with object id '${principal}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** Actions of names that count as reading: https://learn.microsoft.com/azure/role-based-access-control/permissions/security. */
const READ_BY_POST = /^Microsoft\.(KeyVault|ContainerRegistry)$/i;

function subscriptionAction(method: string, namespace: string, rest: string): string {
  if (rest === '') return 'Microsoft.Resources/subscriptions/providers/read';
  const parts = rest.split('/').filter((_, index) => index % 2 === 1);
  const verb = parts.at(-1) === 'checkNameAvailability' && READ_BY_POST.test(namespace) ? 'read' : VERBS[method];
  return `${namespace}/${parts.join('/')}/${verb}`;
}

interface Permissions {
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
}

/** What the caller may do at a scope, by roles there and above: https://learn.microsoft.com/rest/api/authorization/permissions. */
export function permissionViews(world: World, principal: string, scope: string): JsonObject[] {
  return permissionsAt(world, principal, scope).map(({ actions = [], notActions = [], dataActions = [] }) => ({
    ...{ actions: [...actions], notActions: [...notActions] },
    ...{ dataActions: [...dataActions], notDataActions: [] },
  }));
}

/** Whether the principal may do something with the data of a resource: only the roles' data actions count, not those of owners. */
export function mayUseData(world: World, principal: string, scope: string, dataAction: string): boolean {
  return permissionsAt(world, principal, scope).some(({ dataActions = [] }) =>
    matches({ actions: dataActions }, dataAction),
  );
}

/** Whether the principal may do something with a resource. */
export function mayDo(world: World, principal: string, scope: string, action: string): boolean {
  return permissionsAt(world, principal, scope).some((one) => matches(one, action));
}

function permissionsAt(world: World, principal: string, scope: string) {
  const held = roleHolders(world, principal, scope);
  return BUILT_IN_ROLES.filter(({ guid }) => held.includes(guid));
}

/**
 * Deny assignments at the scope, above and below it; with `atScope()` none below, with `assignedTo('ID')` those for that user or
 * service principal (https://learn.microsoft.com/rest/api/authorization/deny-assignments/list-for-scope,
 * https://github.com/MicrosoftDocs/azure-docs/commit/48bec0c433c7009d566c138565df8b468ddcc655).
 */
export function denyAssignmentViews(world: World, filter: string, scope: string): JsonObject[] {
  const [, wanted] = /(?:assignedTo\(|principalId eq )'([^']+)'/i.exec(filter) ?? [];
  const below = /atScope\(\)/i.test(filter)
    ? []
    : world.state.behaviour.denyAssignments.filter(
        (one) => isAtOrBelow(one.scope.toLowerCase(), scope.toLowerCase()) && !sameScope(one.scope, scope),
      );
  return [...denialsAt(world, scope), ...below]
    .filter(({ principals }) => wanted === undefined || principals?.includes(wanted))
    .map(view);
}

function denialsAt(world: World, scope: string): readonly DenyAssignment[] {
  return world.state.behaviour.denyAssignments.filter((one) =>
    isAtOrBelow(scope.toLowerCase(), one.scope.toLowerCase()),
  );
}

function sameScope(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isFor({ principals, excludePrincipals = [] }: DenyAssignment, principal: string): boolean {
  return (principals === undefined || principals.includes(principal)) && !excludePrincipals.includes(principal);
}

function idOf({ scope, name }: DenyAssignment): string {
  return `${scope}/providers/Microsoft.Authorization/denyAssignments/${name}`;
}

function view(one: DenyAssignment): JsonObject {
  const { name, scope, actions, notActions = [], principals, excludePrincipals = [] } = one;
  const listed = (ids: readonly string[]) => ids.map((id) => ({ id, type: 'ServicePrincipal' }));
  return {
    id: idOf(one),
    type: 'Microsoft.Authorization/denyAssignments',
    name,
    properties: {
      denyAssignmentName: name,
      permissions: [{ actions: [...actions], notActions: [...notActions], dataActions: [], notDataActions: [] }],
      scope,
      doNotApplyToChildScopes: false,
      principals: principals === undefined ? [EVERYBODY] : listed(principals),
      excludePrincipals: listed(excludePrincipals),
      isSystemProtected: true,
    },
  };
}

/**
 * Types that operations call otherwise:
 * https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance#microsoftresources
 */
const OPERATIONS: Readonly<Record<string, string>> = {
  'Microsoft.Resources/resourceGroups': 'Microsoft.Resources/subscriptions/resourceGroups',
};

/** `Microsoft.ContainerRegistry/registries/scheduleRun/action`: types without names, then what is done. */
function actionOf(method: string, { type, rest }: ResourcePath): string {
  const below = rest.filter((_, index) => index % 2 === 0).map((part) => `/${part}`);
  return `${OPERATIONS[type.type] ?? type.type}${below.join('')}/${VERBS[method] ?? method.toLowerCase()}`;
}

function matches({ actions = [], notActions = [] }: Permissions, action: string): boolean {
  const isIn = (patterns: readonly string[]): boolean => patterns.some((pattern) => wildcard(pattern).test(action));
  return isIn(actions) && !isIn(notActions);
}

function wildcard(pattern: string): RegExp {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'i');
}
