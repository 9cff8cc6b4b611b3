import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import {
  assignment,
  deploy,
  deploymentPath,
  groupTemplate,
  identity,
  identityPath,
  nested,
  VERSION,
} from '../../../helpers/cloud/templates/deploy.ts';

interface Change {
  readonly resourceId: string;
  readonly changeType: string;
  readonly delta?: readonly JsonObject[] | null;
  readonly before?: JsonObject | null;
  readonly after?: JsonObject | null;
}

async function whatIf(clients: SimulatedClients, parts: JsonObject, more: JsonObject = {}) {
  const properties = { mode: 'Incremental', template: groupTemplate(parts), ...more };
  const answer = await clients.arm('POST', `${deploymentPath('asked')}/whatIf`, { properties }, VERSION);
  expect(answer.status, answer.text).toBe(202);
  const result = (await clients.finish(answer)) as {
    status?: string;
    properties?: { changes?: unknown; diagnostics?: unknown };
  };
  expect(result.status).toBe('Succeeded');
  return {
    changes: result.properties?.changes as Change[],
    diagnostics: result.properties?.diagnostics as JsonObject[],
  };
}

function kinds(changes: readonly Change[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    changes.map(({ resourceId, changeType }) => [resourceId.split('/').at(-1) ?? '', changeType]),
  );
}

describe('what-if', () => {
  it('tells what is made, what stays, what changes and what is not looked after, and makes nothing', async () => {
    const clients = await simulatedClients();
    for (const name of ['id-same', 'id-other', 'id-foreign']) {
      await clients.create(identityPath(name), { location: 'westeurope', tags: { a: 'b' } }, '2024-11-30');
    }
    const tags = { tags: { a: 'b' } };
    const resources = [
      identity('id-same', { ...tags, location: 'West Europe' }),
      identity('id-other', { tags: { a: 'c', d: 'e' } }),
      identity('id-new'),
    ];
    const { changes } = await whatIf(clients, { resources });
    expect(kinds(changes)).toEqual({
      'id-same': 'NoChange',
      'id-other': 'Modify',
      'id-new': 'Create',
      'id-foreign': 'Ignore',
    });
    const [changed] = changes.filter(({ changeType }) => changeType === 'Modify');
    expect(changed?.delta).toEqual([
      { path: 'tags.a', propertyChangeType: 'Modify', before: 'b', after: 'c', children: null },
      { path: 'tags.d', propertyChangeType: 'Create', before: null, after: 'e', children: null },
    ]);
    expect((await clients.arm('GET', identityPath('id-new'), undefined, '2024-11-30')).status).toBe(404);
    expect((await clients.arm('GET', deploymentPath('asked'), undefined, VERSION)).status).toBe(404);
    const complete = await whatIf(clients, { resources }, { mode: 'Complete' });
    expect(kinds(complete.changes)).toMatchObject({ 'id-foreign': 'Delete' });
    const short = await whatIf(clients, { resources }, { whatIfSettings: { resultFormat: 'ResourceIdOnly' } });
    expect(kinds(short.changes)).toMatchObject({ 'id-same': 'Deploy', 'id-new': 'Create' });
  });

  it('is as noisy as on Azure: defaults of the provider are told as deleted, references as changed', async () => {
    const clients = await simulatedClients();
    const workspace = {
      ...{
        type: 'Microsoft.OperationalInsights/workspaces',
        apiVersion: '2026-03-01',
        name: 'logs',
        location: 'westeurope',
      },
      properties: { sku: { name: 'PerGB2018' } },
    };
    const template = { resources: [identity('id-one'), workspace, assignment('id-one')] };
    await deploy(clients, template);
    const { changes } = await whatIf(clients, template);
    expect(changes.map(({ changeType }) => changeType)).toEqual(['NoChange', 'Modify', 'Modify']);
    const [, logs = [], granted] = changes.map(({ delta }) => delta ?? []);
    expect(logs).toContainEqual(
      expect.objectContaining({ path: 'properties.retentionInDays', propertyChangeType: 'Delete' }),
    );
    expect(JSON.stringify(logs)).not.toContain('customerId');
    const reference = expect.stringMatching(/^\[reference\(/);
    expect(granted).toContainEqual(expect.objectContaining({ path: 'properties.principalId', after: reference }));
  });

  it('looks into nested deployments whose parameters are known, and says which ones it cannot look into', async () => {
    const clients = await simulatedClients();
    const inner = { parameters: { name: { type: 'string' } }, resources: [identity("[parameters('name')]")] };
    const unknown =
      "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-one'), '2024-11-30').clientId]";
    const { changes, diagnostics } = await whatIf(clients, {
      resources: [
        identity('id-one'),
        nested('known', inner, {}, { name: { value: 'id-known' } }),
        nested('unknown', inner, { dependsOn: ['id-one'] }, { name: { value: unknown } }),
      ],
    });
    expect(kinds(changes)).toEqual({ 'id-one': 'Create', 'id-known': 'Create', unknown: 'Unsupported' });
    expect(diagnostics).toMatchObject([{ code: 'NestedDeploymentShortCircuited' }]);
  });

  it('hides secrets, and refuses what a deployment would refuse', async () => {
    const clients = await simulatedClients();
    const parameters = { hidden: { type: 'securestring' } };
    const resources = [identity('id-one', { tags: { secret: "[parameters('hidden')]" } })];
    const { changes } = await whatIf(
      clients,
      { parameters, resources },
      { parameters: { hidden: { value: 'not-to-be-seen' } } },
    );
    expect(changes[0]?.after?.tags).toEqual({ secret: '*******' });
    const body = { properties: { mode: 'Incremental', template: groupTemplate({ parameters, resources }) } };
    const answer = await clients.arm('POST', `${deploymentPath('asked')}/whatIf`, body, VERSION);
    expect([answer.status, answer.body.error]).toMatchObject([400, { code: 'InvalidTemplate' }]);
  });
});
