import { expect, it } from 'vitest';
import { closeRun } from '../../../src/activities/close-run.ts';
import { withChecked, withSchedule } from '../../../src/domain/drift-check/drift-check.ts';
import { noticeOfPlan } from '../../../src/domain/notices/notice-of-run.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { openMemory } from '../../../src/engine/memory.ts';
import { END, noticeRecord } from '../../../src/engine/notices/notice-record.ts';
import { createWebhookFetch } from '../../../src/outbound/fetch.ts';
import { checkedDrift } from '../../../src/perform/drift-check.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { begunRun } from '../../helpers/begun-run.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { webhookReceiver } from '../../helpers/http/webhook-receiver.ts';

const FOUND = { digest: 'd1', differing: 1, repairable: true, named: ['vault tags: a → b'], returned: 0 };

/** A check that has found drift and has yet to end, in an app that is killed wherever the test says. */
async function foundRun() {
  const receiver = await webhookReceiver();
  const notifications = {
    ops: { url: { source: 'environment', variable: 'HOOK' }, events: ['drift_found'] },
  } as const;
  const run = await begunRun({
    config: { ...deploymentConfig(), notifications },
    options: { ...NO_OPTIONS, dryRun: true, checksDrift: true },
  });
  const { state, runs } = run.stores;
  const asked = { schedule: '0 0 6 * * *', repair: true };
  await updateState(state, (now) => withSchedule(now, asked, { now: state.now(), isRepair: false }));
  await (await openMemory(runs, run.input.runId, 'run')).write(checkedDrift, { found: FOUND });
  const services = {
    ...run.services,
    secrets: { ...run.services.secrets, environment: () => receiver.url },
    post: createWebhookFetch({ DRAFTGENIE_PRIVATE_WEBHOOK_HOSTS: '127.0.0.1' }),
  };
  return { ...run, services, receiver };
}

it.each([
  ['once that was told', true],
  ['and stays while somebody has yet to be told of it', false],
])('a check that the next one repeats goes with all that it wrote, %s', async (_, isSettled) => {
  const run = await foundRun();
  const { state, runs } = run.stores;
  const earlier = `${run.input.environment}-01A8434Z00VB7SSV72CDKWWDXY`;
  const request = await runs.request(run.input.runId);
  if (!request) throw new Error('no request');
  await runs.create({ ...request, runId: earlier });
  const plan = { planDigest: 'd', at: '2026-01-01T00:00:00.000Z', app: undefined };
  const notice = noticeOfPlan({ runId: earlier, environment: run.input.environment }, plan);
  const record = { notice, attempts: 1, delivered: [], isSettled };
  await (await openMemory(runs, earlier, 'run')).write(noticeRecord, record, END);
  await updateState(state, (now) => withChecked(now, { runId: earlier, outcome: 'drift', found: FOUND }, state.now()));
  expect(await closeRun(run.services)({ ...run.input, outcome: 'succeeded' })).toEqual({ kind: 'closed' });
  expect(await runs.request(earlier)).toEqual(isSettled ? undefined : { ...request, runId: earlier });
  const { listed } = (await state.read()).value.drift_check ?? {};
  expect(listed).toEqual(isSettled ? [run.input.runId] : [earlier, run.input.runId]);
});

it.each(['writeSummary', 'write', 'appendEvents'] as const)(
  'an app that is killed between finding drift and the end of its check, at %s, tells it once',
  async (method) => {
    const run = await foundRun();
    const { state, runs } = run.stores;
    const dies = async (): Promise<never> => {
      throw new Error('killed');
    };
    const dying =
      method === 'write' ? { state: { ...state, write: dies }, runs } : { state, runs: { ...runs, [method]: dies } };
    const input = { ...run.input, outcome: 'succeeded' } as const;
    await expect(closeRun({ ...run.services, stores: () => dying })(input)).rejects.toThrow('killed');
    expect(await closeRun(run.services)(input)).toEqual({ kind: 'closed' });
    expect(await closeRun(run.services)(input)).toEqual({ kind: 'closed' });
    expect(run.receiver.calls.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      expect.objectContaining({
        event: 'drift_found',
        text: 'One field is not as deployed: vault tags: a → b. A repair will be started, unless something stands in its way.',
      }),
    ]);
    expect((await state.read()).value.drift_check).toMatchObject({
      last: { run_id: run.input.runId, outcome: 'drift' },
      found: { digest: 'd1', differing: 1 },
    });
  },
);

it('a check after an unfinished deployment ends as such, and tells of no drift', async () => {
  const run = await foundRun();
  const { state, runs } = run.stores;
  await (await openMemory(runs, run.input.runId, 'run')).write(checkedDrift, { isUnsettled: true });
  expect(await closeRun(run.services)({ ...run.input, outcome: 'succeeded' })).toEqual({ kind: 'closed' });
  expect(run.receiver.calls).toEqual([]);
  expect((await state.read()).value.drift_check?.last?.outcome).toBe('unsettled');
  expect(await runs.summary(run.input.runId)).not.toHaveProperty('drifted');
});
