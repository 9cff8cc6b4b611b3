import { expect, it } from 'vitest';
import { endPatience, untilAll, untilAny, waitPatiently } from '../../../src/engine/waiting.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext } from '../../helpers/step-context.ts';

const waits = [2, 9, 5].map((retryAfterInSeconds) => ({ kind: 'waiting', retryAfterInSeconds, on: 'it' }) as const);

it('waits for the slowest of what must all be ready, and for the quickest where each lets something start', () => {
  expect(untilAll(waits)).toEqual({ kind: 'waiting', retryAfterInSeconds: 9, on: 'it' });
  expect(untilAny(waits).retryAfterInSeconds).toBe(2);
});

it('looks after an eighth of the time that it has taken so far, until the limit is over', async () => {
  const context = await stepContext(fakeAzure().azure);
  const wait = { name: 'thing', on: 'the thing', limitInSeconds: 600 };
  const pauseAfter = async (seconds: number): Promise<number | undefined> => {
    context.pass(seconds);
    return (await waitPatiently(context, wait))?.retryAfterInSeconds;
  };
  expect(await pauseAfter(0)).toBe(0.1);
  expect(await pauseAfter(0.4)).toBe(0.1);
  expect(await pauseAfter(15.6)).toBe(2);
  expect(await pauseAfter(64)).toBe(10);
  expect(await pauseAfter(520)).toBe(15);
  expect(await pauseAfter(1)).toBeUndefined();
  await endPatience(context, 'thing');
  expect(await waitPatiently(context, wait)).toMatchObject({ retryAfterInSeconds: 0.1, on: 'the thing' });
});

it('never waits much longer than what is waited for takes, at any length', async () => {
  for (const takes of [1, 5, 20, 70, 200]) {
    const context = await stepContext(fakeAzure().azure);
    let waited = 0;
    for (let looks = 0; waited < takes; looks += 1) {
      expect(looks).toBeLessThan(60);
      const answer = await waitPatiently(context, { name: 'thing', on: 'the thing', limitInSeconds: 600 });
      context.pass(answer?.retryAfterInSeconds ?? Number.NaN);
      waited += answer?.retryAfterInSeconds ?? Number.NaN;
    }
    expect(waited / takes).toBeLessThan(1.25);
  }
});

it('gives the next run the whole time again', async () => {
  const context = await stepContext(fakeAzure().azure);
  const wait = { name: 'thing', on: 'the thing', limitInSeconds: 60 };
  await waitPatiently(context, wait);
  context.pass(61);
  expect(await waitPatiently({ ...context, runId: 'next' }, wait)).toMatchObject({ kind: 'waiting' });
});
