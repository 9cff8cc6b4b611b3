import { expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { serve } from '../../helpers/http/served-app.ts';
import { webhookReceiver } from '../../helpers/http/webhook-receiver.ts';
import { PREBUILT_CONFIG } from '../../helpers/prebuilt-config.ts';
import { eventually } from '../../helpers/wait.ts';

const NOTIFIED = `${PREBUILT_CONFIG}
notifications:
  ops: { url: "env:HOOK", secret: "env:HOOK_SECRET" }
`;

it('a webhook is told of a plan that waits, and of a run that failed, which it does not hold up when it never answers', async () => {
  const receiver = await webhookReceiver();
  const app = await serve({
    env: {
      DRAFTGENIE_SECRET_HOOK: receiver.url,
      DRAFTGENIE_SECRET_HOOK_SECRET: 'c4n4ry-signing',
      DRAFTGENIE_PRIVATE_WEBHOOK_HOSTS: '127.0.0.1',
    },
  });
  const { runId } = (await app.deploy('default', { body: NOTIFIED, query: '' })).body as RunView;
  const told = await eventually(async () => receiver.calls[0]?.body);
  const { body: waiting } = await app.request('GET', `/api/deployments/${runId}`);
  const { pendingApproval } = waiting as RunView;
  expect(JSON.parse(told)).toMatchObject({ event: 'needs_approval', runId, planDigest: pendingApproval });
  const decision = JSON.stringify({ planDigest: pendingApproval, decision: 'reject' });
  const headers = { 'content-type': 'application/json' };
  expect((await app.request('POST', `/api/deployments/${runId}/approval`, { body: decision, headers })).status).toBe(
    202,
  );
  expect(await app.ended(runId)).toMatchObject({ status: 'rejected' });

  receiver.answer = 'never';
  const failing = NOTIFIED.replace('westeurope', 'atlantis').replaceAll('shop', 'shap');
  const failed = (await app.deploy('other', { body: failing })).body as RunView;
  expect(await app.ended(failed.runId)).toMatchObject({ status: 'failed' });
  // The environment is free while nobody has answered.
  const { body: lock } = await app.request('GET', '/api/environments/other/lock');
  expect(lock).toEqual({ lock: null });
  expect(JSON.parse(receiver.calls[1]?.body ?? '')).toMatchObject({ event: 'failed', runId: failed.runId });
  expect(receiver.calls[1]?.headers['webhook-signature']).toMatch(/^v1,/);
});
