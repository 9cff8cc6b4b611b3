import { expect, it } from 'vitest';
import { boundedPages } from '../../../src/shared/bounded-pages.ts';

it('pages that always lead to a new one end where there are too many', async () => {
  async function* pages(): AsyncGenerator<number> {
    for (let number = 1; ; number += 1) yield number;
  }
  let last = 0;
  const all = async (): Promise<void> => {
    for await (const page of boundedPages(pages(), String, (how) => new Error(how))) last = page;
  };
  await expect(all()).rejects.toThrow('it has more than 1000 pages');
  expect(last).toBe(1000);
});
