import { expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { EnvironmentState } from '../../../src/domain/state.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { type Bench, bench, DONE, FAILED, RUN, stateOf } from './step-bench.ts';

const EARLIER = 'default-01M8434Z00VB7SSV72CDKWWDXX';

/** A bench whose step an earlier run had ended, so that this run executes it again. */
async function endedBefore(): Promise<Bench> {
  const one = await bench();
  const steps: EnvironmentState['steps'] = { create_monitoring: { ...FAILED, run_id: EARLIER } };
  await updateState(one.services.stores('default').state, (current) => ({ ...current, steps }));
  return one;
}

const WAITING = { kind: 'waiting', retryAfterInSeconds: 3, on: 'x' } as const;

it('a step that is executed again is said to be begun before anything is sent, until it has ended', async () => {
  const one = await endedBefore();
  let seen: unknown;
  await one.call(1, async () => {
    seen = (await stateOf(one)).steps.create_monitoring?.begun_by;
    return WAITING;
  });
  expect(seen).toBe(RUN);
  expect((await stateOf(one)).steps.create_monitoring).toMatchObject({ run_id: EARLIER, begun_by: RUN });
  await one.call(2, async () => DONE);
  expect((await stateOf(one)).steps.create_monitoring).toMatchObject({ status: 'completed', run_id: RUN });
  expect((await stateOf(one)).steps.create_monitoring).not.toHaveProperty('begun_by');
});

it('is said again when the storage has forgotten it', async () => {
  const one = await endedBefore();
  const { state } = one.services.stores('default');
  const { value: before } = await state.read();
  await one.call(1, async () => WAITING);
  await updateState(state, (current) => ({ ...current, steps: before.steps }));
  await one.call(2, async () => WAITING);
  expect((await stateOf(one)).steps.create_monitoring).toMatchObject({ run_id: EARLIER, begun_by: RUN });
});

it('a failure ends it, too', async () => {
  const one = await endedBefore();
  const answer = await one.call(1, async () => {
    throw new AzureError({ statusCode: 400, code: 'BadRequest', message: 'no' });
  });
  expect(answer).toMatchObject({ kind: 'failed', retryable: false });
  expect((await stateOf(one)).steps.create_monitoring).toMatchObject({ status: 'failed', run_id: RUN });
  expect((await stateOf(one)).steps.create_monitoring).not.toHaveProperty('begun_by');
});

it('a step that never ended has no record to say it in: it is due anyway', async () => {
  const one = await bench();
  await one.call(1, async () => WAITING);
  expect((await stateOf(one)).steps).toEqual({});
});
