import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import {
  assignment,
  deploy,
  deploymentPath,
  groupTemplate,
  identity,
  identityPath,
  nested,
  outputsOf,
  subscriptionTemplate,
  VERSION,
} from '../../../helpers/cloud/templates/deploy.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

function named(outputs: readonly { readonly id: string }[]): readonly (string | undefined)[] {
  return outputs.map(({ id }) => id.split('/').at(-1));
}

describe('a deployment of a template', () => {
  it('makes its resources in the order of their dependencies and answers its outputs', async () => {
    const clients = await simulatedClients();
    const { answer, status, ended } = await deploy(
      clients,
      {
        parameters: { name: { type: 'string' } },
        resources: [assignment("[parameters('name')]"), identity("[parameters('name')]")],
        outputs: {
          principal: {
            type: 'string',
            value: "[reference(parameters('name'), '2024-11-30', 'Full').properties.principalId]",
          },
        },
      },
      { parameters: { name: { value: 'id-one' } } },
    );
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({ properties: { provisioningState: 'Accepted' } });
    expect(status).toEqual({ status: 'Succeeded' });
    const { properties } = (await clients.arm('GET', identityPath('id-one'), undefined, '2024-11-30')).body;
    const principal = (properties as JsonObject).principalId;
    expect(ended).toMatchObject({
      provisioningState: 'Succeeded',
      parameters: { name: { type: 'String', value: 'id-one' } },
      outputs: { principal: { type: 'String', value: principal } },
    });
    const made = await clients.arm('GET', ended.outputResources[0]?.id ?? '', undefined, '2022-04-01');
    expect(made.body.properties).toMatchObject({ principalId: principal });
  });

  it('unrolls loops of resources, variables, properties and outputs, and leaves out what a condition does not want', async () => {
    const { ended } = await deploy(await simulatedClients(), {
      variables: { copy: [{ name: 'names', count: 2, input: "[format('id-{0}', copyIndex('names', 1))]" }] },
      resources: [
        identity("[variables('names')[copyIndex()]]", { copy: { name: 'ids', count: "[length(variables('names'))]" } }),
        identity('id-never', { condition: "[greater(length(variables('names')), 2)]" }),
      ],
      outputs: {
        names: { type: 'array', copy: { count: 2, input: "[toUpper(variables('names')[copyIndex()])]" } },
        none: { type: 'string', condition: false, value: 'x' },
      },
    });
    expect(named(ended.outputResources)).toEqual(['id-1', 'id-2']);
    expect(outputsOf(ended)).toEqual({ names: ['ID-1', 'ID-2'] });
  });

  it('knows resources by their symbols: existing ones, those of loops, and what they depend on', async () => {
    const clients = await simulatedClients();
    await clients.create(identityPath('id-old'), { location: 'westeurope', tags: { a: 'b' } }, '2024-11-30');
    const { status, ended } = await deploy(clients, {
      languageVersion: '2.0',
      resources: {
        old: { ...identity('id-old'), existing: true },
        many: identity("[format('id-{0}', copyIndex())]", { copy: { name: 'many', count: 2 }, dependsOn: ['old'] }),
        last: identity('id-last', { dependsOn: ['many'] }),
      },
      outputs: {
        tag: { type: 'string', value: "[reference('old', '2024-11-30', 'full').tags.a]" },
        place: { type: 'string', value: "[reference('many[1]', '2024-11-30', 'full').location]" },
      },
    });
    expect(status).toEqual({ status: 'Succeeded' });
    expect(outputsOf(ended)).toEqual({ tag: 'b', place: 'westeurope' });
  });

  it('deploys modules after each other with outputs of one as parameters of the next, in a group that it makes itself', async () => {
    const { simulator, arm, finish } = await simulatedClients();
    const path = `/subscriptions/${simulator.subscriptionId}/${deploymentPath('whole')}`;
    const made = {
      type: 'Microsoft.Resources/resourceGroups',
      apiVersion: VERSION,
      name: 'rg-new',
      location: 'westeurope',
    };
    const one = {
      resources: [identity('id-one')],
      outputs: { id: { type: 'string', value: "[reference('id-one').clientId]" } },
    };
    const two = {
      parameters: { tag: { type: 'string' } },
      resources: [identity('id-two', { tags: { one: "[parameters('tag')]", group: '[resourceGroup().name]' } })],
    };
    const template = subscriptionTemplate({
      languageVersion: '2.0',
      resources: {
        group: made,
        one: nested('one', one, { resourceGroup: 'rg-new', dependsOn: ['group'] }),
        two: nested('two', two, { resourceGroup: 'rg-new' }, { tag: { value: "[reference('one').outputs.id.value]" } }),
      },
    });
    const answer = await arm(
      'PUT',
      path,
      { location: 'westeurope', properties: { mode: 'Incremental', template } },
      VERSION,
    );
    expect(await finish(answer), answer.text).toEqual({ status: 'Succeeded' });
    const group = `/subscriptions/${simulator.subscriptionId}/resourceGroups/rg-new`;
    const { tags } = (await arm('GET', `${group}/${identityPath('id-two')}`, undefined, '2024-11-30')).body;
    expect(tags).toEqual({ one: expect.stringMatching(/^[-0-9a-f]{36}$/), group: 'rg-new' });
    const listed = await arm('GET', `${group}/providers/Microsoft.Resources/deployments`, undefined, VERSION);
    expect((listed.body.value as JsonObject[]).map(({ name }) => name).toSorted()).toEqual(['one', 'two']);
  });

  it('evaluates a nested template in the scope of the one around it, where that one says nothing else', async () => {
    const inner = nested(
      'inner',
      { resources: [identity("[concat(variables('prefix'), copyIndex())]")] },
      { copy: { name: 'loop', count: 1 } },
    );
    const properties = { ...(inner.properties as JsonObject), expressionEvaluationOptions: { scope: 'outer' } };
    const { ended } = await deploy(await simulatedClients(), {
      variables: { prefix: 'id-outer-' },
      resources: [{ ...inner, properties }],
    });
    expect(named(ended.outputResources)).toEqual(['id-outer-0']);
  });

  it('takes as long as its longest chain, and siblings at the same time', async () => {
    const clock = manualClock();
    const clients = await simulatedClients({ profile: 'realistic', speed: 1, clock });
    const registry = (name: string, more: JsonObject = {}): JsonObject => ({
      ...{ type: 'Microsoft.ContainerRegistry/registries', apiVersion: '2025-11-01', name, location: 'westeurope' },
      sku: { name: 'Basic' },
      ...more,
    });
    const template = {
      resources: [registry('crfirst'), registry('crbeside'), registry('crsecond', { dependsOn: ['crfirst'] })],
    };
    const path = deploymentPath('slow');
    const whole = {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      ...template,
    };
    await clients.arm('PUT', path, { properties: { mode: 'Incremental', template: whole } }, VERSION);
    const again = await clients.arm('PUT', path, { properties: { mode: 'Incremental', template: whole } }, VERSION);
    expect([again.status, (again.body.error as JsonObject).code]).toEqual([409, 'DeploymentActive']);
    expect((await clients.arm('DELETE', path, undefined, VERSION)).status).toBe(409);
    clock.advance(20);
    const half = (await clients.arm('GET', `${path}/operations`, undefined, VERSION)).body.value as {
      properties: JsonObject;
    }[];
    expect(half.map(({ properties }) => properties.provisioningState)).toEqual(['Succeeded', 'Succeeded', 'Running']);
    clock.advance(60);
    const { properties } = (await clients.arm('GET', path, undefined, VERSION)).body;
    expect(properties).toMatchObject({ provisioningState: 'Succeeded', duration: 'PT38S' });
  });

  it('is cancelled: what is under way goes on, the rest never begins', async () => {
    const clock = manualClock();
    const clients = await simulatedClients({ profile: 'realistic', speed: 1, clock });
    const registry = {
      type: 'Microsoft.ContainerRegistry/registries',
      apiVersion: '2025-11-01',
      name: 'crfirst',
      location: 'westeurope',
      sku: { name: 'Basic' },
    };
    const path = deploymentPath('slow');
    const template = {
      ...{
        $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
        contentVersion: '1.0.0.0',
      },
      resources: [registry, identity('id-after', { dependsOn: ['crfirst'] })],
    };
    const begun = await clients.arm('PUT', path, { properties: { mode: 'Incremental', template } }, VERSION);
    expect((await clients.arm('POST', `${path}/cancel`, undefined, VERSION)).status).toBe(204);
    expect(await clients.finish(begun)).toMatchObject({ status: 'Canceled' });
    clock.advance(60);
    expect((await clients.arm('GET', identityPath('id-after'), undefined, '2024-11-30')).status).toBe(404);
    expect((await clients.arm('POST', `${path}/cancel`, undefined, VERSION)).status).toBe(409);
    expect((await clients.arm('DELETE', path, undefined, VERSION)).status).toBe(202);
  });

  it('never gives a secret back: not of parameters, not of outputs, not from the kept state', async () => {
    const clients = await simulatedClients();
    const inner = { resources: [], outputs: { password: { type: 'securestring', value: 'hidden-inside' } } };
    const { ended } = await deploy(
      clients,
      {
        parameters: { password: { type: 'securestring' } },
        resources: [nested('inner', inner)],
        outputs: {
          password: { type: 'securestring', value: "[parameters('password')]" },
          length: {
            type: 'int',
            value:
              "[length(listOutputsWithSecureValues(resourceId('Microsoft.Resources/deployments', 'inner'), '2025-04-01').password)]",
          },
        },
      },
      { parameters: { password: { value: 'not-to-be-seen' } } },
    );
    expect(ended).toMatchObject({
      provisioningState: 'Succeeded',
      parameters: { password: { type: 'SecureString' } },
      outputs: { password: { type: 'SecureString' }, length: { type: 'Int', value: 13 } },
    });
    const operations = await clients.arm('GET', `${deploymentPath('main')}/operations`, undefined, VERSION);
    const kept = clients.simulator.state().deploymentRuns[`${clients.group}/${deploymentPath('main')}`.toLowerCase()];
    expect(JSON.stringify([ended, operations.body, kept?.parameters])).not.toMatch(/not-to-be-seen|hidden-inside/);
  });

  it('of mode Complete deletes what is in the group and not in the template, in the order in which it can go', async () => {
    const clients = await simulatedClients();
    await clients.create(identityPath('id-stays'), { location: 'westeurope' }, '2024-11-30');
    await clients.create(identityPath('id-goes'), { location: 'westeurope' }, '2024-11-30');
    const { status } = await deploy(clients, { resources: [identity('id-stays')] }, { mode: 'Complete' });
    expect(status).toEqual({ status: 'Succeeded' });
    const found = await clients.arm('GET', `${clients.group}/resources`, undefined, VERSION);
    expect((found.body.value as JsonObject[]).map(({ name }) => name)).toEqual(['id-stays']);
  });

  it('is asked for its template, and forgotten without its resources', async () => {
    const clients = await simulatedClients();
    await deploy(clients, { resources: [identity('id-one')] });
    const path = deploymentPath('main');
    const exported = await clients.arm('POST', `${path}/exportTemplate`, undefined, VERSION);
    expect(exported.body).toMatchObject({ template: { resources: [{ name: 'id-one' }] } });
    expect((await clients.arm('HEAD', path, undefined, VERSION)).status).toBe(204);
    await clients.finish(await clients.arm('DELETE', path, undefined, VERSION));
    expect((await clients.arm('GET', path, undefined, VERSION)).body).toMatchObject({
      error: { code: 'DeploymentNotFound' },
    });
    expect((await clients.arm('GET', identityPath('id-one'), undefined, '2024-11-30')).status).toBe(200);
  });

  it('goes on where the simulator was stopped, and is as late as it would have been', async () => {
    const clock = manualClock();
    const stateFile = join(await tempDirectory(), 'cloud.json');
    const options = { profile: 'realistic', speed: 1, clock, stateFile } as const;
    const first = await simulatedClients(options);
    const registry = {
      type: 'Microsoft.ContainerRegistry/registries',
      apiVersion: '2025-11-01',
      name: 'crfirst',
      location: 'westeurope',
    };
    const resources = [{ ...registry, sku: { name: 'Basic' } }, identity('id-after', { dependsOn: ['crfirst'] })];
    const properties = { mode: 'Incremental', template: groupTemplate({ resources }) };
    await first.arm('PUT', deploymentPath('slow'), { properties }, VERSION);
    await first.simulator.close();
    const second = await simulatedClients(options);
    clock.advance(60);
    const { body } = await second.arm('GET', deploymentPath('slow'), undefined, VERSION);
    expect(body).toMatchObject({ properties: { provisioningState: 'Succeeded', duration: 'PT19S' } });
    expect((await second.arm('GET', identityPath('id-after'), undefined, '2024-11-30')).status).toBe(200);
  });

  it('makes room in a history that is too long: the oldest are forgotten', async () => {
    const clients = await simulatedClients();
    await deploy(clients, { resources: [] }, {}, 'first');
    const path = `${clients.group}/${deploymentPath('')}`;
    clients.simulator.change(({ deploymentRuns, resources }) => {
      const key = `${path}first`.toLowerCase();
      const [run, resource] = [deploymentRuns[key], resources[key]];
      if (!run || !resource) throw new Error('nothing was deployed');
      for (let index = 1; index <= 700; index += 1) {
        const id = `${path}old-${index}`;
        deploymentRuns[id.toLowerCase()] = { ...run, id, name: `old-${index}`, startedAt: '2020-01-01T00:00:00.000Z' };
        resources[id.toLowerCase()] = { ...resource, id, name: `old-${index}` };
      }
    });
    await deploy(clients, { resources: [] }, {}, 'last');
    const { value } = (await clients.arm('GET', 'providers/Microsoft.Resources/deployments', undefined, VERSION)).body;
    const names = (value as JsonObject[]).map(({ name }) => name);
    expect([names.length, names[0], names.includes('first')]).toEqual([600, 'last', true]);
  });
});
