import { expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { asPlanned } from '../../helpers/plan/as-planned.ts';
import { deployOwn, OWN_SIMULATED } from '../../helpers/plan/deploy-own.ts';

const SIMULATED = [...OWN_SIMULATED, '--auto-approve'];

const config = (redis: string, rest = ''): string => `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
${rest}
services:
  cache: { image: "redis:${redis}", port: 6379, transport: tcp }
  worker: { image: "busybox:1.37", command: [sleep, infinity], depends_on: [cache] }
`;

async function imageOf(sandbox: Sandbox, app: string): Promise<unknown> {
  const cloud = JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as {
    resources: Record<string, { id: string; body: { properties: { template?: { containers: { image: string }[] } } } }>;
  };
  const found = Object.values(cloud.resources).find(({ id }) => id.endsWith(`/containerApps/${app}`));
  return found?.body.properties.template?.containers[0]?.image;
}

it('brings images of services back that are built elsewhere, and says what it leaves alone and when there is nothing to do', async () => {
  const sandbox = await createSandbox();
  const deploy = async (text: string) => (await deployOwn(sandbox, text)).runId;
  const rollback = async (...args: string[]) =>
    await asPlanned(sandbox, () => sandbox.run(['rollback', ...SIMULATED, '--output', 'json', ...args]));

  const first = await deploy(config('7-alpine'));
  await deploy(config('8-alpine'));
  // What a rollback leaves alone is no release: the one before is still the first.
  await deploy(config('8-alpine', 'tags: { team: shop }'));

  const plan = await sandbox.run(['rollback', ...OWN_SIMULATED, '--dry-run', '--output', 'plain']);
  expect(plan.exitCode, plan.stderr).toBe(0);
  expect(plan.stdout).toContain(first);
  expect(plan.stdout).toContain('app:cache holds data and is replaced');
  expect(plan.stdout).toContain('Left as it is, though it was otherwise then: tags.team');

  const back = await rollback();
  expect(back.exitCode, back.stderr + back.stdout.slice(-3000)).toBe(0);
  expect(back.events.at(-1)).toMatchObject({
    status: 'succeeded',
    executed: expect.arrayContaining(['deploy_infrastructure_services', 'verify_deployment']),
  });
  expect(await imageOf(sandbox, 'cache')).toContain('redis:7-alpine');

  const again = await rollback('--to', first);
  expect([again.exitCode, again.stderr]).toEqual([
    1,
    expect.stringContaining('What is deployed is the release of run'),
  ]);

  // A deployment that failed half-way is no release: from there the way back is to the newest that is one.
  await sandbox.write('own.yaml', config('9-alpine').replace('busybox:1.37', 'nowhere-at-all.azurecr.io/worker:1'));
  const failed = await sandbox.run([...SIMULATED, '--output', 'json']);
  expect(failed.exitCode).toBe(1);
  expect(await imageOf(sandbox, 'cache')).toContain('redis:9-alpine');
  const home = await rollback();
  expect(home.exitCode, home.stderr + home.stdout.slice(-3000)).toBe(0);
  expect(await imageOf(sandbox, 'cache')).toContain('redis:7-alpine');
});
