import { expect, it } from 'vitest';
import { operationKind } from '../../../../src/domain/durations/durations.ts';
import { emptyState } from '../../../../src/domain/state.ts';
import { type NotReady, notReady, untilReady } from '../../../../src/engine/waiting/until-ready.ts';
import { isWaiting } from '../../../../src/engine/waiting/waiting.ts';
import { fakeAzure } from '../../../helpers/fake-azure.ts';
import { runIdOf, stepContext, type TestContext } from '../../../helpers/step-context.ts';

const MISSING: NotReady<string> = notReady({ on: 'the thing', limitInSeconds: 600, whenOver: () => 'too late' });

function look(context: TestContext, answer: string | NotReady<string> = MISSING) {
  return untilReady<string>(context, 'thing', async () => answer);
}

it('looks after an eighth of the time that it has taken so far, until the limit is over', async () => {
  const context = await stepContext(fakeAzure().azure);
  const pauseAfter = async (seconds: number): Promise<unknown> => {
    context.pass(seconds);
    const answer = await look(context);
    return isWaiting(answer) ? answer.retryAfterInSeconds : answer;
  };
  expect(await pauseAfter(0)).toBe(0.1);
  expect(await pauseAfter(0.4)).toBe(0.1);
  expect(await pauseAfter(15.6)).toBe(2);
  expect(await pauseAfter(64)).toBe(10);
  expect(await pauseAfter(520)).toBe(15);
  expect(await pauseAfter(1)).toBe('too late');
});

it('never waits much longer than what is waited for takes, at any length', async () => {
  for (const takes of [1, 5, 20, 70, 200]) {
    const context = await stepContext(fakeAzure().azure);
    let waited = 0;
    for (let looks = 0; waited < takes; looks += 1) {
      expect(looks).toBeLessThan(60);
      const answer = await look(context);
      const seconds = isWaiting(answer) ? answer.retryAfterInSeconds : Number.NaN;
      context.pass(seconds);
      waited += seconds;
    }
    expect(waited / takes).toBeLessThan(1.25);
  }
});

it('asks again when it was told to', async () => {
  const context = await stepContext(fakeAzure().azure);
  expect(await look(context, { ...MISSING, afterInSeconds: 77 })).toEqual({
    kind: 'waiting',
    retryAfterInSeconds: 77,
    on: 'the thing',
  });
});

it.each<[string, string]>([
  ['is there', 'there'],
  ['was given up', 'too late'],
])('gives a later wait the whole time again once the thing %s', async (_, end) => {
  const context = await stepContext(fakeAzure().azure);
  await look(context);
  context.pass(599);
  if (end === 'there') await look(context, 'there');
  else {
    context.pass(2);
    expect(await look(context)).toBe('too late');
  }
  expect(await look(context)).toMatchObject({ kind: 'waiting', retryAfterInSeconds: 0.1 });
  expect(await context.remembered()).toHaveProperty('patience:thing');
});

const BUILD = operationKind('build', 'eastus', 'api');
const BUILDING = notReady<string>({ ...MISSING, of: BUILD });

it('remembers how long it took what takes its time each time, for the step to put into the state at its end', async () => {
  const context = await stepContext(fakeAzure().azure);
  await look(context, BUILDING);
  context.pass(16);
  await look(context, BUILDING);
  context.pass(2);
  await look(context, 'there');
  const done = { kind: 'completed', outputs: {} } as const;
  expect(context.ledger.lateInSeconds()).toBeGreaterThan(0);
  expect(context.ledger.lateInSeconds()).toBeLessThan(2.3);
  await context.ledger.complete(done, {}, () => 'hash');
  const { value } = await context.stores.state.read();
  expect(value.durations).toEqual({ 'build in eastus': { api: [18] } });
});

it('looks around the end that the state tells of, but when Azure asks for it where Azure asks', async () => {
  const state = { ...emptyState('default'), durations: { 'build in eastus': { api: [20, 20, 20, 20] } } };
  const context = await stepContext(fakeAzure().azure, { state });
  expect(await look(context, BUILDING)).toMatchObject({ retryAfterInSeconds: 5 });
  context.pass(19.2);
  expect(await look(context, BUILDING)).toMatchObject({ retryAfterInSeconds: 20 / 64 });
  expect(await look(context, { ...BUILDING, afterInSeconds: 7 })).toMatchObject({ retryAfterInSeconds: 7 });
});

it('looks when it is usual where nothing is known of how long it takes', async () => {
  const context = await stepContext(fakeAzure().azure);
  expect(await look(context, { ...BUILDING, usuallyAfterInSeconds: 10 })).toMatchObject({ retryAfterInSeconds: 10 });
});

it('remembers nothing of what was given up, or waited for without a kind', async () => {
  const context = await stepContext(fakeAzure().azure);
  await look(context, BUILDING);
  context.pass(601);
  expect(await look(context, BUILDING)).toBe('too late');
  await look(context);
  context.pass(1);
  await look(context, 'there');
  expect(await context.remembered()).not.toHaveProperty('durations');
});

it('goes on counting when it could not look', async () => {
  const context = await stepContext(fakeAzure().azure);
  await look(context);
  context.pass(599);
  await expect(untilReady(context, 'thing', () => Promise.reject(new Error('no connection')))).rejects.toThrow();
  context.pass(2);
  expect(await look(context)).toBe('too late');
});

it('gives the run that takes over the whole time again', async () => {
  const context = await stepContext(fakeAzure().azure);
  await look(context);
  context.pass(601);
  const { stores, runId } = context;
  const next = await stepContext(fakeAzure().azure, { stores, runId: runIdOf(1), adoptsOperationsOf: runId });
  expect(await look(next)).toMatchObject({ kind: 'waiting' });
});
