import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { type EnvironmentState, emptyState } from '../../../../src/domain/state.ts';
import { readTemplate } from '../../../../src/domain/templates/arm-template.ts';
import type { TemplateConfig } from '../../../../src/domain/templates/template-config.ts';
import { convergeGeneric } from '../../../../src/engine/generic/converge-generic.ts';
import type { Json, JsonObject } from '../../../../src/shared/json.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';
import { type FakeAzure, fakeAzure } from '../../../helpers/fake-azure.ts';
import { type ContextOptions, stepContext } from '../../../helpers/step-context.ts';
import { templateText } from '../../../helpers/templates/fixture-templates.ts';

const GROUP = '/subscriptions/sub/resourceGroups/shop-rg';
const BUS = `${GROUP}/providers/Contoso.Messages/buses/bus`;
const QUEUE = `${BUS}/queues/orders`;
const NESTED = `${GROUP}/providers/Microsoft.Resources/deployments/inner`;
const DEPLOYMENT = `${GROUP}/providers/Microsoft.Resources/deployments/default-queue`;

function template(content: JsonObject, more: Partial<TemplateConfig> = {}): TemplateConfig {
  const read = readTemplate(templateText(content));
  if (!read.ok) throw new Error(read.problem);
  return { file: 'queue.bicep', template: read.template, parameters: {}, onDestroy: 'delete', ...more };
}

const RESOURCES: JsonObject[] = [
  {
    type: 'Contoso.Messages/buses',
    apiVersion: '2024-01-01',
    name: 'bus',
    sku: { name: 'Basic' },
    properties: { key: { primaryKey: 'x' } },
  },
  {
    type: 'Contoso.Messages/buses/queues',
    apiVersion: '2024-01-01',
    name: 'bus/orders',
    properties: { size: 5, note: "[variables('note')]" },
  },
];
const WHOLE = template(
  {
    parameters: { password: { type: 'securestring' } },
    // Azure answers what comes of it in clear, where an API does.
    variables: { note: "[format('{0}!', parameters('password'))]" },
    resources: RESOURCES,
    outputs: {
      endpoint: { type: 'string', value: 'x' },
      hidden: { type: 'securestring', value: 'x' },
      port: { type: 'int', value: 1 },
    },
  },
  { parameters: { password: '${{secrets.note}}' } },
);

function config(one: TemplateConfig): DeploymentConfig {
  return { ...deploymentConfig(), secrets: { NOTE: { source: 'generated' } }, templates: { queue: one } };
}

const KNOWN = {
  subscriptionId: 'sub',
  vaultUri: 'https://v.vault.azure.net',
  'secret.NOTE': 'https://v.vault.azure.net/secrets/NOTE/1',
};

/** Azure after a deployment of the template: what it made is there, and is told. */
function azure(correlationId = 'first'): FakeAzure {
  const fake = fakeAzure();
  fake.secrets.set('NOTE', { name: 'NOTE', value: 'the-secret-itself', id: '', tags: {} });
  fake.computed['Microsoft.Resources/deployments'] = {
    properties: {
      ...{ provisioningState: 'Succeeded', correlationId, outputResources: [{ id: BUS }] },
      outputs: {
        endpoint: { type: 'String', value: 'sb://bus' },
        hidden: { type: 'SecureString' },
        port: { type: 'Int', value: 5671 },
      },
      dependencies: [{ id: QUEUE, dependsOn: [{ id: BUS }] }],
    },
  };
  fake.answers['/whatIf'] = answered([
    { resourceId: BUS, changeType: 'Create' },
    { resourceId: QUEUE, changeType: 'Create' },
  ]);
  fake.answers[`default-queue/operations`] = [operation(NESTED), operation(BUS, 'Read')];
  fake.answers[`inner/operations`] = [operation(QUEUE)];
  there(fake, BUS, { sku: { name: 'Basic' }, properties: { key: { primaryKey: 'of-the-bus' }, other: 1 } });
  there(fake, QUEUE, { properties: { size: 5, made: 'yes', note: 'the-secret-itself!' } });
  return fake;
}

function there(fake: FakeAzure, id: string, body: JsonObject): void {
  fake.resources.set(id.toLowerCase(), { ...body, id });
}

function answered(changes: Json): JsonObject {
  return { status: 'Succeeded', properties: { changes } };
}

function operation(id: string, provisioningOperation = 'Create', more: JsonObject = {}): JsonObject {
  return { properties: { provisioningOperation, provisioningState: 'Succeeded', targetResource: { id }, ...more } };
}

async function deploy(fake: FakeAzure, one: TemplateConfig = WHOLE, more: ContextOptions = {}) {
  const context = await stepContext(fake.azure, {
    config: config(one),
    known: KNOWN,
    step: 'deploy_infrastructure_services',
    ...more,
  });
  const result = convergeGeneric(context, 'deploy_infrastructure_services');
  return { context, result };
}

function stateOf({ recorded }: Awaited<ReturnType<typeof stepContext>>, correlationId = 'first'): EnvironmentState {
  const state = emptyState('default');
  const step = 'deploy_infrastructure_services' as const;
  const outputs = { 'resource_made.template:queue': correlationId };
  return {
    ...state,
    steps: {
      [step]: { status: 'completed', timestamp: '', dependency_hash: null, dependencies: {}, outputs, metadata: {} },
    },
    resources: Object.fromEntries(
      recorded.map(({ resource: { key, id, kind, needs = [] }, created, ownership }) => [
        key,
        {
          ...{ id, type: kind.type, step, holds_data: false, immutable: {}, applied: ownership.applied ?? {} },
          ...(created && { created_by: 'a-run' }),
          generic: { api_version: kind.apiVersion, ownership: kind.ownership, needs: [...needs] },
        },
      ]),
    ),
  };
}

describe('a template', () => {
  it('is sent with its secrets, which stand nowhere else, and leaves what it answers and what it made', async () => {
    const fake = azure();
    const { context, result } = await deploy(fake);
    expect(await result).toMatchObject({
      kind: 'ready',
      outputs: {
        'resource.template:queue.endpoint': 'sb://bus',
        'resource.template:queue.port': '5671',
        'resource_made.template:queue': 'first',
      },
    });
    expect(fake.posts.map(({ path }) => path)).toEqual([`${DEPLOYMENT}/whatIf`]);
    const [put] = fake.writes;
    expect(put?.path).toBe(DEPLOYMENT);
    expect(put?.body).toEqual({
      properties: {
        mode: 'Incremental',
        template: WHOLE.template,
        parameters: { password: { value: 'the-secret-itself' } },
      },
    });
    const recorded = context.recorded.map(({ resource, created, ownership }) => [
      resource.key,
      created,
      ownership.applied,
      resource.needs,
    ]);
    expect(recorded).toEqual([
      [
        'template:queue',
        true,
        expect.objectContaining({ properties: expect.objectContaining({ mode: 'Incremental' }) }),
        [],
      ],
      ['template:queue', true, expect.anything(), []],
      // What Azure adds by itself is none of it, and neither is a key.
      ['template:queue/Contoso.Messages/buses/bus', true, { sku: { name: 'Basic' }, properties: { key: {} } }, []],
      [
        'template:queue/Contoso.Messages/buses/bus/queues/orders',
        true,
        { properties: { size: 5 } },
        ['template:queue/Contoso.Messages/buses/bus'],
      ],
    ]);
    const kept = JSON.stringify([
      context.recorded.map(({ ownership }) => ownership),
      await context.remembered(),
      context.told,
      context.logged,
    ]);
    expect(kept).not.toContain('the-secret-itself');
    expect(kept).not.toContain('of-the-bus');
  });

  it('is sent again only where it says something else, something of it is gone, or it is to be repaired', async () => {
    const { context } = await deployed();
    const again = async (change: (fake: FakeAzure) => void, more: ContextOptions = {}) => {
      const fake = azure();
      there(fake, DEPLOYMENT, {
        properties: { provisioningState: 'Succeeded', correlationId: 'first', outputs: OUTPUTS },
      });
      change(fake);
      fake.answers['/whatIf'] = answered([
        { resourceId: BUS, changeType: 'NoChange' },
        { resourceId: QUEUE, changeType: 'Modify' },
      ]);
      await (await deploy(fake, more.config?.templates?.queue ?? WHOLE, { state: stateOf(context), ...more })).result;
      return fake.writes.length;
    };
    const nothing = (): void => undefined;
    expect(await again(nothing)).toBe(0);
    expect(await again((fake) => fake.resources.delete(QUEUE.toLowerCase()))).toBe(1);
    expect(await again((fake) => fake.resources.delete(DEPLOYMENT.toLowerCase()))).toBe(1);
    expect(await again((fake) => there(fake, DEPLOYMENT, { properties: { provisioningState: 'Canceled' } }))).toBe(1);
    expect(await again(nothing, { reason: { text: 'forced', forced: true } })).toBe(1);
    const other = { ...WHOLE, template: { ...WHOLE.template, resources: RESOURCES.slice(0, 1) } };
    expect(await again(nothing, { config: config(other) })).toBe(1);
  });

  it('leaves behind what it names no more', async () => {
    const { context: before } = await deployed();
    const fake = azure('second');
    fake.answers['default-queue/operations'] = [];
    there(fake, DEPLOYMENT, { properties: { provisioningState: 'Succeeded', correlationId: 'first' } });
    fake.answers['/whatIf'] = answered([{ resourceId: BUS, changeType: 'NoChange' }]);
    const smaller = { ...WHOLE, template: { ...WHOLE.template, resources: RESOURCES.slice(0, 1) } };
    const { context, result } = await deploy(fake, smaller, { state: stateOf(before) });
    const { outputs } = (await result) as { outputs: Record<string, string> };
    await context.ledger.complete({ kind: 'completed', outputs }, {}, () => 'hash');
    const { value: state } = await context.stores.state.read();
    expect(Object.keys(state.resources)).toEqual(['template:queue', 'template:queue/Contoso.Messages/buses/bus']);
    expect(Object.values(state.left_behind)).toMatchObject([{ id: QUEUE, created_by: 'a-run' }]);
  });

  it('changes nothing that is of others, of another environment, or ours by another key', async () => {
    const refusal = async (change: JsonObject, more: ContextOptions = {}) => {
      const fake = azure();
      fake.answers['/whatIf'] = answered([{ resourceId: BUS, changeType: 'Modify', ...change }]);
      const { result } = await deploy(fake, WHOLE, more);
      const error = await result.then(
        () => undefined,
        (thrown: unknown) => thrown as { code: string },
      );
      expect(fake.writes.length).toBe(error ? 0 : 1);
      return error?.code;
    };
    expect(await refusal({})).toBe('resource_not_ours');
    const options = { ...(await stepContext(azure().azure)).options, adopt: true };
    expect(await refusal({}, { options })).toBeUndefined();
    const theirs = { before: { tags: { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'staging' } } };
    expect(await refusal(theirs, { options })).toBe('resource_not_ours');
    const record = { id: BUS, type: 't', step: 'create_databases' as const, holds_data: false, immutable: {} };
    const state = { ...emptyState('default'), resources: { 'resource:bus': record } };
    expect(await refusal({}, { state })).toBe('template_takes_ours');
  });

  it('goes on where nobody may ask beforehand, and then nothing counts as made by it', async () => {
    const fake = azure();
    fake.refuse = ({ path }) => {
      if (path.endsWith('/whatIf'))
        throw new AzureError({ code: 'AuthorizationFailed', message: 'no', statusCode: 403 });
    };
    const { context, result } = await deploy(fake);
    expect(await result).toMatchObject({ kind: 'ready' });
    expect(context.logged.join()).toContain('could not be looked at (AuthorizationFailed: no)');
    expect(context.recorded.flatMap(({ resource, created }) => (created ? [resource.key] : []))).toEqual([
      'template:queue',
      'template:queue',
    ]);
  });

  it('that fails tells which resource was refused and why, and what it has made so far is ours', async () => {
    const fake = azure();
    fake.polls = 1;
    const says = { status: 'Failed', error: { code: 'QuotaExceeded', message: 'no more queues' } };
    fake.answers['default-queue/operations'] = [
      operation(BUS),
      operation(QUEUE, 'Create', { provisioningState: 'Failed', statusMessage: says }),
    ];
    fake.resources.delete(QUEUE.toLowerCase());
    const { context, result } = await deploy(fake);
    expect(await result).toMatchObject({ kind: 'waiting' });
    there(fake, DEPLOYMENT, { properties: { provisioningState: 'Failed', correlationId: 'first' } });
    fake.refuse = ({ method }) => {
      if (method === 'POLL')
        throw new AzureError({ code: 'DeploymentFailed', message: 'At least one failed', statusCode: 200 });
    };
    await expect(convergeGeneric(context, 'deploy_infrastructure_services')).rejects.toMatchObject({
      code: 'QuotaExceeded',
      message: 'Contoso.Messages/buses/queues orders: QuotaExceeded: no more queues',
      resource: expect.stringContaining('templates.queue'),
    });
    expect(context.recorded.map(({ resource, created }) => [resource.key, created])).toContainEqual([
      'template:queue/Contoso.Messages/buses/bus',
      true,
    ]);
  });

  it('whose output turns out to be a secret is no success', async () => {
    const fake = azure();
    const outputs = { endpoint: { value: 'Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=aaaabbbbccccdddd=' } };
    fake.computed['Microsoft.Resources/deployments'] = { properties: { provisioningState: 'Succeeded', outputs } };
    const { context, result } = await deploy(fake);
    await expect(result).rejects.toMatchObject({ code: 'output_is_secret' });
    expect(JSON.stringify(await context.remembered())).not.toContain('aaaabbbb');
  });
});

const OUTPUTS = { endpoint: { value: 'sb://bus' }, port: { value: 5671 } };

async function deployed() {
  const { context, result } = await deploy(azure());
  await result;
  return { context };
}
