import { describe, expect, it } from 'vitest';
import { isOfEarlierLife, lifeTags } from '../../../src/domain/tags.ts';

const FIRST = 'default-01M8434Z00VB7SSV72CDKWWDXA';
const SECOND = 'default-01M8434Z01VB7SSV72CDKWWDXA';

describe('what was generated in a life of an environment', () => {
  it('is of an earlier one when the state names a later one, or when it is of the first', () => {
    expect(isOfEarlierLife(lifeTags(FIRST), SECOND)).toBe(true);
    expect(isOfEarlierLife(lifeTags(undefined), FIRST)).toBe(true);
  });

  it('is not, by the state of its own life, nor by one that is older than what was generated', () => {
    expect(isOfEarlierLife(lifeTags(SECOND), SECOND)).toBe(false);
    expect(isOfEarlierLife(lifeTags(SECOND), FIRST)).toBe(false);
  });
});
