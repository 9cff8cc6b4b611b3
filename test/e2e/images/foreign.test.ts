import { expect, it } from 'vitest';
import { createSandbox } from '../../helpers/cli.ts';
import { tellImages } from '../../helpers/cloud/told-images.ts';
import { planOf } from '../../helpers/plan/as-planned.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];

it('a plan looks at images of all registries, and refuses those that could not be run, each in its place', async () => {
  const sandbox = await createSandbox();
  await tellImages(sandbox, {
    'docker.io/library/nginx:0': { isMissing: true },
    'docker.io/team/tool': { users: { reader: 'right' } },
    'ghcr.io/team/job': { users: { reader: 'right' } },
    'quay.io/team/arm': { platforms: ['linux/arm64'] },
    'quay.io/team/arms': { platforms: ['linux/arm64', 'linux/arm/v7'] },
    'public.ecr.aws/team/both': { platforms: ['linux/arm64', 'linux/amd64'] },
    'registry.gitlab.com/team/app': { users: { reader: 'right' } },
  });
  await sandbox.write(
    'app/config.yaml',
    `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
registries: { registry.gitlab.com: { username: reader, password: "env:GITLAB" } }
services:
  web: { image: "nginx:1", port: 80, sidecars: [{ name: mirror, image: "mcr.microsoft.com/team/mirror:1" }] }
  both: { image: "public.ecr.aws/team/both:1", port: 80 }
  pinned: { image: "ghcr.io/team/public@sha256:${'a'.repeat(64)}", port: 80 }
  gone: { image: "nginx:0", port: 80 }
  side: { image: "nginx:1", port: 80, sidecars: [{ name: tool, image: "team/tool:1" }] }
  arm: { image: "quay.io/team/arm:1", port: 80 }
  arms: { image: "quay.io/team/arms:1", port: 80 }
  wrong: { image: "registry.gitlab.com/team/app:1", port: 80 }
jobs:
  report: { image: "ghcr.io/team/job:1" }
`,
  );
  const env = { GITLAB: 'wrong-password-of-gitlab' };
  const planned = await sandbox.run(['plan', ...SIMULATE, '--output', 'json'], { env });
  expect(planned.exitCode, planned.stderr).toBe(1);
  const plan = planOf(planned);
  expect(plan.unseen ?? []).toEqual([]);
  const refused = plan.resources.filter(({ action }) => action === 'forbidden');
  expect(Object.fromEntries(refused.map(({ key, reason }) => [key, reason]))).toEqual({
    'app:gone': expect.stringContaining('nginx:0'),
    'app:side': expect.stringContaining('team/tool:1'),
    'app:arm': expect.stringContaining('linux/arm64'),
    'app:arms': expect.stringContaining('linux/arm64'),
    'app:wrong': expect.stringContaining('with that password'),
    'task:report': expect.stringContaining('ghcr.io/team/job:1'),
  });
  // No registry was unknown, and no token was sent to where blobs are stored.
  const asked = (await sandbox.requests()).filter(({ path }) => /^\/v2\/|\/blobs\//.test(path));
  expect(asked.map(({ status }) => status).filter((status) => status === 421 || status === 400)).toEqual([]);
  expect(asked.some(({ host }) => host === 'westeurope.data.mcr.microsoft.com')).toBe(true);
});
