import { expect, it } from 'vitest';
import { whatIfChanges, withoutNoise } from '../../../../src/domain/templates/what-if.ts';

const GROUP = '/subscriptions/s/resourceGroups/g';
const BUS = `${GROUP}/providers/Microsoft.ServiceBus/namespaces/bus`;

it('reads what Azure would do with each resource, of changed arrays the members, and leaves out what it would leave', () => {
  const changes = whatIfChanges({
    status: 'Succeeded',
    properties: {
      changes: [
        { resourceId: `${GROUP}/providers/A.B/c/other`, changeType: 'Ignore' },
        { resourceId: `${GROUP}/providers/Microsoft.Resources/deployments/x`, changeType: 'Create' },
        { resourceId: `${GROUP}/providers/A.B/c/new`, changeType: 'Create', after: { location: 'x' } },
        { resourceId: `${GROUP}/providers/A.B/c/odd`, changeType: 'Unsupported', unsupportedReason: 'reference()' },
        {
          resourceId: BUS,
          changeType: 'Modify',
          before: { sku: { name: 'Basic' } },
          after: { sku: { name: 'Standard' } },
          delta: [
            { path: 'sku.name', propertyChangeType: 'Modify', before: 'Basic', after: 'Standard' },
            { path: 'properties.x', propertyChangeType: 'NoEffect', after: 1 },
            {
              path: 'properties.rules',
              propertyChangeType: 'Array',
              children: [{ path: '0', propertyChangeType: 'Create', before: null, after: { a: 1 } }],
            },
          ],
        },
      ],
    },
  });
  expect(changes.map(({ id, kind, why, fields }) => [id.split('/').at(-1), kind, why, fields])).toEqual([
    ['new', 'create', undefined, []],
    ['odd', 'unsupported', 'reference()', []],
    [
      'bus',
      'modify',
      undefined,
      [
        { path: 'sku.name', before: 'Basic', after: 'Standard' },
        { path: 'properties.rules.0', before: undefined, after: { a: 1 } },
      ],
    ],
  ]);
});

it('takes what Azure set by itself, computes or spells otherwise for noise, and never what the template set', () => {
  const fields = [
    { path: 'properties.provisioningState', before: 'Succeeded', after: undefined },
    { path: 'location', before: 'westeurope', after: 'WestEurope' },
    { path: 'properties.defaulted', before: true, after: undefined },
    { path: 'properties.dropped', before: true, after: undefined },
    { path: 'sku.tier', before: 'Basic', after: 'Standard' },
  ];
  expect(withoutNoise(fields, ['properties.dropped']).map(({ path }) => path)).toEqual([
    'properties.dropped',
    'sku.tier',
  ]);
});
