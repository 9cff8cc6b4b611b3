import { derivedGuid } from '../domain/ids.ts';
import { GRANTED_ROLES } from '../resources/role-assignment.ts';
import { type InstallOptions, usesScheduler } from './options.ts';
import { NO_DATA, type Resource, type Resources } from './resource.ts';

/** Built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const ROLES = {
  Contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  'Role Based Access Control Administrator': 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb',
  'Durable Task Data Contributor': '0ad04412-c4d5-4796-b79c-f76d14c8d402',
  'Key Vault Secrets User': GRANTED_ROLES['Key Vault Secrets User'],
} as const;

interface Grant {
  readonly role: keyof typeof ROLES;
  readonly scope: string;
  /** Default: the app's identity. */
  readonly principalId?: string;
  /** Limits what may be done with the role. */
  readonly condition?: string;
}

/** One role on one scope, by a name that is the same each time. */
export function grant({ name, resourceGroup }: InstallOptions, { role, scope, ...given }: Grant): Resource {
  const { principalId = '${{identity.principal_id}}', condition } = given;
  return {
    type: 'Microsoft.Authorization/roleAssignments',
    api_version: '2022-04-01',
    name: derivedGuid(resourceGroup, name, role, scope, principalId),
    scope,
    ...NO_DATA,
    body: {
      properties: {
        roleDefinitionId: `/subscriptions/\${{azure.subscription_id}}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role]}`,
        principalId,
        principalType: 'ServicePrincipal',
        ...(condition !== undefined && { condition, conditionVersion: '2.0' }),
      },
    },
  };
}

/**
 * What the host, its triggers and the durable engine do in the storage, and telemetry:
 * https://learn.microsoft.com/azure/azure-functions/functions-reference#grant-permission-to-the-identity,
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-configure-managed-identity,
 * https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication
 */
export function ownGrants(options: InstallOptions): Resources {
  const scope = '${{resources.storage.id}}';
  return {
    'may-write-blobs': grant(options, { role: 'Storage Blob Data Owner', scope }),
    'may-write-queues': grant(options, { role: 'Storage Queue Data Contributor', scope }),
    // Histories are in tables unless the scheduler has them.
    ...(!usesScheduler(options) && {
      'may-write-tables': grant(options, { role: 'Storage Table Data Contributor', scope }),
    }),
    'may-write-telemetry': grant(options, {
      role: 'Monitoring Metrics Publisher',
      scope: '${{resources.insights.id}}',
    }),
  };
}

/** What a deployment takes: to write resources, and to grant the roles that deployments grant. */
export function deployingGrants(options: InstallOptions): Resources {
  const subscription = '/subscriptions/${{azure.subscription_id}}';
  const { deploysTo } = options;
  const scopes =
    deploysTo.length === 0
      ? [['', subscription] as const]
      : deploysTo.map((group) => [`-to-${keyOf(group)}`, `${subscription}/resourceGroups/${group}`] as const);
  return Object.fromEntries(
    scopes.flatMap(([suffix, scope]) => [
      [`may-deploy${suffix}`, grant(options, { role: 'Contributor', scope })],
      [
        `may-grant${suffix}`,
        grant(options, {
          role: 'Role Based Access Control Administrator',
          scope,
          condition: onlyRoles(Object.values(GRANTED_ROLES)),
        }),
      ],
    ]),
  );
}

/** Names of groups have characters that keys have not. */
function keyOf(group: string): string {
  return group.replaceAll(/[^A-Za-z0-9_-]/g, '_');
}

/**
 * May grant these roles and take them back, and no others:
 * https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples#example-constrain-roles
 */
function onlyRoles(roles: readonly string[]): string {
  const list = roles.toSorted().join(', ');
  const only = (action: string, attribute: string): string =>
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR (@${attribute}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${list}}))`;
  return `${only('write', 'Request')} AND ${only('delete', 'Resource')}`;
}
