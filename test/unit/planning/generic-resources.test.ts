import { expect, it } from 'vitest';
import { symbolicOutputs } from '../../../src/domain/outputs.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { planResource } from '../../../src/planning/plan-resource.ts';
import type { ResourcePlanInput } from '../../../src/planning/resource-plan-input.ts';
import { genericResource } from '../../../src/resources/generic-resource.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';

const LOCK = {
  ...{ type: 'Microsoft.Authorization/locks', apiVersion: '2020-05-01', name: 'stay', tags: false, holdsData: false },
  ...{ scope: '/subscriptions/s/resourceGroups/theirs', body: { properties: { level: 'CanNotDelete' } } },
};
const config = { ...deploymentConfig(), resources: { lock: LOCK } };
const step = 'create_databases' as const;
const resource = {
  ...genericResource({ environment: 'dev', config, outputs: symbolicOutputs().reader }, 'lock'),
  step,
};
const record = { id: resource.id, type: LOCK.type, step, holds_data: false, immutable: {} };

function lineOf(
  live: boolean,
  { adopt = false, known = {} as EnvironmentState['resources'] } = {},
  one: Parameters<typeof planResource>[0]['resource'] = resource,
  properties: JsonObject = { level: 'ReadOnly' },
) {
  const input: ResourcePlanInput = {
    environment: 'dev',
    ...{ config, options: { ...NO_OPTIONS, adopt }, state: { ...emptyState('dev'), resources: known } },
    ...{ wanted: [], omitted: new Set(), kept: new Map(), found: { marks: new Map() }, needed: new Map() },
    ...{ locks: [], dangers: [] },
    planned: [{ step, number: 6, action: 'run', reason: 'never run', changed: [] }],
    live: new Map(live ? [[one.id.toLowerCase(), { id: one.id, properties }]] : []),
  };
  const wanted = { resource: one, by: [step], finishedBy: [], variants: new Map(), repairs: new Map() };
  return planResource(wanted, input);
}

it('tells what is made of a type of which nothing is known', () => {
  expect(lineOf(false)).toMatchObject({
    action: 'create',
    reason:
      'Microsoft.Authorization/locks stay; only Azure knows what Microsoft.Authorization/locks takes: nothing of its body was checked',
  });
});

it('refuses what is there, carries no tag and is not known, unless it is taken over', () => {
  const id = '/subscriptions/s/resourceGroups/theirs/providers/Microsoft.Authorization/locks/stay';
  expect(lineOf(true)).toMatchObject({
    action: 'forbidden',
    id,
    reason: expect.stringContaining('--adopt takes it over'),
  });
  const changes = [{ path: 'properties.level', from: 'ReadOnly', to: 'CanNotDelete' }];
  expect(lineOf(true, { adopt: true })).toMatchObject({ action: 'adopt', changes });
  expect(lineOf(true, { known: { 'resource:lock': record } })).toMatchObject({ action: 'update', changes });
  const renamed = { ...record, applied: { 'properties.notes': 'n' } };
  expect(lineOf(true, { known: { 'resource:former': renamed } })).toMatchObject({ action: 'update', changes });
});

it('replaces a grant whose principal was made anew, unasked', () => {
  const grant = {
    ...LOCK,
    type: 'Microsoft.Authorization/roleAssignments',
    body: { properties: { principalId: 'new' } },
  };
  const made = { ...config, resources: { grant } };
  const wanted = {
    ...genericResource({ environment: 'dev', config: made, outputs: symbolicOutputs().reader }, 'grant'),
    step,
  };
  const former = { ...record, id: wanted.id, type: grant.type, applied: { 'properties.principalId': 'old' } };
  expect(lineOf(true, { known: { 'resource:grant': former } }, wanted, { principalId: 'old' })).toMatchObject({
    action: 'replace',
    reason: expect.stringContaining('properties.principalId: old → new'),
  });
});
