import { expect, it } from 'vitest';
import { createCloudIndex } from '../../../src/simulator/cloud-index.ts';
import { openCloudStore, type StoredResource } from '../../../src/simulator/store.ts';

const SUBSCRIPTION = '/subscriptions/s';
const ASSIGNMENT = 'providers/Microsoft.Authorization/roleAssignments';

function resource(id: string): StoredResource {
  const at = '2026-01-01T00:00:00Z';
  return { id, name: id.split('/').at(-1) ?? '', type: 'T/t', body: {}, extra: {}, createdAt: at, updatedAt: at };
}

it('finds what lies in a group, in whatever case it is written, and what lies in none', () => {
  const { state } = openCloudStore(undefined);
  const index = createCloudIndex(state);
  const ids = [
    `${SUBSCRIPTION}/resourceGroups/A`,
    `${SUBSCRIPTION}/resourceGroups/A/providers/T/t/one`,
    `${SUBSCRIPTION}/resourceGroups/A/providers/T/t/one/${ASSIGNMENT}/x`,
    `${SUBSCRIPTION}/resourceGroups/AB/providers/T/t/two`,
    `${SUBSCRIPTION}/${ASSIGNMENT}/y`,
  ];
  for (const id of ids) index.keepResource(resource(id));
  const around = (id: string): readonly string[] => index.around(id).map((one) => one.id);
  expect(around(`${SUBSCRIPTION}/RESOURCEGROUPS/a/providers/T/t/new`)).toEqual(ids.slice(0, 3));
  expect(around(`${SUBSCRIPTION}/resourceGroups/ab`)).toEqual(ids.slice(3, 4));
  expect(around(SUBSCRIPTION)).toEqual(ids.slice(4));
  expect(around(`${SUBSCRIPTION}/resourceGroups/none`)).toEqual([]);
  index.dropResource(ids[1] ?? '');
  expect(around(ids[0] ?? '')).toEqual([ids[0], ids[2]]);
  index.rebuild();
  expect(around(ids[0] ?? '')).toEqual([ids[0], ids[2]]);
});
