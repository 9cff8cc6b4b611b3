import { describe, expect, it } from 'vitest';
import type { DesiredResource, ResourceRules } from '../../../src/domain/desired.ts';
import { updateOf, withoutPaths } from '../../../src/domain/merge.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { resourceRules } from '../../helpers/resource-rules.ts';

const desired = (
  rules: Partial<ResourceRules>,
  body: JsonObject = { location: 'eastus', tags: { owner: 'us' }, properties: { size: 1, secret: 'first' } },
): DesiredResource => ({
  kind: resourceRules({ createOnly: ['properties.secret'], ...rules }),
  key: 'thing',
  title: 'thing',
  step: 'create_monitoring',
  id: '/subscriptions/s/x',
  body,
});

const live = {
  id: '/subscriptions/s/x',
  name: 'x',
  type: 'T/t',
  systemData: { createdAt: 'now' },
  location: 'East US',
  tags: { Owner: 'them', team: 'blue' },
  properties: { size: 2, theirs: true, state: 'Ready', unset: null, parts: [{ name: 'p', computed: 1, own: 2 }] },
};

describe('updateOf', () => {
  it('sends our own body, keeps tags of others, and never what is for creation only', () => {
    expect(updateOf(desired({}), live)).toEqual({
      method: 'PUT',
      body: { location: 'eastus', tags: { owner: 'us', team: 'blue' }, properties: { size: 1 } },
    });
  });

  it('patches without the location and what Azure refuses to change', () => {
    const update = updateOf(desired({ update: 'patch', immutable: ['location', 'properties.size'] }), live);
    expect(update).toEqual({ method: 'PATCH', body: { tags: { owner: 'us', team: 'blue' } } });
  });

  it('merges into the live body, without what Azure computes', () => {
    const update = updateOf(
      desired({ update: 'merge', readOnly: ['properties.state', 'properties.parts.computed'] }),
      live,
    );
    expect(update).toEqual({
      method: 'PUT',
      body: {
        location: 'eastus',
        tags: { owner: 'us', team: 'blue' },
        properties: { size: 1, theirs: true, parts: [{ name: 'p', own: 2 }] },
      },
    });
  });

  it('does not shrink what has grown', () => {
    const update = updateOf(desired({ onlyGrows: ['properties.size'] }), live);
    expect(update.body).toMatchObject({ properties: { size: 2 } });
  });

  it('keeps the members that others added to an open array', () => {
    const body = { properties: { parts: [{ name: 'ours', own: 1 }] } };
    const update = updateOf(desired({ createOnly: [], openArrays: ['properties.parts'] }, body), live);
    expect(update.body).toEqual({
      properties: {
        parts: [
          { name: 'ours', own: 1 },
          { name: 'p', computed: 1, own: 2 },
        ],
      },
    });
  });
});

describe('withoutPaths', () => {
  it('drops objects that it empties, and leaves the input as it was', () => {
    const body = { a: { b: { c: 1 } }, d: 2 };
    expect(withoutPaths(body, ['a.b.c', 'x.y'])).toEqual({ d: 2 });
    expect(body).toEqual({ a: { b: { c: 1 } }, d: 2 });
  });
});
