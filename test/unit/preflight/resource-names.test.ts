import { describe, expect, it } from 'vitest';
import { nameProblems } from '../../../src/preflight/resource-names.ts';
import { knownResource } from '../../helpers/resource-kind.ts';

describe('the name of a resource', () => {
  it('is a problem where its kind does not allow it', () => {
    expect(nameProblems([knownResource('good'), knownResource('bad1')])).toEqual([
      'the bad1 cannot be called bad1; allowed: lower-case letters.',
    ]);
  });
});
