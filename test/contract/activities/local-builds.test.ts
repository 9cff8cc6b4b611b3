import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { buildAndPushImages } from '../../../src/activities/build-and-push-images.ts';
import { createDockerBuilder } from '../../../src/cli/local/docker/docker-builder.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import type { LocalBuilder, LocalProgress } from '../../../src/engine/local-builder.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { type FakeDocker, fakeDocker } from '../../helpers/docker/fake-docker.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { FIRST_STEPS, type SimulatedEnvironment, simulatedEnvironment } from './simulated.ts';

const parsed = parseConfig(`
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
container_registry: { name: shopacr }
key_vault: { name: shop-kv }
secrets: { npm_token: "env:NPM_TOKEN" }
docker: { builder: local }
services: { web: { port: 80, build: { context: web, target: app, args: { VERSION: 1.10 }, secrets: { npm: npm_token } } } }
`);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const { config } = parsed.parsed;
const secrets = { literal: () => undefined, environment: () => 'hush-hush' };
const Dockerfile = 'FROM node AS app\nRUN --mount=type=secret,id=npm cat /run/secrets/npm\nCOPY a /\n';

async function sourceOf(files: Readonly<Record<string, string>>) {
  const folder = await tempDirectory();
  await writeTree(folder, files);
  return await openSource(folder);
}

/** Answers once a build is over: the clock of these environments goes faster than a process. */
function patient(docker: FakeDocker): LocalBuilder {
  const builder = createDockerBuilder(docker.env);
  return {
    obstacle: () => builder.obstacle(),
    async follow(name, begin) {
      const lines: string[] = [];
      let progress: LocalProgress = await builder.follow(name, begin);
      for (; progress.kind === 'running'; progress = await builder.follow(name, begin)) {
        lines.push(...progress.lines);
        await turn();
      }
      return { ...progress, lines: [...lines, ...progress.lines] };
    },
  };
}

async function begun(): Promise<SimulatedEnvironment> {
  const environment = await simulatedEnvironment({ config });
  const source = await sourceOf({ 'web/Dockerfile': Dockerfile, 'web/a': 'one' });
  for (const step of FIRST_STEPS) await environment.runStep(step, { source, secrets });
  return environment;
}

const builds = async (docker: FakeDocker) => (await docker.calls()).filter(({ args }) => args.includes('--push'));

describe('docker.builder: local', () => {
  it('pushes to the registry with its token, builds what changed and nothing else, and is deployed by digest', async () => {
    const environment = await begun();
    const docker = await fakeDocker({ 'buildx build': { says: '#1 built\n' } }, environment.simulator);
    const localBuilder = patient(docker);
    const built = async (a: string) => {
      const source = await sourceOf({ 'web/Dockerfile': Dockerfile, 'web/a': a });
      const { logged } = await environment.runStep(buildAndPushImages, { source, secrets, localBuilder });
      return { logged, image: environment.state.steps.build_and_push_images?.outputs['image.web'] };
    };
    const first = await built('one');
    expect(first.image).toMatch(/^shopacr[^/]*\.azurecr\.io\/shop\/web@sha256:[0-9a-f]{64}$/);
    expect(first.logged).toContain('info: #1 built');
    const [build] = await builds(docker);
    expect(build?.args).toEqual(expect.arrayContaining(['--target', 'app', '--build-arg', 'VERSION=1.10', '-']));
    expect(build?.env.DRAFTGENIE_BUILD_SECRET_0).toBe('hush-hush');

    await environment.forgetStep('build_and_push_images');
    expect((await built('one')).image).toBe(first.image);
    expect(await builds(docker)).toHaveLength(1);
    await built('two');
    expect(await builds(docker)).toHaveLength(2);
    const scheduled = environment.simulator.requests().filter(({ path }) => path.endsWith('/scheduleRun'));
    expect(scheduled).toEqual([]);
    expect(JSON.stringify(environment.state)).not.toContain('hush-hush');
  });

  it('ends with what docker says of a Dockerfile that is wrong', async () => {
    const environment = await begun();
    const docker = await fakeDocker(
      { 'buildx build': { code: 1, says: 'ERROR: no such file\n' } },
      environment.simulator,
    );
    const source = await sourceOf({ 'web/Dockerfile': Dockerfile, 'web/a': 'one' });
    const running = environment.runStep(buildAndPushImages, { source, secrets, localBuilder: patient(docker) });
    await expect(running).rejects.toMatchObject({
      code: 'build_failed',
      message: expect.stringContaining('ERROR: no such file'),
    });
  });

  it('cannot be where there is no docker', async () => {
    const environment = await begun();
    const source = await sourceOf({ 'web/Dockerfile': Dockerfile, 'web/a': 'one' });
    await expect(environment.runStep(buildAndPushImages, { source, secrets })).rejects.toMatchObject({
      code: 'docker_unavailable',
    });
  });
});
