import { describe, expect, it } from 'vitest';
import { createTurnstile } from '../../../src/shared/turnstile.ts';

const isFull = () => new Error('full');

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { begun: false, promise, resolve, reject };
}

describe('a turnstile', () => {
  it('lets so many through at a time, the others in their order, and refuses more than may wait', async () => {
    const turnstile = createTurnstile({ atOnce: 1, waiting: 2 });
    const all = [work(), work(), work()];
    const passed = all.map((one) =>
      turnstile.pass(() => {
        one.begun = true;
        return one.promise;
      }, isFull),
    );
    await expect(turnstile.pass(async () => 'late', isFull)).rejects.toThrow('full');
    expect(all.map(({ begun }) => begun)).toEqual([true, false, false]);
    all[0]?.resolve('a');
    expect(await passed[0]).toBe('a');
    await Promise.resolve();
    expect(all.map(({ begun }) => begun)).toEqual([true, true, false]);
    all[1]?.reject(new Error('b'));
    all[2]?.resolve('c');
    await expect(passed[1]).rejects.toThrow('b');
    expect(await passed[2]).toBe('c');
    expect(await turnstile.pass(async () => 'free again', isFull)).toBe('free again');
  });
});
