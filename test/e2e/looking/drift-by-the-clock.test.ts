import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { EnvironmentView, RunPage, RunView } from '../../../src/domain/api/views.ts';
import { openBlobStorage } from '../../../src/state/blob/storage.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { createSandbox } from '../../helpers/cli.ts';
import { type ServedApp, serve } from '../../helpers/http/served-app.ts';
import { webhookReceiver } from '../../helpers/http/webhook-receiver.ts';
import { changeServedCloud } from '../../helpers/plan/cloud-by-hand.ts';
import { eventually } from '../../helpers/wait.ts';

const CLOCK = fileURLToPath(new URL('../../crash/jumping-clock.ts', import.meta.url));
const SIX_MINUTES = { CLOCK_JUMP_IN_MS: '360000', CLOCK_JUMP_AT: '0' };
const CONFIG = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
services: { web: { image: "nginx:1.27", port: 80 } }
drift: { schedule: "0 0 6 * * *" }
notifications: { ops: { url: "env:HOOK", secret: "env:HOOK_SECRET", events: [drift_found] } }
`;

/** As if the last check had been asked for days ago. */
async function waitDays({ storage }: ServedApp): Promise<void> {
  const { state } = openBlobStorage({ connectionString: storage }).environment('default');
  await updateState(state, (now) => ({
    ...now,
    ...(now.drift_check && { drift_check: { ...now.drift_check, set_at: '2026-01-01T00:00:00.000Z' } }),
  }));
}

async function environmentOf(app: ServedApp): Promise<EnvironmentView> {
  return (await app.request('GET', '/api/environments/default')).body as EnvironmentView;
}

it('a served app checks by its timer, once after a long sleep; killed between finding and telling it tells under one id', async () => {
  const receiver = await webhookReceiver();
  const env = {
    DRAFTGENIE_SECRET_HOOK: receiver.url,
    DRAFTGENIE_SECRET_HOOK_SECRET: 'c4n4ry-signing',
    DRAFTGENIE_PRIVATE_WEBHOOK_HOSTS: '127.0.0.1',
  };
  const first = await serve({ env });
  await first.ended(((await first.deploy('default', { body: CONFIG })).body as RunView).runId);
  const { resources, driftCheck } = await environmentOf(first);
  expect(driftCheck).toMatchObject({ schedule: '0 0 6 * * *', repair: false, last: null });
  await waitDays(first);
  await first.stop();
  const vault = resources.find(({ type }) => type === 'Microsoft.KeyVault/vaults');
  await changeServedCloud(first.directory, (arm) =>
    arm.patch(vault?.id ?? '', '2023-07-01', { tags: { 'managed-by': 'me' } }),
  );

  receiver.answer = 'never';
  // Its timer was due while nothing was there.
  const second = await serve({ directory: first.directory, env: { ...env, ...SIX_MINUTES }, imports: [CLOCK] });
  await eventually(async () => receiver.calls[0]);
  await second.kill();

  receiver.answer = 204;
  const third = await serve({ directory: first.directory, env });
  const { driftCheck: checked } = await eventually(async () => {
    const view = await environmentOf(third);
    return view.driftCheck?.last && receiver.calls.length > 1 ? view : undefined;
  });
  expect(checked).toMatchObject({ differing: 1, last: { outcome: 'drift' }, repairRunId: null });
  const [check, ...others] = ((await third.request('GET', '/api/environments/default/deployments')).body as RunPage)
    .runs;
  expect([check?.work, others.map(({ work }) => work)]).toEqual(['drift_check', ['deploy']]);
  expect(await third.ended(check?.runId ?? '')).toMatchObject({ status: 'succeeded', drifted: 1, trigger: 'timer' });
  const told = receiver.calls.map(({ headers }) => headers['webhook-id']);
  expect([told.length, new Set(told).size]).toEqual([2, 1]);
  expect(JSON.parse(receiver.calls[1]?.body ?? '')).toMatchObject({ event: 'drift_found', runId: check?.runId });

  const sandbox = await createSandbox();
  const status = await sandbox.run(['status', '--remote', third.url], { env: { DRAFTGENIE_KEY: third.key } });
  expect(status.stdout).toContain('Drift is looked for by the app at 0 0 6 * * * (UTC), next at ');
  expect(status.stdout).toContain(`by run ${check?.runId}: drift: 1 field`);
  expect(status.stdout).toContain(`Last run ${others[0]?.runId}: succeeded`);
});
