import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { ArmResource } from '../../../src/azure/ports.ts';
import type { ResourceRules } from '../../../src/domain/desired.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { converge } from '../../../src/engine/converge.ts';
import type { StepMemory } from '../../../src/engine/memory.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { runIdOf, stepContext, type TestContext } from '../../helpers/step-context.ts';
import { desired, OURS } from './a-thing.ts';

/** What the state of the next run knows of what these calls made. */
function stateWith({ recorded }: TestContext): EnvironmentState {
  const resources = recorded.map(({ resource: { key, id, kind }, ownership: { applied, accepted } }) => [
    key,
    {
      ...{ id, type: kind.type, step: 'create_monitoring' as const, holds_data: false, immutable: {} },
      ...(applied && { applied }),
      accepted: [...accepted],
    },
  ]);
  return { ...emptyState('default'), resources: Object.fromEntries(resources) };
}

const busy = new AzureError({ code: 'ServerIsBusy', message: 'busy', statusCode: 409, retryAfterInSeconds: 3 });

describe('converge', () => {
  it('creates what is absent, marks it with the run, and writes nothing the second time', async () => {
    const fake = fakeAzure();
    const first = await stepContext(fake.azure);
    expect(await converge(first, desired())).toMatchObject({ kind: 'ready', changed: true });
    expect(fake.resources.get(desired().id.toLowerCase())?.tags).toEqual({
      ...OURS,
      'draftgenie-created-by': first.runId,
    });
    expect(first.recorded.at(-1)).toMatchObject({ created: true });

    const second = await stepContext(fake.azure, { runId: runIdOf(1) });
    expect(await converge(second, desired())).toMatchObject({ kind: 'ready', changed: false });
    expect(second.recorded).toMatchObject([{ created: false }]);
    expect(fake.writes).toHaveLength(1);
    expect(second.told).toEqual([]);
  });

  it.each(['tagged', 'child'] as const)(
    'knows that it created a %s resource when its process died right after the write',
    async (ownership) => {
      const fake = fakeAzure();
      const first = await stepContext(fake.azure);
      const dying: StepMemory = {
        ...first.memory,
        write: (record, value, ...member) =>
          record.key(...member).startsWith('written:')
            ? Promise.reject(new Error('killed'))
            : first.memory.write(record, value, ...member),
      };
      await expect(converge({ ...first, memory: dying }, desired({}, { ownership }))).rejects.toThrow('killed');
      const again = await stepContext(fake.azure, { stores: first.stores });
      expect(await converge(again, desired({}, { ownership }))).toMatchObject({ kind: 'ready' });
      expect(again.recorded.at(-1)).toMatchObject({ created: true });
      expect(fake.writes).toHaveLength(1);
    },
  );

  it('starts a long operation, polls it once per call, and goes on with it after a crash', async () => {
    const fake = fakeAzure();
    fake.polls = 2;
    const context = await stepContext(fake.azure);
    const waiting = { kind: 'waiting', retryAfterInSeconds: 7, on: 'the thing' };
    expect(await converge(context, desired())).toEqual(waiting);
    expect(context.recorded).toMatchObject([{ created: true }]);
    const later = await stepContext(fake.azure, { stores: context.stores });
    expect(await converge(later, desired())).toEqual(waiting);
    expect(await converge(later, desired())).toMatchObject({ kind: 'ready', changed: true });
    expect(fake.writes).toHaveLength(1);
  });

  it('fails when the operation takes too long, keeps it, and lets the next run go on with it', async () => {
    const fake = fakeAzure();
    fake.polls = 3;
    const context = await stepContext(fake.azure);
    await converge(context, desired());
    context.pass(901);
    await expect(converge(context, desired())).rejects.toMatchObject({ code: 'OperationTimedOut' });
    const next = await stepContext(fake.azure, {
      stores: context.stores,
      adoptsOperationsOf: context.runId,
      runId: runIdOf(1),
    });
    next.pass(5000);
    expect(await converge(next, desired())).toMatchObject({ kind: 'waiting' });
    expect(await converge(next, desired())).toMatchObject({ kind: 'ready' });
    expect(fake.writes).toHaveLength(1);
  });

  it('lets the configuration raise the limit of an operation, not lower it', async () => {
    const fake = fakeAzure();
    fake.polls = 9;
    const context = await stepContext(fake.azure);
    await converge(context, desired({}, { timeoutInSeconds: 10 }));
    context.pass(599);
    expect(await converge(context, desired({}, { timeoutInSeconds: 10 }))).toMatchObject({ kind: 'waiting' });
    context.pass(2);
    await expect(converge(context, desired({}, { timeoutInSeconds: 10 }))).rejects.toThrow(/600 seconds/);
  });

  it('forgets an operation that failed, and keeps one it could not ask about', async () => {
    const fake = fakeAzure();
    fake.polls = 5;
    const context = await stepContext(fake.azure);
    await converge(context, desired());
    fake.refuse = ({ method }) => {
      if (method === 'POLL') throw new AzureError({ code: 'GatewayTimeout', message: 'later', statusCode: 504 });
    };
    await expect(converge(context, desired())).rejects.toMatchObject({ code: 'GatewayTimeout' });
    expect(await context.remembered()).toHaveProperty('operation:thing');
    fake.refuse = ({ method }) => {
      if (method === 'POLL') throw new AzureError({ code: 'SkuNotAvailable', message: 'sold out' });
    };
    await expect(converge(context, desired())).rejects.toMatchObject({ code: 'SkuNotAvailable' });
    expect(await context.remembered()).not.toHaveProperty('operation:thing');
  });

  it('changes back what was changed by hand, tells it, and keeps tags of others', async () => {
    const fake = fakeAzure();
    const { id } = desired();
    fake.resources.set(id.toLowerCase(), {
      id,
      location: 'East US',
      tags: { ...OURS, team: 'blue' },
      properties: { size: 5 },
    });
    const context = await stepContext(fake.azure);
    expect(await converge(context, desired())).toMatchObject({ kind: 'ready', changed: true });
    expect(fake.resources.get(id.toLowerCase())).toMatchObject({ tags: { team: 'blue' }, properties: { size: 1 } });
    expect(context.told).toEqual(['updating the thing: properties.size: 5 → 1']);
    expect(context.recorded.at(-1)).toMatchObject({ created: false });
  });

  it('stops at a resource that is not ours and names it; --adopt takes it over and tells every change', async () => {
    const fake = fakeAzure();
    const { id } = desired();
    fake.resources.set(id.toLowerCase(), {
      id,
      location: 'eastus',
      tags: { team: 'blue' },
      properties: { size: 5, own: 1 },
    });
    await expect(converge(await stepContext(fake.azure), desired())).rejects.toMatchObject({
      code: 'resource_not_ours',
      message: expect.stringContaining(id),
      hint: expect.stringContaining('--adopt'),
    });
    expect(fake.writes).toEqual([]);

    const context = await stepContext(fake.azure);
    const adopting = { ...context, options: { ...context.options, adopt: true } };
    await converge(adopting, desired({}, { update: 'put' }));
    expect(fake.resources.get(id.toLowerCase())).toMatchObject({
      tags: { ...OURS, team: 'blue' },
      properties: { size: 1, own: 1 },
    });
    expect(context.told[0]).toContain('properties.size: 5 → 1');
    expect(context.told[0]).toContain('tags.managed-by');
  });

  it('is not ours when it is of another environment', async () => {
    const fake = fakeAzure();
    const { id } = desired();
    const tags = { ...OURS, 'draftgenie-environment': 'staging' };
    fake.resources.set(id.toLowerCase(), { id, tags });
    await expect(converge(await stepContext(fake.azure), desired())).rejects.toMatchObject({
      code: 'resource_not_ours',
    });
  });

  it('waits while somebody else changes the resource, and not for ever', async () => {
    const fake = fakeAzure();
    const { id } = desired();
    fake.resources.set(id.toLowerCase(), { id, tags: OURS, properties: { provisioningState: 'Updating' } });
    const context = await stepContext(fake.azure);
    expect(await converge(context, desired())).toMatchObject({ kind: 'waiting', retryAfterInSeconds: 0.1 });
    context.pass(16);
    expect(await converge(context, desired())).toMatchObject({ kind: 'waiting', retryAfterInSeconds: 2 });
    context.pass(901);
    await expect(converge(context, desired())).rejects.toMatchObject({ code: 'OperationTimedOut' });
    expect(fake.writes).toEqual([]);
  });

  it('waits when Azure refuses a write because another one is in progress', async () => {
    const fake = fakeAzure();
    const context = await stepContext(fake.azure);
    fake.refuse = ({ method }) => {
      if (method === 'PUT') throw busy;
    };
    expect(await converge(context, desired())).toMatchObject({ kind: 'waiting', retryAfterInSeconds: 3 });
    fake.refuse = () => undefined;
    expect(await converge(context, desired())).toMatchObject({ kind: 'ready' });
  });

  it('throws every other refusal', async () => {
    const fake = fakeAzure();
    fake.refuse = ({ method }) => {
      if (method === 'PUT') throw new AzureError({ code: 'InvalidParameter', message: 'no', statusCode: 400 });
    };
    await expect(converge(await stepContext(fake.azure), desired())).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
  });

  it('takes a role that exists under another name for granted', async () => {
    const fake = fakeAzure();
    fake.refuse = ({ method }) => {
      if (method === 'PUT') throw new AzureError({ code: 'RoleAssignmentExists', message: 'exists', statusCode: 409 });
    };
    expect(await converge(await stepContext(fake.azure), desired())).toMatchObject({ kind: 'ready', changed: false });
  });

  it('writes a failed resource once more, and only once', async () => {
    const fake = fakeAzure();
    const { id } = desired();
    fake.computed['T.T/things'] = { properties: { provisioningState: 'Failed' } };
    fake.resources.set(id.toLowerCase(), {
      id,
      location: 'eastus',
      tags: OURS,
      properties: { size: 1, provisioningState: 'Failed' },
    });
    const context = await stepContext(fake.azure);
    await converge(context, desired());
    await expect(converge(context, desired())).rejects.toMatchObject({ code: 'ResourceProvisioningFailed' });
    expect(fake.writes).toHaveLength(1);
  });

  it('warns of a difference that stays, and does not write it for ever', async () => {
    const fake = fakeAzure();
    fake.computed['T.T/things'] = { properties: { size: 2 } };
    const context = await stepContext(fake.azure);
    expect(await converge(context, desired())).toMatchObject({ kind: 'ready' });
    expect(await converge(context, desired())).toMatchObject({ kind: 'ready', changed: true });
    expect(context.logged).toEqual(['warning: the thing: Azure keeps properties.size: 2 → 1']);
    expect(fake.writes).toHaveLength(1);
  });

  it('makes it again in the same run when it was deleted by hand', async () => {
    const fake = fakeAzure();
    const context = await stepContext(fake.azure);
    await converge(context, desired());
    fake.resources.clear();
    expect(await converge(context, desired())).toMatchObject({ kind: 'ready' });
    expect(fake.resources.size).toBe(1);
  });

  it('sends what is for creation only when creating', async () => {
    const fake = fakeAzure();
    const context = await stepContext(fake.azure);
    const createWith = { properties: { administratorLoginPassword: 'random' } };
    await converge(context, desired(), { createWith });
    await converge(await stepContext(fake.azure), desired({ body: { ...desired().body, properties: { size: 3 } } }), {
      createWith,
    });
    expect(fake.writes.map(({ body }) => body?.properties)).toEqual([
      { size: 1, administratorLoginPassword: 'random' },
      { size: 3 },
    ]);
    expect(JSON.stringify(await context.remembered())).not.toContain('random');
  });

  it('does not change what Azure holds fixed, unless its replacement is allowed by name', async () => {
    const fake = fakeAzure();
    const { id } = desired();
    const made = await stepContext(fake.azure);
    await converge(made, desired({ body: { ...desired().body, location: 'westus' } }));
    const state = stateWith(made);
    fake.writes.length = 0;
    fake.polls = 1;
    const refused = await stepContext(fake.azure, { state });
    await expect(converge(refused, desired({}, { holdsData: true }))).rejects.toMatchObject({
      code: 'resource_immutable',
      hint: expect.not.stringContaining('--allow-replace'),
    });
    await expect(converge(refused, desired())).rejects.toMatchObject({
      code: 'resource_immutable',
      hint: expect.stringContaining('--allow-replace thing '),
    });
    const context = await stepContext(fake.azure, { state });
    const allowed = { ...context, options: { ...context.options, allowReplace: ['thing'] } };
    await expect(converge(allowed, desired({}, { replaceable: false }))).rejects.toMatchObject({
      code: 'resource_immutable',
    });
    expect(await converge(allowed, desired())).toMatchObject({ kind: 'waiting', on: 'the deletion of the thing' });
    expect(await converge(allowed, desired())).toMatchObject({ kind: 'waiting', on: 'the thing' });
    expect(await converge(allowed, desired())).toMatchObject({ kind: 'ready' });
    expect(fake.writes.map(({ method }) => method)).toEqual(['DELETE', 'PUT']);
    expect(fake.resources.get(id.toLowerCase())?.location).toBe('eastus');
  });

  it('refuses to change what a state of before knows to be fixed, and takes over what it does not know', async () => {
    const fake = fakeAzure();
    const { id } = desired();
    const live = { id, location: 'westus', tags: OURS, properties: { size: 1 } };
    fake.resources.set(id.toLowerCase(), live);
    const record = { id, type: 'T.T/things', step: 'create_monitoring', holds_data: false } as const;
    const state: EnvironmentState = {
      ...emptyState('default'),
      resources: { thing: { ...record, immutable: { location: '"westus"' } } },
    };
    await expect(converge(await stepContext(fake.azure, { state }), desired())).rejects.toMatchObject({
      code: 'resource_immutable',
    });
    const context = await stepContext(fake.azure);
    expect(await converge(context, desired())).toMatchObject({ kind: 'ready', changed: false });
    expect(context.recorded.at(-1)?.ownership).toEqual({
      applied: { tags: OURS, properties: { size: 1 } },
      accepted: ['location'],
    });
    expect(fake.writes).toEqual([]);
  });

  it('has no hint that loses data where less is asked for than there is', async () => {
    const fake = fakeAzure();
    const rules: Partial<ResourceRules> = {
      settings: { 'properties.size': 'postgresql.storage_size' },
      onlyGrows: ['properties.size'],
    };
    const config = deploymentConfig({ written: ['postgresql.storage_size'] });
    const sized = (size: number) => desired({ body: { ...desired().body, properties: { size } } }, rules);
    const first = await stepContext(fake.azure, { config });
    await converge(first, sized(64));
    const context = await stepContext(fake.azure, { config, state: stateWith(first), runId: runIdOf(1) });
    const allowed = { ...context, options: { ...context.options, allowReplace: ['thing'] } };
    await expect(converge(allowed, sized(32))).rejects.toMatchObject({
      code: 'resource_cannot_shrink',
      message: 'the thing cannot be made less: properties.size: 64 → 32.',
      hint: expect.not.stringContaining('--allow-replace'),
    });
    expect(fake.writes).toHaveLength(1);
  });

  it('leaves what somebody else changed, until a run repairs', async () => {
    const fake = fakeAzure();
    const first = await stepContext(fake.azure);
    await converge(first, desired());
    const { id } = desired();
    const live = fake.resources.get(id.toLowerCase()) as ArmResource;
    fake.resources.set(id.toLowerCase(), { ...live, properties: { size: 5 } });
    const state = stateWith(first);
    const later = await stepContext(fake.azure, { state, runId: runIdOf(1) });
    expect(await converge(later, desired())).toMatchObject({ changed: false });
    expect(later.recorded.at(-1)?.ownership.applied).toMatchObject({ properties: { size: 1 } });
    for (const repairing of [
      { reason: { text: 'forced', forced: true } },
      { options: { ...later.options, refresh: true } },
    ]) {
      fake.resources.set(id.toLowerCase(), { ...live, properties: { size: 5 } });
      const context = await stepContext(fake.azure, { state, runId: runIdOf(2) });
      await converge({ ...context, ...repairing }, desired());
      expect(fake.resources.get(id.toLowerCase())).toMatchObject({ properties: { size: 1 } });
    }
  });

  it('tells no values of variables and secrets', async () => {
    const fake = fakeAzure();
    const { id } = desired();
    const env: JsonObject[] = [
      { name: 'KEY', secretRef: 'key' },
      { name: 'OPEN', value: 'hunter1' },
    ];
    const body = { tags: OURS, properties: { sharedKey: 'hunter2', env, environmentId: '/env/2' } };
    fake.resources.set(id.toLowerCase(), {
      id,
      tags: OURS,
      properties: { sharedKey: 'hunter3', env: [{ name: 'KEY', value: 'hunter4' }], environmentId: '/env/1' },
    });
    const context = await stepContext(fake.azure);
    await converge(context, desired({ body }, { immutable: [] }));
    expect(context.told).toEqual([
      'updating the thing: properties.sharedKey; properties.env[KEY]; properties.env[OPEN]; properties.environmentId: /env/1 → /env/2',
    ]);
  });
});
