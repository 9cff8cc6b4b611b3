import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSandbox } from '../../helpers/cli.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';
import { deployOwn, OWN_SIMULATED } from '../../helpers/plan/deploy-own.ts';

const config = (jobs: string): string => `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
secrets: { API_KEY: a-secret-of-the-jobs }
services: { web: { image: "nginx:1.27", port: 80 } }
jobs:
${jobs}
`;
const cleanup = (schedule: string): string =>
  `  cleanup: { image: "busybox:1.37", command: [sh, -c, "echo tidy"], schedule: "${schedule}", env: { WEB: { service: web } } }`;
const reindex =
  '  reindex: { dockerfile: Dockerfile.job, args: [--all], retries: 2, env: { API_KEY: { secret: API_KEY } } }';

it('deploys a job that is started by hand beside a scheduled one, runs it, changes, repairs, leaves behind and deletes them', async () => {
  const sandbox = await createSandbox();
  await sandbox.write('Dockerfile.job', 'FROM node:24-alpine\nCOPY src ./\nENTRYPOINT ["node", "job.js"]\n');
  await mkdir(join(sandbox.directory, 'src'));
  await sandbox.write('src/job.js', '');
  const deploy = async (...jobs: string[]) => await deployOwn(sandbox, config(jobs.join('\n')));
  const run = async (...args: string[]) => await sandbox.run(['job', 'run', ...args, ...OWN_SIMULATED]);

  expect((await deploy(reindex, cleanup('0 3 * * *'))).executed).toContain('deploy_application_services');
  expect((await deploy(reindex, cleanup('0 3 * * *'))).executed).toEqual([]);

  const waited = await run('reindex', '--wait', '--output', 'json');
  expect(waited.exitCode, waited.stderr).toBe(0);
  expect(JSON.parse(waited.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    job: 'reindex',
    status: 'Succeeded',
    exitCode: 0,
    log: expect.arrayContaining([expect.stringContaining('$ --all'), expect.stringContaining('done')]),
  });
  const started = await run('cleanup');
  expect([started.exitCode, started.stdout.trim()]).toEqual([0, expect.stringMatching(/^cleanup-\w+$/)]);
  const unknown = await run('other');
  expect([unknown.exitCode, unknown.stderr]).toEqual([64, expect.stringContaining('There are: cleanup, reindex')]);
  const elsewhere = await sandbox.run(['job', 'run', 'reindex', '--remote', 'http://localhost:1']);
  expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([64, expect.stringContaining('job run has no --remote')]);

  const changed = await deploy(reindex, cleanup('30 4 * * 1-5'));
  expect(changed.executed).toContain('deploy_application_services');
  expect(changed.executed).not.toContain('build_and_push_images');
  expect(changed.text).toContain('jobs.cleanup.schedule');

  await sandbox.write('src/.failing-job', '7\nno a-secret-of-the-jobs today\n');
  await deploy(reindex, cleanup('30 4 * * 1-5'));
  const failed = await run('reindex', '--wait');
  expect([failed.exitCode, failed.stderr]).toEqual([1, expect.stringContaining('ended as Failed with exit code 7')]);
  expect(failed.stdout).toContain('today');
  expect(failed.stdout).not.toContain('a-secret-of-the-jobs');

  const drift = async (...args: string[]) => (await sandbox.run(['drift', ...OWN_SIMULATED, ...args])).stdout;
  expect(await drift()).toContain('No drift');
  await byHand(sandbox, async (arm) => {
    const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
    await handOf(arm, group).patch('Microsoft.App/jobs/cleanup', '2026-07-01', {
      properties: {
        configuration: { scheduleTriggerConfig: { cronExpression: '0 0 1 1 *' } },
        template: { containers: [{ name: 'cleanup', image: 'busybox:1.36' }] },
      },
    });
  });
  const found = await drift();
  expect(found).toContain('cronExpression');
  expect(found).toContain('busybox:1.36');
  await drift('--fix', '--auto-approve');
  expect(await drift()).toContain('No drift');
  expect((await deploy(reindex)).text).toContain('cleanup');
  const status = await sandbox.run(['status', ...OWN_SIMULATED]);
  expect(status.stdout).toContain('task:cleanup');

  const gone = await sandbox.run(['destroy', ...OWN_SIMULATED, '--confirm', 'default']);
  expect(gone.exitCode, `${gone.stderr}${gone.stdout.slice(-1500)}`).toBe(0);
  expect((await run('reindex')).stderr).toContain('No job reindex');
});
