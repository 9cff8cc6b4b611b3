import { expect, it } from 'vitest';
import { openMemory } from '../../../src/engine/memory.ts';
import type { RunStore, StepMemoryRecord } from '../../../src/state/ports.ts';

const RUN = 'default-01M8434Z00VB7SSV72CDKWWDXY';

/** A store whose writes wait for `release`. */
function slowStore() {
  const written: StepMemoryRecord[] = [];
  const releases: ((error?: Error) => void)[] = [];
  const runs = {
    memory: async () => ({ before: 1 }),
    writeMemory: (_run: string, _scope: string, record: StepMemoryRecord) => {
      written.push(record);
      return new Promise<void>((resolve, reject) => releases.push((error) => (error ? reject(error) : resolve())));
    },
  } as unknown as RunStore;
  const release = async (error?: Error): Promise<void> => {
    await expect.poll(() => releases.length).toBeGreaterThan(0);
    releases.shift()?.(error);
  };
  return { runs, written, release };
}

it('writes once what is set at the same moment, and once more what came while that was written', async () => {
  const { runs, written, release } = slowStore();
  const memory = await openMemory(runs, RUN, 'create_monitoring');
  const first = Promise.all([memory.set('a', 1), memory.set('b', 2), memory.delete('before')]);
  await expect.poll(() => written.length).toBe(1);
  const second = Promise.all([memory.set('c', 3), memory.set('a', 4)]);
  await release();
  await first;
  await release();
  await second;
  expect(written).toEqual([
    { a: 1, b: 2 },
    { a: 4, b: 2, c: 3 },
  ]);
});

it('tells everybody whose write failed, and writes everything with the next', async () => {
  const { runs, written, release } = slowStore();
  const memory = await openMemory(runs, RUN, 'create_monitoring');
  const both = Promise.allSettled([memory.set('a', 1), memory.set('b', 2)]);
  await release(new Error('disk full'));
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const next = memory.set('c', 3);
  await release();
  await next;
  expect(written.at(-1)).toEqual({ before: 1, a: 1, b: 2, c: 3 });
});
