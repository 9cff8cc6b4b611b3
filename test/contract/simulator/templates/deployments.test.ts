import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';

const VERSION = '2025-04-01';
const SCHEMA = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';

function template(parts: JsonObject): JsonObject {
  return { $schema: SCHEMA, contentVersion: '1.0.0.0', ...parts };
}

function identity(name: string, more: JsonObject = {}): JsonObject {
  return {
    type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    apiVersion: '2024-11-30',
    name,
    location: '[resourceGroup().location]',
    ...more,
  };
}

async function deploy({ arm, finish }: SimulatedClients, parts: JsonObject, parameters: Json = {}, name = 'main') {
  const path = `providers/Microsoft.Resources/deployments/${name}`;
  const properties = { mode: 'Incremental', template: template(parts), parameters };
  const answer = await arm('PUT', path, { properties }, VERSION);
  const status = answer.status < 300 ? await finish(answer) : {};
  return { answer, status, deployment: (await arm('GET', path, undefined, VERSION)).body };
}

describe('a deployment of a template', () => {
  it('makes its resources in the order of their dependencies and answers its outputs', async () => {
    const clients = await simulatedClients();
    const { answer, status, deployment } = await deploy(
      clients,
      {
        parameters: { name: { type: 'string' } },
        resources: [
          identity("[parameters('name')]", { tags: { a: 'b' } }),
          {
            type: 'Microsoft.OperationalInsights/workspaces',
            apiVersion: '2026-03-01',
            name: 'logs',
            location: 'westeurope',
            tags: {
              who: "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('name'))).principalId]",
            },
            properties: { sku: { name: 'PerGB2018' } },
          },
        ],
        outputs: { tags: { type: 'object', value: "[reference('logs', '2026-03-01', 'Full').tags]" } },
      },
      { name: { value: 'id-one' } },
    );
    expect(answer.status, answer.text).toBe(201);
    expect(status).toEqual({ status: 'Succeeded' });
    const id = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-one';
    const { principalId } = (await clients.arm('GET', id, undefined, '2024-11-30')).body.properties as JsonObject;
    expect(deployment).toMatchObject({
      properties: {
        provisioningState: 'Succeeded',
        parameters: { name: { type: 'String', value: 'id-one' } },
        outputs: { tags: { type: 'Object', value: { who: principalId } } },
        outputResources: [{ id: expect.stringContaining('id-one') }, { id: expect.stringContaining('logs') }],
      },
    });
  });
});
