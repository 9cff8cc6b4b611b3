import { expect, it } from 'vitest';
import { sharedCall } from '../../../src/shared/shared-call.ts';

it('a call that is shared answers each what was asked for after it came', async () => {
  const asked: PromiseWithResolvers<string>[] = [];
  const call = sharedCall(() => {
    const one = Promise.withResolvers<string>();
    asked.push(one);
    return one.promise;
  });
  const first = call();
  const [second, third] = [call(), call()];
  expect(asked).toHaveLength(1);
  asked[0]?.resolve('a');
  expect(await first).toBe('a');
  await new Promise(setImmediate);
  expect(asked).toHaveLength(2);
  const fourth = call();
  asked[1]?.reject(new Error('b'));
  await expect(second).rejects.toThrow('b');
  await expect(third).rejects.toThrow('b');
  await new Promise(setImmediate);
  expect(asked).toHaveLength(3);
  asked[2]?.resolve('c');
  expect(await fourth).toBe('c');
});
