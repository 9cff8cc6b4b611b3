import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { closeRun } from '../../../src/activities/close-run.ts';
import type { NotificationConfig } from '../../../src/domain/notices/notice.ts';
import { noticeOfEnd } from '../../../src/domain/notices/notice-of-run.ts';
import { createWebhookFetch } from '../../../src/outbound/fetch.ts';
import { webhookHeaders } from '../../../src/perform/notices/signature.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import { type BegunRun, begunRun } from '../../helpers/begun-run.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { type WebhookReceiver, webhookReceiver } from '../../helpers/http/webhook-receiver.ts';

const HOOK: NotificationConfig = {
  url: { source: 'environment', variable: 'HOOK' },
  secret: { source: 'environment', variable: 'HOOK_SECRET' },
  events: ['failed', 'succeeded_after_failure'],
};
const SECRET = 'c4n4ry-signing';

/** A run that holds its lock, with a webhook `ops`, and the ways out as a command has them. */
async function notified(receiver: WebhookReceiver, allowed = '127.0.0.1', hook = HOOK): Promise<BegunRun> {
  const run = await begunRun({ config: { ...deploymentConfig(), notifications: { ops: hook } } });
  const { state } = run.stores;
  const wakeBy = new Date(state.now().getTime() + 600_000).toISOString();
  await acquireLock(state, { runId: run.input.runId, holder: 'me', engine: 'local:1', step: null, wakeBy });
  const variables: Readonly<Record<string, string>> = { HOOK: receiver.url, HOOK_SECRET: SECRET };
  const services = {
    ...run.services,
    secrets: { ...run.services.secrets, environment: (name: string) => variables[name] },
    post: createWebhookFetch({ DRAFTGENIE_PRIVATE_WEBHOOK_HOSTS: allowed }),
  };
  return { ...run, services };
}

const close = (run: BegunRun) => closeRun(run.services)({ ...run.input, outcome: 'failed' });

function warnings(run: BegunRun): readonly string[] {
  return run.events.flatMap((event) => (event.type === 'log' && event.level === 'warning' ? [event.message] : []));
}

describe('a webhook', () => {
  it('is told once of a run that failed, signed, with no secret in it', async () => {
    const receiver = await webhookReceiver();
    const run = await notified(receiver);
    expect(await close(run)).toEqual({ kind: 'closed' });
    expect(await close(run)).toEqual({ kind: 'closed' });
    const [call, ...others] = receiver.calls;
    expect(others).toEqual([]);
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      event: 'failed',
      runId: run.input.runId,
      code: 'activity_lost',
    });
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = call?.headers ?? {};
    const expected = createHmac('sha256', SECRET).update(`${id}.${at}.${call?.body}`).digest('base64');
    expect(signature).toBe(`v1,${expected}`);
    expect(`${call?.body}${JSON.stringify(run.events)}`).not.toContain('c4n4ry');
  });

  it('that fails is tried again under the same id after the run has ended, and then no more', async () => {
    const receiver = await webhookReceiver();
    receiver.answer = 503;
    const run = await notified(receiver);
    expect(await close(run)).toEqual({ kind: 'waiting', retryAfterInSeconds: 15 });
    expect(await run.stores.runs.summary(run.input.runId)).toMatchObject({ status: 'failed' });
    expect((await run.stores.state.read()).value.lock).toBeNull();
    // Somebody else's run meanwhile is no matter of it.
    const wakeBy = new Date(run.stores.state.now().getTime() + 600_000).toISOString();
    await acquireLock(run.stores.state, { runId: 'other', holder: 'me', engine: 'local:1', step: null, wakeBy });
    const before = (await run.stores.state.read()).value;
    receiver.answer = 200;
    expect(await close(run)).toEqual({ kind: 'closed' });
    expect(await close(run)).toEqual({ kind: 'closed' });
    expect((await run.stores.state.read()).value).toEqual(before);
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(receiver.calls).toHaveLength(2);
    const [told = ''] = warnings(run);
    expect(told).toMatch(
      /^the webhook ops was not told of failed: 127\.0\.0\.1:\d+ answered 503; tried again in 15 seconds$/,
    );
  });

  it('that never takes it is given up at last', async () => {
    const receiver = await webhookReceiver();
    receiver.answer = 500;
    const run = await notified(receiver);
    let waits = 0;
    while ((await close(run)).kind === 'waiting') waits += 1;
    expect(waits).toBe(6);
    expect(warnings(run).at(-1)).toContain('it is not tried again');
  });

  it('at an address inside is not asked', async () => {
    const receiver = await webhookReceiver();
    const run = await notified(receiver, '');
    expect(await close(run)).toMatchObject({ kind: 'waiting' });
    expect(receiver.calls).toEqual([]);
    expect(warnings(run)[0]).toContain('not public');
  });

  it('that answers elsewhere is not followed, and has not taken it', async () => {
    const receiver = await webhookReceiver();
    receiver.answer = 'elsewhere';
    const run = await notified(receiver);
    expect(await close(run)).toMatchObject({ kind: 'waiting' });
    expect(receiver.calls).toHaveLength(1);
    expect(warnings(run)[0]).toMatch(/answered 302; tried again in 15 seconds$/);
  });

  it('that answers without an end has taken it: of the answer no more than its status is read', async () => {
    const receiver = await webhookReceiver();
    receiver.answer = 'endless';
    const run = await notified(receiver);
    expect(await close(run)).toEqual({ kind: 'closed' });
    expect(await receiver.taken).toBeLessThan(16 * 1024 * 1024);
    expect([receiver.calls.length, warnings(run)]).toEqual([1, []]);
  });

  it('gets the body that its chat system wants, whatever the texts hold', async () => {
    const receiver = await webhookReceiver();
    const run = await notified(receiver, '127.0.0.1', {
      ...HOOK,
      body: '{"text": "*{{title}}* {{ text }} ({{code}})"}',
    });
    await close(run);
    const { text } = JSON.parse(receiver.calls[0]?.body ?? '') as { text: string };
    expect(text).toMatch(/^\*\S+: the run failed\* .*\(activity_lost\)$/s);
  });
});

it('the end of a run is told by what it means', () => {
  const ended = { runId: 'x-1', environment: 'x', status: 'succeeded', error: null, finishedAt: '2026-01-01' } as const;
  const usual = { dryRun: false };
  const failed = { ...ended, status: 'failed', error: { code: 'rolled_back', message: '"no"' } } as const;
  expect(noticeOfEnd(ended, usual, 'succeeded')).toBeUndefined();
  expect(noticeOfEnd(ended, usual, 'failed')).toMatchObject({ event: 'succeeded_after_failure' });
  expect(noticeOfEnd(ended, { ...usual, rollbackTo: 'x-0' }, 'failed')).toMatchObject({ event: 'rolled_back' });
  expect(noticeOfEnd(failed, usual, undefined)).toMatchObject({ event: 'rolled_back', text: '"no"' });
  expect(noticeOfEnd(failed, { dryRun: true }, undefined)).toBeUndefined();
  expect(noticeOfEnd({ ...ended, status: 'cancelled' }, usual, 'failed')).toBeUndefined();
});

it('is signed as Standard Webhooks does, by the example of its specification', () => {
  const body = '{"test": 2432232314}';
  const at = new Date(1614265330 * 1000);
  const headers = webhookHeaders(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body },
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  );
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});
