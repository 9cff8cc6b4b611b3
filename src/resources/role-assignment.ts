import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { derivedGuid, isBelow, nameOf } from '../domain/ids.ts';
import { foldId } from '../domain/members.ts';
import { isJsonObject, type JsonObject, jsonAt, scalarText } from '../shared/json.ts';
import { pageOfParent } from './columns/portal.ts';
import { containerRegistry } from './container-registry.ts';
import { keyVault } from './key-vault.ts';
import type { ResourceKind } from './kind.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const ROLE_ASSIGNMENT: ResourceKind<'Microsoft.Authorization/roleAssignments'> = {
  type: 'Microsoft.Authorization/roleAssignments',
  apiVersion: '2022-04-01',
  provider: null,
  ownership: 'child',
  listing: 'absent',
  name: {
    // https://learn.microsoft.com/azure/role-based-access-control/role-assignments#name
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    allowed: 'a UUID',
  },
  uniqueName: null,
  availability: [],
  // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged: all but Contributor have it.
  permission: {
    action: 'Microsoft.Authorization/roleAssignments/write',
    title: 'write role assignments',
    roles: 'Owner, User Access Administrator or Role Based Access Control Administrator',
    leastRole: 'Role Based Access Control Administrator',
  },
  grants: true,
  holdsData: false,
  replaceable: 'unasked',
  update: 'put',
  immutable: ['properties.roleDefinitionId', 'properties.principalId', 'properties.principalType'],
  createOnly: [],
  settings: {},
  invariants: {},
  defaults: [],
  computed: ['properties'],
  // https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-scope: at, above and below the scope.
  equivalents: {
    query: ({ properties }) => {
      const principalId = isJsonObject(properties) ? scalarText(properties.principalId) : '';
      return UUID.test(principalId) ? { $filter: `principalId eq '${principalId}'` } : undefined;
    },
    isSame: isSameGrant,
  },
  timeoutInSeconds: 120,
  deletion: { how: 'request', softDeleted: null },
  cost: 'free',
  portalPage: pageOfParent('users'),
};

/**
 * The same role on the same scope for the same principal, and under no condition. A definition has the same GUID with and
 * without its subscription.
 */
function isSameGrant({ id, body }: Pick<DesiredResource, 'id' | 'body'>, live: JsonObject): boolean {
  const [scope = ''] = id.split(`/providers/${ROLE_ASSIGNMENT.type}/`);
  const keyOf = (one: JsonObject): string =>
    [
      scalarText(jsonAt(one, 'properties.principalId')),
      scalarText(jsonAt(one, 'properties.roleDefinitionId')).split('/').at(-1),
    ]
      .join(' ')
      .toLowerCase();
  const isThere = foldId(scalarText(jsonAt(live, 'properties.scope'))) === foldId(scope);
  return isThere && keyOf(live) === keyOf(body) && scalarText(jsonAt(live, 'properties.condition')) === '';
}

/** Whether what is held gives the grant: the same role under no condition, there or above. */
export function holdsGrant({ id, body }: Pick<DesiredResource, 'id' | 'body'>, held: JsonObject): boolean {
  const scope = scalarText(jsonAt(held, 'properties.scope'));
  const isThere = isBelow(id, scope === '/' ? '' : scope);
  const isSameRole = roleOf(held) === roleOf(body);
  return isThere && isSameRole && scalarText(jsonAt(held, 'properties.condition')) === '';
}

function roleOf(assignment: JsonObject): string | undefined {
  return scalarText(jsonAt(assignment, 'properties.roleDefinitionId')).split('/').at(-1)?.toLowerCase();
}

export type RoleAssignment = DesiredResource<typeof ROLE_ASSIGNMENT>;

/** On the registry: the applications pull, the deployer builds, there or here. */
export function registryGrants(input: DesireInput): readonly RoleAssignment[] {
  const on = containerRegistry(input);
  return [
    roleAssignment({ on, key: 'role:acr-pull', role: 'AcrPull', to: identityGrantee(input) }),
    roleAssignment({
      on,
      key: 'role:registry-tasks',
      role: 'Container Registry Tasks Contributor',
      to: deployerGrantee(input),
    }),
    // What is built here is pushed from here.
    ...(input.config.docker.builder === 'local'
      ? [roleAssignment({ on, key: 'role:acr-push', role: 'AcrPush', to: deployerGrantee(input) })]
      : []),
  ];
}

/** On the vault: the applications read secrets, the deployer writes them. */
export function vaultGrants(input: DesireInput): readonly RoleAssignment[] {
  const on = keyVault(input);
  return [
    roleAssignment({ on, key: 'role:secrets-user', role: 'Key Vault Secrets User', to: identityGrantee(input) }),
    roleAssignment({
      on,
      key: 'role:secrets-officer',
      role: 'Key Vault Secrets Officer',
      to: deployerGrantee(input),
    }),
  ];
}

/** On registries of others, in whatever subscription: the applications pull from there. */
export function pullGrants(input: DesireInput): readonly RoleAssignment[] {
  return Object.entries(input.config.registries ?? {}).flatMap(([server, access]) => {
    if (access.kind !== 'identity' || access.registryId === undefined) return [];
    const on = { id: access.registryId, title: `the registry ${server}` };
    return [roleAssignment({ on, key: `role:acr-pull:${server}`, role: 'AcrPull', to: identityGrantee(input) })];
  });
}

/** On a blob container that is not ours: the job that dumps writes there as the applications' identity. */
export function dumpGrant(input: DesireInput, containerId: string): RoleAssignment {
  return roleAssignment({
    on: { id: containerId, title: `the blob container ${nameOf(containerId)}` },
    key: 'role:dump',
    role: 'Storage Blob Data Contributor',
    to: identityGrantee(input),
  });
}

/** What deployments grant, by built-in role definitions (learn.microsoft.com, Azure built-in roles). */
export const GRANTED_ROLES = {
  AcrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  AcrPush: '8311e382-0749-4cb8-b61a-304f252e45ec',
  'Container Registry Tasks Contributor': 'fb382eab-e894-4461-af04-94435c366c3f',
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
  'Key Vault Secrets Officer': 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
} as const;

interface Grant {
  readonly key: string;
  readonly role: keyof typeof GRANTED_ROLES;
  /** The resource on which the role is granted. */
  readonly on: Pick<DesiredResource, 'id' | 'title'>;
  readonly to: Grantee;
}

interface Grantee {
  readonly title: string;
  readonly principalId: string;
  /** Empty for people: their type is looked up by Azure. */
  readonly principalType: string;
}

/** The applications' identity. Its type is sent, so that a directory that lags behind does not matter. */
function identityGrantee({ outputs }: DesireInput): Grantee {
  return {
    title: "the applications' identity",
    principalId: outputs.read('identityPrincipalId'),
    principalType: 'ServicePrincipal',
  };
}

/** Who runs the deployment. */
function deployerGrantee({ outputs }: DesireInput): Grantee {
  return {
    title: 'the deployer',
    principalId: outputs.read('principalId'),
    principalType: outputs.read('principalType'),
  };
}

function roleAssignment(grant: Grant): RoleAssignment {
  const { role, to } = grant;
  const scope = grant.on.id;
  // Definitions of a subscription are for its own scopes.
  const subscription = scope.split('/').slice(0, 3).join('/');
  const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${GRANTED_ROLES[role]}`;
  const name = derivedGuid(scope, to.principalId, roleDefinitionId);
  return {
    kind: ROLE_ASSIGNMENT,
    key: grant.key,
    title: `role ${role} on ${grant.on.title} for ${to.title}`,
    id: `${scope}/providers/${ROLE_ASSIGNMENT.type}/${name}`,
    body: {
      properties: {
        roleDefinitionId,
        principalId: to.principalId,
        ...(to.principalType !== '' && { principalType: to.principalType }),
      },
    },
  };
}
