import { expect, it } from 'vitest';
import { settleAll, settleEach } from '../../../src/engine/settle.ts';

/** Work of which one fails at once and the other ends when the test says. */
function two() {
  const { promise: held, resolve: release } = Promise.withResolvers<string>();
  const done: string[] = [];
  const slow = async (): Promise<string> => {
    const value = await held;
    done.push(value);
    return value;
  };
  const fails = (message: string): Promise<string> => Promise.reject(new Error(message));
  return { slow, fails, done, release };
}

it('answers when all of the work has ended, with the first failure', async () => {
  const { slow, fails, done, release } = two();
  const settled = settleAll([slow(), fails('one'), fails('two')]).catch((error: Error) => [error.message, ...done]);
  release('late');
  expect(await settled).toEqual(['one', 'late']);
});

it('gives results in the order of the work', async () => {
  expect(await settleAll([Promise.resolve(1), Promise.resolve('two'), 3])).toEqual([1, 'two', 3]);
});

it('throws of several failures what they are combined to', async () => {
  const { fails } = two();
  const combined = settleAll([fails('one'), fails('two')], (failures) => new AggregateError(failures));
  await expect(combined).rejects.toMatchObject({ errors: [{ message: 'one' }, { message: 'two' }] });
});

it('tries all, so many at a time, before it throws', async () => {
  const tried: number[] = [];
  let now = 0;
  let most = 0;
  const all = settleEach([1, 2, 3, 4, 5], 2, async (number) => {
    now += 1;
    most = Math.max(most, now);
    tried.push(number);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    if (number === 1) throw new Error('the first');
    return number;
  });
  await expect(all).rejects.toThrow('the first');
  expect(tried).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});
