import { describe, expect, it } from 'vitest';
import { nameFindings } from '../../../src/preflight/resource-names.ts';
import { knownResource } from '../../helpers/resource-kind.ts';

describe('the name of a resource', () => {
  it('is a problem where its kind does not allow it', () => {
    const { problems } = nameFindings({ desired: [knownResource('good'), knownResource('bad1')] });
    expect(problems).toEqual([
      {
        text: 'the bad1 cannot be called bad1; allowed: lower-case letters.',
        repair: 'Correct the name in the configuration.',
      },
    ]);
  });
});
