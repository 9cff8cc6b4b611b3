import { expect, it } from 'vitest';
import { mapLimited } from '../../../src/shared/map-limited.ts';

it('keeps the order and never has more than the limit under way', async () => {
  const open = new Map<number, () => void>();
  let most = 0;
  const work = (item: number): Promise<number> =>
    new Promise((resolve) => {
      open.set(item, () => {
        open.delete(item);
        resolve(item * 10);
      });
      most = Math.max(most, open.size);
    });
  const done = mapLimited([1, 2, 3, 4, 5], 2, work);
  for (let left = 5; left > 0; left -= 1) {
    // The newest ends first, so that results do not come in order by accident.
    [...open.values()].at(-1)?.();
    await new Promise(setImmediate);
  }
  expect(await done).toEqual([10, 20, 30, 40, 50]);
  expect(most).toBe(2);
});

it('fails as the work fails, and is empty for nothing', async () => {
  await expect(mapLimited([1], 2, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await mapLimited([], 2, async (item) => item)).toEqual([]);
});
