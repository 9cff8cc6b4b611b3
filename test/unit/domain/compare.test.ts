import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComparedResource, differences } from '../../../src/domain/compare.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../src/shared/json.ts';

const compare = (body: JsonObject, live: JsonObject, kind: ComparedResource['kind'] = {}) =>
  differences({ kind, body }, live);

/** JSON bodies as we send them: no nulls, no empty containers, keys without meaning for the comparison. */
const word = fc.stringMatching(/^[a-z]{2,8}$/);
const scalar: fc.Arbitrary<Json> = fc.oneof(word, fc.integer(), fc.boolean());
const body = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('object'),
    fc.array(scalar, { minLength: 1, maxLength: 4 }),
  ),
  object: fc.dictionary(word, tie('value'), { minKeys: 1, maxKeys: 4 }),
})).object;

describe('differences', () => {
  it('finds none between a body and itself', () => {
    fc.assert(
      fc.property(body, (desired) => {
        expect(compare(desired, desired)).toEqual([]);
      }),
    );
  });

  it('does not look at fields that are not ours', () => {
    fc.assert(
      fc.property(body, body, (desired, other) => {
        expect(compare(desired, withExtras(desired, other))).toEqual([]);
      }),
    );
  });

  it('finds every field of ours whose value was changed', () => {
    fc.assert(
      fc.property(body, fc.nat(), (desired, seed) => {
        const leaves = leafPaths(desired);
        const path = leaves[seed % leaves.length] ?? [];
        const found = compare(desired, changedAt(desired, path));
        expect(found.map((difference) => difference.path)).toEqual([path.join('.').replaceAll('.[', '[')]);
      }),
    );
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['region display names', { location: 'eastus2' }, { location: 'East US 2' }],
    [
      'the case of resource ids',
      { properties: { id: '/subscriptions/S/resourceGroups/g/providers/P/t/n' } },
      { properties: { id: '/subscriptions/s/resourcegroups/g/providers/p/t/n/' } },
    ],
    [
      'ids as keys',
      { identity: { '/subscriptions/S/resourceGroups/g': {} } },
      { identity: { '/subscriptions/s/resourcegroups/g': { clientId: 'c' } } },
    ],
    ['the case of tag names', { tags: { Project: 'x' } }, { tags: { project: 'x' } }],
    ['null and absent', { properties: { a: null } }, { properties: {} }],
    ['empty and absent', { properties: { list: [], object: {} } }, { properties: { list: null } }],
    ['numbers as text', { cpu: 0.5, port: 10_000 }, { cpu: '0.50', port: '10000' }],
    ['booleans as text', { on: true }, { on: 'true' }],
    ['quantities', { memory: '1Gi' }, { memory: '1.0Gi' }],
    [
      'the case of enumerations',
      { transport: 'http', sku: { name: 'standard' } },
      { transport: 'Http', sku: { name: 'Standard' } },
    ],
    [
      'the order of named members',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      {
        env: [
          { name: 'B', value: '2' },
          { name: 'A', value: '1' },
        ],
      },
    ],
  ])('folds %s', (_, desired, live) => {
    expect(compare(desired, live)).toEqual([]);
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    ['another region', { location: 'eastus' }, { location: 'East US 2' }, 'location'],
    [
      'the case of a variable',
      { env: [{ name: 'A', value: 'x' }] },
      { env: [{ name: 'A', value: 'X' }] },
      'env[A].value',
    ],
    ['a member that is missing', { env: [{ name: 'A' }] }, { env: [] }, 'env[A]'],
    ['a member that somebody added', { env: [{ name: 'A' }] }, { env: [{ name: 'A' }, { name: 'B' }] }, 'env[B]'],
    ['another order of commands', { command: ['a', 'b'] }, { command: ['b', 'a'] }, 'command[0]'],
    ['text that only looks like the same number', { value: '1' }, { value: '1.0' }, 'value'],
    ['an object in place of a value', { a: 1 }, { a: { b: 1 } }, 'a'],
  ])('tells %s', (_, desired, live, path) => {
    expect(compare(desired, live)[0]?.path).toBe(path);
  });

  it('leaves added members alone where others may add some', () => {
    const desired = { logs: [{ category: 'Console', enabled: true }] };
    const live = {
      logs: [
        { category: 'Console', enabled: true },
        { category: 'Http', enabled: false },
      ],
    };
    expect(compare(desired, live, { openArrays: ['logs'] })).toEqual([]);
    expect(compare({ logs: [{ category: 'System', enabled: true }] }, live, { openArrays: ['logs'] })).toHaveLength(1);
  });

  it('ignores what is sent only when creating, inside arrays as well', () => {
    const desired = { properties: { password: 'x' }, list: [{ name: 'a', hidden: 1 }] };
    const live = { properties: {}, list: [{ name: 'a' }] };
    expect(compare(desired, live, { createOnly: ['properties.password', 'list.hidden'] })).toEqual([]);
  });

  it('takes a disk that grew for as good as the configured one, and not one that is smaller', () => {
    const desired = { properties: { size: 32 } };
    const grown = { onlyGrows: ['properties.size'] };
    expect(compare(desired, { properties: { size: 64 } }, grown)).toEqual([]);
    expect(compare(desired, { properties: { size: 16 } }, grown)).toHaveLength(1);
    expect(compare(desired, { properties: {} }, grown)).toHaveLength(1);
  });
});

function withExtras(ours: JsonObject, other: JsonObject): JsonObject {
  const result: JsonObject = {
    ...Object.fromEntries(Object.entries(other).map(([key, value]) => [`x-${key}`, value])),
  };
  for (const [key, value] of Object.entries(ours)) result[key] = isJsonObject(value) ? withExtras(value, other) : value;
  return result;
}

function leafPaths(value: Json): string[][] {
  if (Array.isArray(value)) return value.map((_, index) => [`[${index}]`]);
  if (!isJsonObject(value)) return [[]];
  return Object.entries(value).flatMap(([key, member]) => leafPaths(member).map((path) => [key, ...path]));
}

function changedAt(value: Json, [first, ...rest]: readonly string[]): JsonObject {
  const change = (member: Json): Json => (rest.length > 0 ? changedAt(member, rest) : different(member));
  if (Array.isArray(value)) {
    return value.map((member, index) => (`[${index}]` === first ? change(member) : member)) as never;
  }
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, member]) => [key, key === first ? change(member) : member]),
  );
}

function different(value: Json): Json {
  return typeof value === 'string' ? `${value}!` : typeof value === 'number' ? value + 1 : !value;
}

it('differs in what is there and goes when it is not wanted, and in nothing else that only Azure has', () => {
  const body = { containers: [{ name: 'api', image: 'x' }] };
  const live = { containers: [{ name: 'api', image: 'x', command: ['a'], args: [], other: 1 }], grace: 30 };
  const kind = { withdrawn: ['containers.command', 'containers.args', 'grace'] };
  expect(differences({ body, kind }, live).map(({ path }) => path)).toEqual(['containers[api].command', 'grace']);
  expect(differences({ body, kind: {} }, live)).toEqual([]);
});
