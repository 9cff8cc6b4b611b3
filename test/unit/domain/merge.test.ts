import { describe, expect, it } from 'vitest';
import { withoutPaths } from '../../../src/domain/merge.ts';

describe('withoutPaths', () => {
  it('drops objects that it empties, and leaves the input as it was', () => {
    const body = { a: { b: { c: 1 } }, d: 2 };
    expect(withoutPaths(body, ['a.b.c', 'x.y'])).toEqual({ d: 2 });
    expect(body).toEqual({ a: { b: { c: 1 } }, d: 2 });
  });

  it('takes any one key for *, and leaves what is there by its key alone', () => {
    const identities = { '/one': { principalId: 'p', clientId: 'c' }, '/two': {} };
    expect(withoutPaths({ a: identities }, ['a.*.principalId', 'a.*.clientId'])).toEqual({
      a: { '/one': {}, '/two': {} },
    });
  });
});
