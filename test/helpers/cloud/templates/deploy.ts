import type { JsonObject } from '../../../../src/shared/json.ts';
import type { SimulatedClients } from '../simulated-clients.ts';

export const VERSION = '2025-04-01';

const SCHEMAS = 'https://schema.management.azure.com/schemas';

/** A template for a group, with what every template has. */
export function groupTemplate(parts: JsonObject): JsonObject {
  return {
    $schema: `${SCHEMAS}/2019-04-01/deploymentTemplate.json#`,
    contentVersion: '1.0.0.0',
    resources: [],
    ...parts,
  };
}

export function subscriptionTemplate(parts: JsonObject): JsonObject {
  return { ...groupTemplate(parts), $schema: `${SCHEMAS}/2018-05-01/subscriptionDeploymentTemplate.json#` };
}

/** The cheapest resource there is. */
export function identity(name: string, more: JsonObject = {}): JsonObject {
  return {
    type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    apiVersion: '2024-11-30',
    name,
    location: 'westeurope',
    ...more,
  };
}

/** Reader of the group for an identity of the same template. */
export function assignment(name: string, more: JsonObject = {}): JsonObject {
  const id = `resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', ${name.startsWith('[') ? name.slice(1, -1) : `'${name}'`})`;
  const role = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
  return {
    type: 'Microsoft.Authorization/roleAssignments',
    apiVersion: '2022-04-01',
    name: "[guid(resourceGroup().id, 'reader')]",
    properties: {
      roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${role}')]`,
      principalId: `[reference(${id}).principalId]`,
      principalType: 'ServicePrincipal',
    },
    ...more,
  };
}

export function identityPath(name: string): string {
  return `providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
}

/** A nested deployment whose template is its own. */
export function nested(
  name: string,
  template: JsonObject,
  more: JsonObject = {},
  parameters: JsonObject = {},
): JsonObject {
  return {
    type: 'Microsoft.Resources/deployments',
    apiVersion: VERSION,
    name,
    ...more,
    properties: {
      mode: 'Incremental',
      expressionEvaluationOptions: { scope: 'inner' },
      parameters,
      template: groupTemplate(template),
    },
  };
}

export function deploymentPath(name: string): string {
  return `providers/Microsoft.Resources/deployments/${name}`;
}

/** What a deployment to the test's group was answered, how it ended, and what is remembered of it. */
export async function deploy(
  { arm, finish }: SimulatedClients,
  parts: JsonObject,
  properties: JsonObject = {},
  name = 'main',
) {
  const path = deploymentPath(name);
  const asked = { mode: 'Incremental', template: groupTemplate(parts), ...properties };
  const answer = await arm('PUT', path, { properties: asked }, VERSION);
  const status = answer.status < 300 ? await finish(answer) : {};
  const deployment = (await arm('GET', path, undefined, VERSION)).body as unknown as { properties?: Ended };
  return { answer, status, ended: deployment.properties ?? NEVER_BEGUN };
}

const NEVER_BEGUN: Ended = { provisioningState: 'NotBegun', parameters: {}, outputResources: [] };

interface Ended {
  readonly provisioningState: string;
  readonly parameters: JsonObject;
  readonly outputs?: Readonly<Record<string, { readonly type: string; readonly value?: unknown }>>;
  readonly outputResources: readonly { readonly id: string }[];
  readonly error?: JsonObject;
}

/** The values of its outputs. */
export function outputsOf({ outputs = {} }: Ended): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
