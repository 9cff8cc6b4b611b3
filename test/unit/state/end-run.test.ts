import { expect, it } from 'vitest';
import { endRun } from '../../../src/state/end-run.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import { begunRun } from '../../helpers/begun-run.ts';

const END = { status: 'failed', code: 'storage_behind', message: 'The storage has lost it.' } as const;

it('gives the lock back that is left of a run whose end was begun: its process died between the summary and the lock', async () => {
  const { input, stores, services } = await begunRun({});
  const wakeBy = new Date(services.clock.now().getTime() + 600_000).toISOString();
  await acquireLock(stores.state, { runId: input.runId, holder: 'me', engine: 'local:1', step: null, wakeBy });
  const state = { ...stores.state, write: () => Promise.reject(new Error('killed')) };
  await expect(endRun({ ...stores, state }, services.clock, input, END)).rejects.toThrow('killed');
  expect((await stores.runs.summary(input.runId))?.status).toBe('failed');

  const { isEndedNow, summary } = await endRun(stores, services.clock, input, { ...END, status: 'cancelled' });

  expect([isEndedNow, summary.status]).toEqual([false, 'failed']);
  expect((await stores.state.read()).value.lock).toBeNull();
});

it('leaves the lock to whoever has it by then', async () => {
  const { input, stores, services } = await begunRun({});
  await endRun(stores, services.clock, input, END);
  const wakeBy = new Date(services.clock.now().getTime() + 600_000).toISOString();
  const later = 'default-01M8434Z00VB7SSV72CDKWWDXZ';
  await acquireLock(stores.state, { runId: later, holder: 'me', engine: 'local:1', step: null, wakeBy });
  await endRun(stores, services.clock, input, END);
  expect((await stores.state.read()).value.lock?.runId).toBe(later);
});
