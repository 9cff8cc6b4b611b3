import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import type { GenericResourceConfig } from '../../../../src/domain/generic/generic-config.ts';
import { type EnvironmentState, emptyState } from '../../../../src/domain/state.ts';
import type { StepName } from '../../../../src/domain/steps.ts';
import { convergeGeneric } from '../../../../src/engine/generic/converge-generic.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';
import { type FakeAzure, fakeAzure } from '../../../helpers/fake-azure.ts';
import { runIdOf, stepContext } from '../../../helpers/step-context.ts';

const EARLY: StepName = 'create_databases';
const LATE: StepName = 'deploy_infrastructure_services';

function resource(name: string, more: Partial<GenericResourceConfig> = {}): GenericResourceConfig {
  return {
    ...{ type: 'Contoso.Messages/buses', apiVersion: '2024-01-01', name, location: 'eastus', tags: true },
    ...{ body: {}, holdsData: true, ...more },
  };
}

const BUS = resource('bus', {
  body: { sku: { name: 'Basic' } },
  outputs: { at: 'properties.endpoint', ports: 'properties.ports' },
});
const READER = resource('reader', {
  body: { properties: { bus: '${{resources.bus.outputs.at}}', ports: '${{resources.bus.outputs.ports}}' } },
});

function config(resources: NonNullable<DeploymentConfig['resources']>): DeploymentConfig {
  return { ...deploymentConfig(), resources };
}

function azure(): FakeAzure {
  const fake = fakeAzure();
  fake.computed['Contoso.Messages/buses'] = { properties: { endpoint: 'https://bus.contoso.test', ports: [1, 2] } };
  return fake;
}

/** The state after a call, as the next run finds it. */
async function stateAfter(context: Awaited<ReturnType<typeof stepContext>>): Promise<EnvironmentState> {
  const resources = Object.fromEntries(
    context.recorded.map(({ resource: { key, id, kind }, ownership }) => [
      key,
      {
        ...{ id, type: kind.type, step: EARLY, holds_data: false, immutable: {} },
        ...(ownership.applied && { applied: ownership.applied }),
        ...(ownership.respelled && { respelled: ownership.respelled }),
      },
    ]),
  );
  return { ...emptyState('default'), resources };
}

const names = (fake: FakeAzure): string[] => fake.writes.map(({ path }) => path.split('/').at(-1) ?? '');

describe('resources of any type', () => {
  it('are made once those are there that they name, and have what these answer, with its type', async () => {
    const fake = azure();
    fake.polls = 1;
    const context = await stepContext(fake.azure, {
      config: config({ reader: READER, bus: BUS, other: resource('other') }),
    });
    expect(await convergeGeneric(context, EARLY)).toMatchObject({ kind: 'waiting' });
    expect(names(fake).sort()).toEqual(['bus', 'other']);
    expect(await convergeGeneric(context, EARLY)).toMatchObject({ kind: 'waiting' });
    expect(await convergeGeneric(context, EARLY)).toMatchObject({
      kind: 'ready',
      outputs: {
        'resource.bus.at': 'https://bus.contoso.test',
        'resource.bus.ports': '[1,2]',
        'resource_made.bus': context.runId,
      },
    });
    const written = fake.writes.find(({ path }) => path.endsWith('/reader'));
    expect(written?.body).toMatchObject({
      location: 'eastus',
      properties: { bus: 'https://bus.contoso.test', ports: [1, 2] },
      tags: { 'draftgenie-environment': 'default', Project: 'Shop' },
    });
  });

  it('are written again only in what the configuration changed, and what somebody else changed stays', async () => {
    const fake = azure();
    const first = await stepContext(fake.azure, { config: config({ bus: BUS }) });
    await convergeGeneric(first, EARLY);
    const id = first.recorded[0]?.resource.id.toLowerCase() ?? '';
    const live = fake.resources.get(id);
    if (live) fake.resources.set(id, { ...live, properties: { endpoint: 'e', ports: [], theirs: true } });
    const before = fake.writes.length;
    const again = { config: config({ bus: BUS }), runId: runIdOf(1), state: await stateAfter(first) };
    await convergeGeneric(await stepContext(fake.azure, again), EARLY);
    expect(fake.writes).toHaveLength(before);

    const bigger = { ...BUS, body: { sku: { name: 'Premium' }, properties: { zone: 1 } } };
    const changed = { ...again, config: config({ bus: bigger }), runId: runIdOf(2) };
    const third = await stepContext(fake.azure, changed);
    await convergeGeneric(third, EARLY);
    expect(fake.writes.at(-1)).toMatchObject({
      method: 'PUT',
      body: { sku: { name: 'Premium' }, properties: { zone: 1, theirs: true } },
    });

    const without = { ...again, runId: runIdOf(3), state: await stateAfter(third) };
    await convergeGeneric(await stepContext(fake.azure, without), EARLY);
    expect(fake.writes.at(-1)?.body).toMatchObject({ sku: { name: 'Basic' }, properties: { theirs: true } });
    expect(fake.writes.at(-1)?.body?.properties).not.toHaveProperty('zone');
  });

  it('are as they should be where Azure writes values otherwise, or does not answer them, and send them again', async () => {
    const fake = azure();
    const spelled = (size: number) =>
      config({ bus: { ...BUS, body: { properties: { mode: 'Best', hidden: 'h', size, list: ['West Europe'] } } } });
    fake.computed['Contoso.Messages/buses'] = {
      properties: { endpoint: 'e', ports: [], mode: 'BEST', list: ['westeurope'] },
    };
    const { put } = fake.azure.arm;
    fake.azure.arm.put = async (path, ...more) => {
      const reply = await put(path, ...more);
      const made = fake.resources.get(path.toLowerCase())?.properties as { hidden?: string } | undefined;
      if (made) delete made.hidden;
      return reply;
    };
    const first = await stepContext(fake.azure, { config: spelled(1) });
    await convergeGeneric(first, EARLY);
    expect(first.logged.join()).toContain('Azure keeps properties.mode: BEST → Best');
    const state = await stateAfter(first);
    const options = { ...first.options, refresh: true };
    await convergeGeneric(
      await stepContext(fake.azure, { config: spelled(1), state, options, runId: runIdOf(1) }),
      EARLY,
    );
    expect(fake.writes).toHaveLength(1);
    await convergeGeneric(await stepContext(fake.azure, { config: spelled(2), state, runId: runIdOf(2) }), EARLY);
    expect(fake.writes.at(-1)?.body).toMatchObject({
      properties: { mode: 'Best', hidden: 'h', size: 2, list: ['westeurope'] },
    });
    const id = first.recorded[0]?.resource.id.toLowerCase() ?? '';
    const live = fake.resources.get(id);
    if (live) fake.resources.set(id, { ...live, properties: { ...(live.properties as object), mode: 'worst' } });
    await convergeGeneric(
      await stepContext(fake.azure, { config: spelled(1), state, options, runId: runIdOf(3) }),
      EARLY,
    );
    expect(fake.writes.at(-1)?.body).toMatchObject({ properties: { mode: 'Best' } });
  });

  it('have secrets of the vault in the request and nowhere else, and send them with every write', async () => {
    const fake = azure();
    const address = 'https://shop-kv.vault.azure.net/secrets/JWT-SECRET/1';
    fake.secrets.set('JWT-SECRET', { name: 'JWT-SECRET', value: 'hunter22', id: address, tags: {} });
    const known = { vaultUri: 'https://shop-kv.vault.azure.net', 'secret.JWT-SECRET': address };
    const keyed = (size: number) =>
      config({ bus: { ...BUS, body: { properties: { size, key: 'Key=${{secrets.JWT-SECRET}}' } } } });
    const first = await stepContext(fake.azure, { config: keyed(1), known });
    await convergeGeneric(first, LATE);
    expect(fake.writes.at(-1)?.body).toMatchObject({ properties: { key: 'Key=hunter22' } });
    expect(first.logged.join()).not.toContain('Azure keeps');
    expect(JSON.stringify([first.recorded, first.told, await first.remembered()])).not.toContain('hunter22');

    // Azure does not answer it.
    for (const live of fake.resources.values()) delete (live.properties as { key?: string }).key;
    const state = await stateAfter(first);
    const before = fake.writes.length;
    await convergeGeneric(await stepContext(fake.azure, { config: keyed(1), known, state, runId: runIdOf(1) }), LATE);
    expect(fake.writes).toHaveLength(before);
    await convergeGeneric(await stepContext(fake.azure, { config: keyed(2), known, state, runId: runIdOf(2) }), LATE);
    expect(fake.writes.at(-1)?.body).toMatchObject({ properties: { size: 2, key: 'Key=hunter22' } });
    const rotated = { ...known, 'secret.JWT-SECRET': address.replace('/1', '/2') };
    fake.secrets.set('JWT-SECRET', {
      name: 'JWT-SECRET',
      value: 'hunter33',
      id: rotated['secret.JWT-SECRET'],
      tags: {},
    });
    await convergeGeneric(
      await stepContext(fake.azure, { config: keyed(1), known: rotated, state, runId: runIdOf(3) }),
      LATE,
    );
    expect(fake.writes.at(-1)?.body).toMatchObject({ properties: { key: 'Key=hunter33' } });
  });

  it('that exist and are not ours are refused, with tags or without, unless they are taken over', async () => {
    for (const tags of [true, false]) {
      const fake = azure();
      const id = '/subscriptions/sub/resourceGroups/shop-rg/providers/Contoso.Messages/buses/bus';
      fake.resources.set(id.toLowerCase(), {
        id,
        type: 'Contoso.Messages/buses',
        properties: { endpoint: 'e', ports: [] },
      });
      const mine = config({ bus: { ...BUS, tags } });
      const context = await stepContext(fake.azure, { config: mine });
      await expect(convergeGeneric(context, EARLY)).rejects.toMatchObject({ code: 'resource_not_ours' });
      expect(fake.writes).toEqual([]);
      const options = { ...context.options, adopt: true };
      expect(await convergeGeneric(await stepContext(fake.azure, { config: mine, options }), EARLY)).toMatchObject({
        kind: 'ready',
      });
    }
  });

  it.each(['properties.text', 'properties.all', 'properties'])('keep no secret as an output: %s', async (at) => {
    const fake = azure();
    const answer = { text: 'sb://x;SharedAccessKey=abcdef', all: { primaryKey: 'abcdef' } };
    fake.computed['Contoso.Messages/buses'] = { properties: answer };
    const context = await stepContext(fake.azure, { config: config({ bus: { ...BUS, outputs: { at } } }) });
    await expect(convergeGeneric(context, EARLY)).rejects.toMatchObject({
      code: 'output_is_secret',
      message: expect.not.stringContaining('abcdef'),
    });
  });

  it('fail as Azure says, and where it does not answer an output', async () => {
    const fake = azure();
    const context = await stepContext(fake.azure, {
      config: config({ bus: { ...BUS, outputs: { at: 'properties.endpiont' } } }),
    });
    await expect(convergeGeneric(context, EARLY)).rejects.toMatchObject({
      code: 'azure_answer_incomplete',
      message: 'Azure answers nothing at properties.endpiont, which resources.bus.outputs.at names.',
      hint: 'At properties there is: endpoint, ports.',
    });
    fake.refuse = ({ method }) => {
      if (method === 'PUT') throw new AzureError({ code: 'InvalidSku', message: 'no', statusCode: 400 });
    };
    const refused = await stepContext(fake.azure, { config: config({ other: resource('other') }) });
    await expect(convergeGeneric(refused, EARLY)).rejects.toMatchObject({
      code: 'InvalidSku',
      resource: expect.stringContaining('resources.other'),
    });
  });
});

it('a grant for a principal that was made anew is deleted and made again, unasked, and then stays', async () => {
  const fake = fakeAzure();
  const grant = (principalId: string) =>
    resource('93c14495-876d-54ec-939f-68cd6ea3ae8f', {
      ...{ type: 'Microsoft.Authorization/roleAssignments', apiVersion: '2022-04-01', tags: false, holdsData: false },
      ...{ scope: '/subscriptions/s', body: { properties: { principalId, principalType: 'ServicePrincipal' } } },
    });
  const first = await stepContext(fake.azure, { config: config({ grant: grant('first') }) });
  await convergeGeneric(first, EARLY);
  const state = await stateAfter(first);
  const second = { runId: runIdOf(1), state, config: config({ grant: grant('second') }) };
  expect(await convergeGeneric(await stepContext(fake.azure, second), EARLY)).toMatchObject({ kind: 'ready' });
  expect(fake.writes.map(({ method }) => method)).toEqual(['PUT', 'DELETE', 'PUT']);
  expect(fake.writes.at(-1)?.body).toMatchObject({ properties: { principalId: 'second' } });
});
