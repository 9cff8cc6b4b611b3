import { expect, it } from 'vitest';
import type { EnvironmentView, RunView } from '../../../src/domain/api/views.ts';
import { createSandbox } from '../../helpers/cli.ts';
import { serve } from '../../helpers/http/served-app.ts';
import { changeServedCloud } from '../../helpers/plan/cloud-by-hand.ts';
import { PREBUILT_CONFIG } from '../../helpers/prebuilt-config.ts';

it('drift --fix puts back through the app what somebody changed, by the app’s own route', async () => {
  const app = await serve();
  await app.ended(((await app.deploy('default', { body: PREBUILT_CONFIG })).body as RunView).runId);
  const { body: view } = await app.request('GET', '/api/environments/default');
  const vault = (view as EnvironmentView).resources.find(({ type }) => type === 'Microsoft.KeyVault/vaults');
  await app.stop();
  await changeServedCloud(app.directory, (arm) =>
    arm.patch(vault?.id ?? '', '2023-07-01', { tags: { 'managed-by': 'me' } }),
  );
  const again = await serve({ directory: app.directory });
  const sandbox = await createSandbox();
  const run = (...args: readonly string[]) =>
    sandbox.run([...args, '--remote', again.url, '--output', 'json'], { env: { DRAFTGENIE_KEY: again.key } });
  const found = await run('drift');
  expect(found.exitCode, found.stderr).toBe(2);
  const fixed = await run('drift', '--fix', '--auto-approve');
  expect(fixed.exitCode, fixed.stderr + fixed.stdout).toBe(0);
  expect(fixed.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
  const { body } = await again.request('GET', '/api/environments/default/audit');
  expect(JSON.stringify(body)).toContain('"repair"');
  const left = await run('drift', '--fix', '--auto-approve');
  expect(left.exitCode, left.stdout).toBe(0);
});
