import { expect, it } from 'vitest';
import { untilAll, untilAny } from '../../../../src/engine/waiting/waiting.ts';

const waits = [2, 9, 5].map((retryAfterInSeconds) => ({ kind: 'waiting', retryAfterInSeconds, on: 'it' }) as const);

it('waits for the slowest of what must all be ready, and for the quickest where each lets something start', () => {
  expect(untilAll(waits)).toEqual({ kind: 'waiting', retryAfterInSeconds: 9, on: 'it' });
  expect(untilAny(waits).retryAfterInSeconds).toBe(2);
});
