import { describe, expect, it } from 'vitest';
import { symbolicOutputs } from '../../../../src/domain/outputs.ts';
import { NO_OPTIONS } from '../../../../src/domain/run.ts';
import { emptyState, type ResourceRecord } from '../../../../src/domain/state.ts';
import { planTemplates, type TemplatePlanInput } from '../../../../src/planning/templates/plan-templates.ts';
import { templateDeployment } from '../../../../src/resources/templates/template-deployment.ts';
import type { Json, JsonObject } from '../../../../src/shared/json.ts';
import { deploymentConfig } from '../../../helpers/deployment-config.ts';
import { fakeAzure } from '../../../helpers/fake-azure.ts';
import { fixtureTemplate } from '../../../helpers/templates/fixture-templates.ts';

const STEP = 'create_databases' as const;
const SUBSCRIPTION = '/subscriptions/sub';
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop-rg`;
const BUS = `${GROUP}/providers/Microsoft.ServiceBus/namespaces/bus`;
const ARCHIVE = `${GROUP}/providers/Microsoft.Storage/storageAccounts/archive`;
const template = {
  ...fixtureTemplate('messages'),
  file: 'm.bicep',
  parameters: { name: 'bus' },
  onDestroy: 'keep' as const,
};
const config = { ...deploymentConfig(), templates: { queue: template } };
const outputs = { read: (name: string, member = '') => (name === 'subscriptionId' ? 'sub' : `\${${name}.${member}}`) };
const resource = { ...templateDeployment({ environment: 'dev', config, outputs }, 'template:queue'), step: STEP };
const DEPLOYMENT = resource.id.toLowerCase();

function record(id: string, applied: JsonObject): ResourceRecord {
  const generic = { api_version: '2024-01-01', ownership: 'recorded' as const, needs: [] };
  return { id, type: 't', step: STEP, holds_data: true, immutable: {}, applied, generic };
}

const KNOWN = {
  'template:queue': record(resource.id, resource.body),
  'template:queue/Microsoft.ServiceBus/namespaces/bus': record(BUS, { sku: { name: 'Basic' } }),
};

interface Given {
  readonly changes?: Json;
  readonly known?: Readonly<Record<string, ResourceRecord>>;
  readonly more?: Partial<TemplatePlanInput>;
  readonly variants?: TemplatePlanInput['wanted'][number]['variants'];
  readonly ended?: string;
}

async function plan({ changes = [], known = KNOWN, more = {}, variants = new Map(), ended = 'Succeeded' }: Given = {}) {
  const fake = fakeAzure();
  fake.answers['/whatIf'] = { properties: { changes } };
  const there = Object.keys(known).length > 0;
  const live = new Map(there ? [[DEPLOYMENT, { id: resource.id, properties: { provisioningState: ended } }]] : []);
  const input: TemplatePlanInput = {
    ...{ azure: fake.azure, environment: 'dev', config, options: NO_OPTIONS, outputs: symbolicOutputs().reader },
    state: { ...emptyState('dev'), resources: { ...known } },
    planned: [{ step: STEP, number: 6, action: 'run', reason: '', changed: [] }],
    wanted: [{ resource, by: [STEP], finishedBy: [], variants, repairs: new Map() }],
    live,
    found: { marks: new Map([GROUP, BUS].map((id) => [id.toLowerCase(), 'unmarked'] as const)) },
    ...more,
  };
  const { lines, unseen, again } = await planTemplates(input);
  const told = lines.map(({ id, action, reason, changes: fields }) => [
    id.split('/').at(-1),
    action,
    ...(fields ? fields.map(({ path, from, to }) => `${path}: ${from} → ${to}`) : []),
    ...(reason === undefined ? [] : [reason]),
  ]);
  return { told, unseen, asked: fake.posts.length, why: again.get('template:queue') };
}

describe('the plan of a template', () => {
  it('tells what is foreseen of each resource, and leaves out what is noise', async () => {
    const modify: JsonObject = {
      ...{ resourceId: BUS, changeType: 'Modify', before: {}, after: {} },
      delta: [
        { path: 'sku.name', propertyChangeType: 'Modify', before: 'Basic', after: 'Standard' },
        { path: 'properties.disableLocalAuth', propertyChangeType: 'Delete', before: false },
      ],
    };
    const { told, unseen } = await plan({
      known: { ...KNOWN, 'template:queue': record(resource.id, {}) },
      changes: [modify, { resourceId: ARCHIVE, changeType: 'Create' }],
    });
    expect(told).toEqual([
      [
        'bus',
        'update',
        'sku.name: Basic → Standard',
        'Microsoft.ServiceBus/namespaces bus of the template queue, as Azure foresees it',
      ],
      ['archive', 'create', 'Microsoft.Storage/storageAccounts archive of the template queue, as Azure foresees it'],
    ]);
    expect(unseen).toEqual([]);
  });

  it('shows no value that comes of something secret', async () => {
    const note = { note: "[parameters('note')]" };
    const own: JsonObject = {
      parameters: { note: { type: 'secureString' } },
      resources: [{ type: 'Microsoft.ServiceBus/namespaces', apiVersion: '1', name: 'bus', properties: note }],
    };
    const { told } = await plan({
      known: { ...KNOWN, 'template:queue': record(resource.id, {}) },
      more: { config: { ...config, templates: { queue: { ...template, template: own } } } },
      changes: [
        {
          ...{ resourceId: BUS, changeType: 'Modify', before: {}, after: {} },
          delta: [{ path: 'properties.note', propertyChangeType: 'Modify', before: 'hush', after: 'hush-2' }],
        },
      ],
    });
    expect(told[0]).toContain('properties.note: (hidden) → (hidden)');
    expect(JSON.stringify(told)).not.toContain('hush');
  });

  it('asks nothing where nothing is sent, and says why it is sent otherwise', async () => {
    expect(await plan()).toEqual({ told: [['bus', 'unchanged']], unseen: [], asked: 0, why: undefined });
    expect((await plan({ ended: 'Failed' })).why).toContain('its last deployment has ended as failed');
    expect((await plan({ known: {} })).why).toContain('it was not deployed');
    const gone = { found: { marks: new Map([[GROUP.toLowerCase(), 'ours' as const]]) } };
    expect((await plan({ more: gone })).why).toContain('namespaces bus of the template queue is gone');
    const refresh = { options: { ...NO_OPTIONS, refresh: true } };
    expect((await plan({ more: refresh })).why).toContain('what was changed by hand is put back');
    const skipped = { planned: [{ step: STEP, number: 6, action: 'skip' as const, reason: '', changed: [] }] };
    expect((await plan({ more: skipped, ended: 'Failed' })).why).toBeUndefined();
  });

  it('refuses what is of others, and what this environment has by another key, and leaves behind what is named no more', async () => {
    const known = { ...KNOWN, 'template:queue': record(resource.id, {}) };
    const theirs = { resourceId: ARCHIVE, changeType: 'Modify', before: {}, delta: [] };
    const { told } = await plan({ known, changes: [theirs] });
    expect(told).toEqual([
      ['archive', 'forbidden', expect.stringContaining('exists and is not of this environment')],
      ['bus', 'left_behind', expect.stringContaining('names it no more')],
    ]);
    expect(
      (await plan({ known, changes: [theirs], more: { options: { ...NO_OPTIONS, adopt: true } } })).told[0],
    ).toEqual(['archive', 'unchanged']);
    const twin = { ...resource, id: ARCHIVE, key: 'storage' };
    const wanted = [resource, twin].map((one) => ({
      ...{ resource: one, by: [STEP], finishedBy: [], variants: new Map(), repairs: new Map() },
    }));
    const created = { resourceId: ARCHIVE, changeType: 'Create' };
    expect((await plan({ known, changes: [created], more: { wanted } })).told[0]).toEqual([
      'archive',
      'forbidden',
      expect.stringContaining('is storage of this configuration, too'),
    ]);
  });

  it('says after which step it is known where it cannot be asked yet, with what the template names', async () => {
    const variants = new Map([['create_key_vault' as const, { ...resource, body: { properties: { other: 1 } } }]]);
    const later = await plan({ known: {}, variants });
    expect(later.asked).toBe(0);
    expect(later.unseen).toEqual([
      'what the template queue changes: known only after create_key_vault, whose outputs it is given',
    ]);
    expect(later.told.map(([id, action]) => [id, action])).toEqual([
      ['(known after create_databases)', 'create'],
      ['(known after create_databases)', 'create'],
      ['(known after create_databases)', 'create'],
    ]);
    const first = await plan({ known: {}, more: { found: { marks: new Map() } } });
    expect(first.unseen).toEqual([expect.stringContaining('known only after create_resource_group')]);
  });
});
