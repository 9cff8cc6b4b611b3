import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { orAborted } from '../../../src/runtime/abort.ts';

it('ends with the promise, or with the reason of the signal', async () => {
  const controller = new AbortController();
  expect(await orAborted(Promise.resolve(1), controller.signal)).toBe(1);
  await expect(orAborted(Promise.reject(new Error('own')), controller.signal)).rejects.toThrow('own');
  const waiting = orAborted(new Promise(() => undefined), controller.signal);
  controller.abort(new Error('reason'));
  await expect(waiting).rejects.toThrow('reason');
});

it('drops what the promise comes to after the abort', async () => {
  let reject = (_error: Error): void => undefined;
  const late = new Promise<never>((_, no) => {
    reject = no;
  });
  // Vitest fails a run with an unhandled rejection.
  await expect(orAborted(late, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  reject(new Error('too late'));
  await turn();
});
