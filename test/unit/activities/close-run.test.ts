import { expect, it } from 'vitest';
import { closeRun } from '../../../src/activities/close-run.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { type BegunRun, begunRun } from '../../helpers/begun-run.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { roundTrips } from '../../helpers/engine/store-rounds.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';

const config = deploymentConfig();
const CLEANS_UP = { ...config, advanced: { ...config.advanced, cleanupOnFailure: true } };
const HOUR = 3600;

/** A failed run that had created these, with the lock still its own. */
async function failedRun(keys: readonly string[]): Promise<BegunRun & { readonly fake: FakeAzure }> {
  const fake = fakeAzure();
  const run = await begunRun({ config: CLEANS_UP, azure: () => fake.azure });
  const { state } = run.stores;
  const { runId } = run.input;
  await acquireLock(state, {
    ...{ runId, holder: 'me', engine: 'local:1', step: null },
    wakeBy: new Date(state.now().getTime() + 600_000).toISOString(),
  });
  await updateState(state, (current) => ({
    ...current,
    resources: Object.fromEntries(
      keys.map((key) => [
        key,
        {
          id: `/subscriptions/sub/resourceGroups/shop-rg/providers/Microsoft.OperationalInsights/workspaces/${key}`,
          type: 'Microsoft.OperationalInsights/workspaces',
          step: 'create_monitoring' as const,
          holds_data: false,
          immutable: {},
          created_by: runId,
        },
      ]),
    ),
  }));
  return { ...run, fake };
}

const busy = new AzureError({ code: 'AnotherOperationInProgress', message: 'busy', statusCode: 409 });

/** Calls until it is closed, on a clock that moves by what it asks for; answers how many hours that took. */
async function hoursToClose(run: BegunRun): Promise<number> {
  const begun = run.services.clock.now().getTime();
  for (;;) {
    const answer = await closeRun(run.services)({ ...run.input, outcome: 'failed' });
    const now = run.services.clock.now().getTime();
    if (answer.kind !== 'waiting') return (now - begun) / 3_600_000;
    const { value } = await run.stores.state.read();
    expect(Date.parse(value.lock?.wakeBy ?? ''), 'the lock lasts to the next call').toBeGreaterThan(
      now + answer.retryAfterInSeconds * 1000,
    );
    if (now - begun > 60 * 24 * HOUR * 1000) throw new Error('still waiting after 60 days');
    run.pass(Math.max(answer.retryAfterInSeconds, 600));
  }
}

it('gives up a deletion that stays busy, tells it, and goes on with the next', async () => {
  const run = await failedRun(['one', 'two']);
  run.fake.refuse = ({ method, path }) => {
    if (method === 'DELETE' && path.endsWith('/one')) throw busy;
  };
  expect(await hoursToClose(run)).toBeLessThan(3);
  expect(run.events).toContainEqual(
    expect.objectContaining({ level: 'warning', message: expect.stringMatching(/could not remove one:.*busy/) }),
  );
  expect(Object.keys((await run.stores.state.read()).value.resources)).toEqual(['one']);
});

it('gives up a deletion that never ends', async () => {
  const run = await failedRun(['one']);
  run.fake.polls = 1_000_000;
  expect(await hoursToClose(run)).toBeLessThan(3);
  expect(run.events).toContainEqual(
    expect.objectContaining({ level: 'warning', message: expect.stringContaining('could not remove one') }),
  );
});

it('ends a run honestly of which the storage has lost what was asked for, and gives its lock back', async () => {
  const run = await failedRun([]);
  const { runId, environment } = run.input;
  const runs = { ...run.stores.runs, request: async () => undefined };
  const services = { ...run.services, stores: () => ({ ...run.stores, runs }) };
  expect(await closeRun(services)({ ...run.input, outcome: 'succeeded' })).toEqual({ kind: 'closed' });
  expect(await run.stores.runs.summary(runId)).toMatchObject({
    ...{ runId, environment, status: 'failed' },
    error: { code: 'storage_behind', hint: expect.stringContaining('Start the deployment again') },
  });
  expect((await run.stores.state.read()).value.lock).toBeNull();
  expect((await run.stores.runs.events(runId)).events.at(-1)).toMatchObject({
    type: 'run_completed',
    status: 'failed',
  });
});

it('writes the summary once more that says nothing of an end which was told: the storage has lost it', async () => {
  const run = await begunRun({});
  const { runs } = run.stores;
  const { runId } = run.input;
  await closeRun(run.services)({ ...run.input, outcome: 'stopped' });
  const summary = await runs.summary(runId);
  if (!summary) throw new Error('there is no summary');
  await runs.writeSummary({ ...summary, status: 'running', finishedAt: null });
  run.pass(HOUR);
  // What was told stands, whatever the orchestration makes of it by now.
  await closeRun(run.services)({ ...run.input, outcome: 'succeeded' });
  expect(await runs.summary(runId)).toEqual(summary);
});

it('reads at once what it needs to know of a run that succeeded, and waits for no more than has to be written in order', async () => {
  const run = await begunRun({});
  const { runId } = run.input;
  await acquireLock(run.stores.state, {
    ...{ runId, holder: 'me', engine: 'local:1', step: null },
    wakeBy: new Date(run.stores.state.now().getTime() + 600_000).toISOString(),
  });
  await run.stores.runs.appendEvents(runId, [
    {
      ...run.input,
      id: 'run/open/started',
      at: run.services.clock.now().toISOString(),
      type: 'run_queued',
      place: 1,
      holder: null,
    },
  ]);
  const { trips } = await roundTrips(run.stores, (stores) =>
    closeRun({ ...run.services, stores: () => stores })({ ...run.input, outcome: 'succeeded' }),
  );
  expect(trips).toEqual([
    ['request'],
    ['config'],
    ['events', 'history', 'memory', 'read'],
    ['keepHistory', 'writeSummary'],
    ['write'],
    ['appendEvents'],
  ]);
});
