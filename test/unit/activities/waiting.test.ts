import { expect, it } from 'vitest';
import { endPatience, untilAll, untilAny, waitPatiently } from '../../../src/activities/waiting.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext } from '../../helpers/step-context.ts';

const waits = [2, 9, 5].map((retryAfterInSeconds) => ({ kind: 'waiting', retryAfterInSeconds, on: 'it' }) as const);

it('waits for the slowest of what must all be ready, and for the quickest where each lets something start', () => {
  expect(untilAll(waits)).toEqual({ kind: 'waiting', retryAfterInSeconds: 9, on: 'it' });
  expect(untilAny(waits).retryAfterInSeconds).toBe(2);
});

it('looks less and less often, until the limit is over, which a new wait starts afresh', async () => {
  const context = stepContext(fakeAzure().azure);
  const wait = { name: 'thing', on: 'the thing', limitInSeconds: 60 };
  const pauses: (number | undefined)[] = [];
  for (let look = 0; look < 6; look += 1) pauses.push((await waitPatiently(context, wait))?.retryAfterInSeconds);
  expect(pauses).toEqual([1, 2, 4, 8, 15, 15]);
  context.pass(61);
  expect(await waitPatiently(context, wait)).toBeUndefined();
  await endPatience(context, 'thing');
  expect(await waitPatiently(context, wait)).toMatchObject({ retryAfterInSeconds: 1, on: 'the thing' });
});

it('gives the next run the whole time again', async () => {
  const context = stepContext(fakeAzure().azure);
  const wait = { name: 'thing', on: 'the thing', limitInSeconds: 60 };
  await waitPatiently(context, wait);
  context.pass(61);
  expect(await waitPatiently({ ...context, runId: 'next' }, wait)).toMatchObject({ kind: 'waiting' });
});
