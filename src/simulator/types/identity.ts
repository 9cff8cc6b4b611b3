import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { ConditionInvalid, parseCondition } from '../arm/assignment-condition.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import type { ResourceType } from '../arm/resource-type.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { World } from '../world.ts';

/** Until every look-up of the directory knows a new principal; seconds to minutes on Azure. */
const REPLICATION_SECONDS = 30;

export const userAssignedIdentity: ResourceType = {
  type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
  apiVersions: ['2024-11-30', '2023-01-31'],
  name: /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/,
  listed: true,
  withoutProvisioningState: true,
  style: 'sync',
  seconds: { create: 5, update: 2, delete: 0 },
  apply({ resource, before, world }) {
    if (!before)
      setOutputs(resource, { principalId: randomUUID(), clientId: randomUUID(), tenantId: world.state.tenantId });
    return undefined;
  },
};

export const roleAssignment: ResourceType = {
  type: 'Microsoft.Authorization/roleAssignments',
  apiVersions: ['2022-04-01'],
  name: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  nameError: 'InvalidRoleAssignmentId',
  extension: true,
  withoutLocation: true,
  withoutProvisioningState: true,
  listed: false,
  style: 'sync',
  seconds: { create: 2, update: 1, delete: 0 },
  // https://learn.microsoft.com/rest/api/authorization/role-assignments/delete
  deletionAnswersBody: true,
  check({ world, id, sent, before }) {
    const { principalId, principalType, roleDefinitionId } = isJsonObject(sent.properties) ? sent.properties : {};
    const odd = conditionProblem(sent);
    if (odd) return odd;
    const known = principalKind(world, String(principalId), principalType !== undefined);
    if (!known) {
      return refuse(
        400,
        'PrincipalNotFound',
        `Principal ${String(principalId).replaceAll('-', '')} does not exist in the directory ${world.state.tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
      );
    }
    if (principalType !== undefined && principalType !== known) {
      return refuse(
        400,
        'UnmatchedPrincipalType',
        `The PrincipalId '${String(principalId)}' has type '${known}', which is different from specified PrincipalType '${String(principalType)}'.`,
      );
    }
    const old = before && isJsonObject(before.body.properties) ? before.body.properties : undefined;
    if (old && !isSameGrant(old, { principalId: principalId ?? null, roleDefinitionId: roleDefinitionId ?? null })) {
      return refuse(
        409,
        'RoleAssignmentUpdateNotPermitted',
        'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
      );
    }
    const scope = scopeOf(id);
    const same = world.resourcesOfType('Microsoft.Authorization/roleAssignments').some(({ id: other, body }) => {
      const properties = isJsonObject(body.properties) ? body.properties : {};
      const isOther = other.toLowerCase() !== id.toLowerCase();
      return (
        isOther &&
        scopeOf(other) === scope &&
        isSameGrant(properties, { principalId: principalId ?? null, roleDefinitionId: roleDefinitionId ?? null })
      );
    });
    return same ? refuse(409, 'RoleAssignmentExists', 'The role assignment already exists.') : undefined;
  },
  apply({ resource, id, world, body }) {
    const principal = isJsonObject(body.properties) ? String(body.properties.principalId) : '';
    setOutputs(resource, { scope: scopeOf(id), principalType: principalKind(world, principal, true) ?? 'Unknown' });
    return undefined;
  },
};

/** https://learn.microsoft.com/azure/role-based-access-control/conditions-role-assignments-rest; code and words are ours. */
function conditionProblem({ properties }: JsonObject): Refusal | undefined {
  const { condition, conditionVersion } = isJsonObject(properties) ? properties : {};
  if (typeof condition !== 'string') return undefined;
  if (conditionVersion !== '2.0') {
    return refuse(400, 'InvalidRoleAssignmentConditionVersion', "The condition version must be '2.0'.");
  }
  try {
    parseCondition(condition);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionInvalid)) throw error;
    return refuse(400, 'InvalidRoleAssignmentCondition', `The condition is invalid: ${error.message}.`);
  }
}

function scopeOf(id: string): string {
  return id.toLowerCase().split('/providers/microsoft.authorization/')[0] ?? '';
}

/** The same role for the same principal; a definition has the same GUID with and without its subscription. */
function isSameGrant(one: JsonObject, other: JsonObject): boolean {
  const key = ({ principalId, roleDefinitionId }: JsonObject): string =>
    `${String(principalId)} ${String(roleDefinitionId).split('/').at(-1)}`.toLowerCase();
  return key(one) === key(other);
}

/**
 * What a principal is; undefined when the directory does not know it. Asked without its type, the directory is looked up,
 * and does not know a new identity yet: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails.
 */
function principalKind(world: World, principalId: string, typeGiven: boolean): 'ServicePrincipal' | undefined {
  const wanted = principalId.toLowerCase();
  if (wanted === world.state.deployerId) return 'ServicePrincipal';
  const identity = world
    .resourcesOfType('Microsoft.ManagedIdentity/userAssignedIdentities')
    .find(({ body }) => isJsonObject(body.properties) && body.properties.principalId === wanted);
  if (!identity) return undefined;
  const replicatedAt = Date.parse(identity.createdAt) + world.duration(REPLICATION_SECONDS);
  return typeGiven || replicatedAt <= world.now() ? 'ServicePrincipal' : undefined;
}
