import { randomUUID } from 'node:crypto';
import { isJsonObject } from '../../shared/json.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import type { ResourceType } from '../arm/resource-type.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';

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
  check({ world, id, sent, before }) {
    const { principalId, principalType, roleDefinitionId } = isJsonObject(sent.properties) ? sent.properties : {};
    const known = principalKind(world, String(principalId));
    if (!known)
      return refuse(400, 'PrincipalNotFound', `Principal ${String(principalId)} does not exist in the directory.`);
    if (principalType !== undefined && principalType !== known) {
      return refuse(
        400,
        'UnmatchedPrincipalType',
        `The PrincipalId '${String(principalId)}' has type '${known}', which is different from specified PrincipalType '${String(principalType)}'.`,
      );
    }
    const old = before && isJsonObject(before.body.properties) ? before.body.properties : undefined;
    if (old && (old.principalId !== principalId || old.roleDefinitionId !== roleDefinitionId)) {
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
        properties.principalId === principalId &&
        properties.roleDefinitionId === roleDefinitionId
      );
    });
    return same ? refuse(409, 'RoleAssignmentExists', 'The role assignment already exists.') : undefined;
  },
  apply({ resource, id, world, body }) {
    const principal = isJsonObject(body.properties) ? String(body.properties.principalId) : '';
    setOutputs(resource, { scope: scopeOf(id), principalType: principalKind(world, principal) ?? 'Unknown' });
    return undefined;
  },
};

function scopeOf(id: string): string {
  return id.toLowerCase().split('/providers/microsoft.authorization/')[0] ?? '';
}

function principalKind(world: World, principalId: string): 'ServicePrincipal' | undefined {
  if (principalId === world.state.deployerId) return 'ServicePrincipal';
  const isIdentity = world
    .resourcesOfType('Microsoft.ManagedIdentity/userAssignedIdentities')
    .some(({ body }) => isJsonObject(body.properties) && body.properties.principalId === principalId);
  return isIdentity ? 'ServicePrincipal' : undefined;
}
