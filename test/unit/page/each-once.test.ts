import { expect, it } from 'vitest';
import { EachOnce } from '../../../src/page/run/each-once.ts';

it('what becomes ever more is looked at once each, in order, however often it is asked for', () => {
  const items: number[] = [];
  const seen: number[] = [];
  const each = new EachOnce(items, (item) => seen.push(item));
  for (let batch = 0; batch < 100; batch += 1) {
    for (let count = 0; count < 50; count += 1) items.push(items.length);
    each.look();
    each.look();
  }
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => index));
});
