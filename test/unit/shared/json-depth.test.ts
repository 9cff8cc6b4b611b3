import { describe, expect, it } from 'vitest';
import { nestsDeeperThan } from '../../../src/shared/json-depth.ts';

describe('the depth of a JSON text', () => {
  it('counts open brackets, and none within texts', () => {
    expect(nestsDeeperThan('[[[]]]', 3)).toBe(false);
    expect(nestsDeeperThan('[[[[]]]]', 3)).toBe(true);
    expect(nestsDeeperThan('[{"[[[[[":"{{{{\\"[["}]', 2)).toBe(false);
    expect(nestsDeeperThan('["\\\\",[[', 2)).toBe(true);
    expect(nestsDeeperThan('[],[],[],[]', 1)).toBe(false);
  });
});
