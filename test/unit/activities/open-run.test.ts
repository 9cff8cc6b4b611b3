import { expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import { openRun } from '../../../src/activities/open-run.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { STEPS } from '../../../src/domain/steps.ts';
import type { Step } from '../../../src/engine/step.ts';
import { begunRun } from '../../helpers/begun-run.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

const NO_STEPS: readonly Step[] = STEPS.map(({ name }) => ({
  name,
  desire: () => [],
  run: async () => ({ kind: 'completed', outputs: {} }),
}));

const throttled = new AzureError({ code: 'TooManyRequests', message: 'slow down', statusCode: 429 });
const unwell = new AzureError({ code: 'InternalServerError', message: 'oops', statusCode: 500 });

/** A run that plans as often as the test says; `refusal` is what Azure answers. */
async function planned() {
  const refusal: { error: AzureError | undefined } = { error: undefined };
  const run = await begunRun({
    autoApprove: false,
    azure: () => {
      if (refusal.error) throw refusal.error;
      return fakeAzure().azure;
    },
  });
  const open = (approvedDigest?: string, error?: AzureError) => {
    refusal.error = error;
    return openRun(run.services, NO_STEPS)({ ...run.input, ...(approvedDigest !== undefined && { approvedDigest }) });
  };
  return { ...run, open };
}

it('counts a refusal only up to the next success: a 429 after a night of approval is the first one again', async () => {
  const run = await planned();
  expect(await run.open(undefined, throttled)).toMatchObject({ kind: 'waiting' });
  const answer = await run.open();
  if (answer.kind !== 'approval') throw new Error(`answered ${answer.kind}`);
  run.pass(20 * 3600);
  expect(await run.open(answer.planDigest, throttled)).toMatchObject({ kind: 'waiting' });
  expect(await run.open(answer.planDigest)).toMatchObject({ kind: 'run' });
});

it('counts attempts of planning up to the next success', async () => {
  const run = await planned();
  for (const _ of [1, 2, 3]) expect(await run.open(undefined, unwell)).toMatchObject({ kind: 'waiting' });
  const answer = await run.open();
  if (answer.kind !== 'approval') throw new Error(`answered ${answer.kind}`);
  for (const _ of [1, 2, 3]) expect(await run.open(answer.planDigest, unwell)).toMatchObject({ kind: 'waiting' });
  expect(await run.open(answer.planDigest, unwell)).toEqual({ kind: 'failed' });
});

it('lets steps begin beforehand only where Azure has nothing of theirs, whatever the state knows', async () => {
  const fake = fakeAzure();
  Object.assign(fake.answers, { '/permissions': [{ actions: ['*'], notActions: [] }] });
  const [step] = createSteps().filter(({ name }) => name === 'create_databases');
  const steps = NO_STEPS.map((one) => (one.name === step?.name ? { ...one, desire: step.desire } : one));
  const open = async () => {
    const run = await begunRun({ azure: () => fake.azure, options: { ...NO_OPTIONS, autoApprove: true, adopt: true } });
    const answer = await openRun(run.services, steps)(run.input);
    const plan = await run.stores.runs.plan(run.input.runId);
    return { answer, server: plan?.resources.find(({ key }) => key === 'postgresql') };
  };
  const { answer, server } = await open();
  expect(answer).toMatchObject({ kind: 'run', overlaps: true });
  const { id = '', type = '' } = server ?? {};
  await fake.azure.arm.put(id, '2024-08-01', { location: 'eastus', properties: {} });
  const again = await open();
  expect([again.server?.id, again.server?.type]).toEqual([id, type]);
  expect(again.answer).toMatchObject({ kind: 'run' });
  expect(again.answer).not.toHaveProperty('overlaps');
});

it('keeps the lock for as long as it waits', async () => {
  const run = await planned();
  await run.open();
  const { value } = await run.stores.state.read();
  expect(value.lock).toBeNull();
  const months = 90 * 24 * 3600;
  const patient = new AzureError({
    code: 'TooManyRequests',
    message: '',
    statusCode: 429,
    retryAfterInSeconds: months,
  });
  const other = await begunRun({});
  const answers = [
    await openRun({ ...other.services, azure: () => Promise.reject(patient) }, NO_STEPS)(other.input),
    (await other.stores.state.read()).value.lock?.wakeBy ?? '',
  ] as const;
  expect(answers[0]).toEqual({ kind: 'waiting', retryAfterInSeconds: months });
  expect(Date.parse(answers[1])).toBeGreaterThan(other.services.clock.now().getTime() + months * 1000);
});
