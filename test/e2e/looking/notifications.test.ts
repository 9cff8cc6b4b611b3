import { expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import { follow } from '../../helpers/cli/follow.ts';
import { runCli } from '../../helpers/cli.ts';
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
  const { text } = JSON.parse(told) as { readonly text: string };
  const run = (words: readonly string[]) => runCli(app.directory, words, { env: { DRAFTGENIE_KEY: app.key } });
  const looked = await follow('domain/notices/notice-of-run: status --environment', text, run);
  expect([looked.exitCode, looked.stdout]).toEqual([0, expect.stringContaining(runId)]);
  const { body: waiting } = await app.request('GET', `/api/deployments/${runId}`);
  const { pendingApproval } = waiting as RunView;
  expect(JSON.parse(told)).toMatchObject({ event: 'needs_approval', runId, planDigest: pendingApproval });
  const decided = await follow('domain/notices/notice-of-run: approve --environment --plan', text, run, ['--reject']);
  expect(decided.exitCode, decided.stderr).toBe(0);
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
