import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { derivedGuid, subscriptionId } from '../domain/ids.ts';

/** Built-in role definitions (learn.microsoft.com, Azure built-in roles). */
const ROLES = {
  AcrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  'Container Registry Tasks Contributor': 'fb382eab-e894-4461-af04-94435c366c3f',
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
  'Key Vault Secrets Officer': 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
} as const;

export interface Grant {
  readonly key: string;
  readonly role: keyof typeof ROLES;
  /** Id of the resource on which the role is granted, and its name for people. */
  readonly scope: string;
  readonly scopeTitle: string;
  readonly to: Grantee;
}

export interface Grantee {
  readonly title: string;
  readonly principalId: string;
  /** Empty for people: their type is looked up by Azure. */
  readonly principalType: string;
}

/** The applications' identity. Its type is sent, so that a directory that lags behind does not matter. */
export function identityGrantee({ outputs }: DesireInput): Grantee {
  return {
    title: "the applications' identity",
    principalId: outputs.read('identityPrincipalId'),
    principalType: 'ServicePrincipal',
  };
}

/** Who runs the deployment. */
export function deployerGrantee({ outputs }: DesireInput): Grantee {
  return {
    title: 'the deployer',
    principalId: outputs.read('principalId'),
    principalType: outputs.read('principalType'),
  };
}

export function roleAssignment(input: DesireInput, grant: Grant): DesiredResource {
  const { role, scope, to } = grant;
  const roleDefinitionId = `${subscriptionId(input)}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role]}`;
  const name = derivedGuid(scope, to.principalId, roleDefinitionId);
  return {
    key: grant.key,
    title: `role ${role} on ${grant.scopeTitle} for ${to.title}`,
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    type: 'Microsoft.Authorization/roleAssignments',
    apiVersion: '2022-04-01',
    body: {
      properties: {
        roleDefinitionId,
        principalId: to.principalId,
        ...(to.principalType !== '' && { principalType: to.principalType }),
      },
    },
    ownership: 'child',
    holdsData: false,
    immutable: ['properties.roleDefinitionId', 'properties.principalId', 'properties.principalType'],
    createOnly: [],
    timeoutInSeconds: 120,
    unlisted: true,
  };
}
