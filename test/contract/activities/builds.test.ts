import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { buildAndPushImages } from '../../../src/activities/build-and-push-images.ts';
import { storeSecrets } from '../../../src/activities/store-secrets.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { gitSources } from '../../../src/source/git-source.ts';
import type { SourceTree } from '../../../src/source/ports.ts';
import { openSource } from '../../../src/source/source-tree.ts';
import { runIdOf } from '../../helpers/step-context.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { FIRST_STEPS, type SimulatedEnvironment, simulatedEnvironment } from './simulated.ts';

const ADDRESS = 'https://git.example.com/shop.git';

function configOf(build: string, docker = ''): DeploymentConfig {
  return configWith(`{ web: { port: 80, build: ${build} } }`, docker);
}

function configWith(services: string, docker = ''): DeploymentConfig {
  const result = parseConfig(`
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
container_registry: { name: shopacr }
key_vault: { name: shop-kv }
secrets: { npm_token: "env:NPM_TOKEN", other_token: "env:NPM_TOKEN" }
${docker}
services: ${services}
`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

async function sourceOf(files: Readonly<Record<string, string>>): Promise<SourceTree> {
  const folder = await tempDirectory();
  await writeTree(folder, files);
  return await openSource(folder);
}

const given = (token: string | undefined) => ({ literal: () => undefined, environment: () => token });

/** Steps 1 to 8, or those of them that are wanted. */
async function begun(
  config: DeploymentConfig,
  source: SourceTree,
  isWanted: (name: string) => boolean = () => true,
): Promise<SimulatedEnvironment> {
  const environment = await simulatedEnvironment({ config });
  for (const step of FIRST_STEPS)
    if (isWanted(step.name)) await environment.runStep(step, { source, secrets: given('one') });
  return environment;
}

function asked({ simulator }: SimulatedEnvironment): readonly Record<string, unknown>[] {
  const requests = simulator.requests().filter(({ path, status }) => path.endsWith('/scheduleRun') && status === 200);
  return requests.map(({ body }) => body as Record<string, unknown>);
}

function stepsOf({ encodedTaskContent }: Record<string, unknown>): readonly Record<string, unknown>[] {
  const text = Buffer.from(String(encodedTaskContent), 'base64').toString('utf8');
  return (JSON.parse(text) as { steps: Record<string, unknown>[] }).steps;
}

describe('builds of one folder', () => {
  const BOTH =
    '{ web: { port: 80, build: { context: ".", dockerfile: web.Dockerfile } }, worker: { port: 81, build: { context: ".", dockerfile: worker.Dockerfile } } }';
  const FILES = { a: 'a', 'web.Dockerfile': 'FROM node\nCOPY . /', 'worker.Dockerfile': 'FROM node:24\nCOPY . /' };
  const uploads = ({ simulator }: SimulatedEnvironment) =>
    simulator.requests().filter(({ path }) => path.endsWith('/listBuildSourceUploadUrl'));

  it('are of one upload, also where a later call asks for one of them', async () => {
    const source = await sourceOf(FILES);
    const environment = await begun(configWith(BOTH), source);
    environment.simulator.addFault({
      match: { path: 'scheduleRun$' },
      nth: 2,
      fault: { kind: 'status', status: 429, retryAfterInSeconds: 1 },
    });
    const call = { source, runId: runIdOf(40) };
    await expect(environment.runStep(buildAndPushImages, call)).rejects.toMatchObject({ statusCode: 429 });
    await environment.runStep(buildAndPushImages, call);
    expect(new Set(asked(environment).map(({ sourceLocation }) => sourceLocation)).size).toBe(1);
    expect(
      asked(environment)
        .map(({ dockerFilePath }) => dockerFilePath)
        .toSorted(),
    ).toEqual(['web.Dockerfile', 'worker.Dockerfile']);
    expect(uploads(environment)).toHaveLength(1);
  });

  it('are of two where they see other files', async () => {
    const source = await sourceOf({ ...FILES, b: 'b', 'web.Dockerfile': 'FROM node\nCOPY a /' });
    const environment = await begun(configWith(BOTH), source);
    await environment.runStep(buildAndPushImages, { source });
    expect(uploads(environment)).toHaveLength(2);
  });
});

describe('a build of sources that change all the while', () => {
  it('is finished once it has begun: whoever writes a log into them has one image', async () => {
    const source = await sourceOf({ Dockerfile: 'FROM node\nCOPY a /', a: '' });
    let looks = 0;
    const restless: SourceTree = {
      ...source,
      imageDigest: async () => {
        looks += 1;
        return String(looks).padStart(64, '0');
      },
    };
    const environment = await begun(configOf('.'), source);
    await environment.runStep(buildAndPushImages, { source: restless });
    expect(looks).toBeGreaterThan(1);
    expect(asked(environment)).toHaveLength(1);
    expect(environment.state.steps.build_and_push_images?.outputs['image.web']).toMatch(/@sha256:[0-9a-f]{64}$/);
  });
});

describe('a build that is asked for with BuildKit', () => {
  it('takes a folder of a repository, and is not scanned there, since nobody knows what its Dockerfile says', async () => {
    const folder = await tempDirectory();
    await writeTree(folder, {
      'apps/web/Dockerfile': 'FROM --platform=$BUILDPLATFORM node\nCOPY a /',
      'apps/web/a': '',
    });
    const git = (...words: string[]): string =>
      execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' }).trim();
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '--all');
    git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message', 'one');
    const commit = git('rev-parse', 'HEAD');
    const source = gitSources(fetch, systemClock)(`${ADDRESS}#${commit}`);
    const config = configOf('{ context: apps/web, builder: buildkit }', `docker: { source: "${ADDRESS}" }`);
    const environment = await begun(config, source);
    environment.simulator.behave({ gitRepositories: { [ADDRESS]: folder } });
    await environment.runStep(buildAndPushImages, { source });
    const [request, ...more] = asked(environment);
    expect(request).toMatchObject({ type: 'EncodedTaskRunRequest', sourceLocation: `${ADDRESS}#${commit}:apps/web` });
    expect(stepsOf(request ?? {})[0]).toHaveProperty('cmd');
    expect(more).toEqual([]);
    expect(environment.state.steps.build_and_push_images?.outputs['image.web']).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  it('has no cache when it is forced, by either builder', async () => {
    const source = await sourceOf({ Dockerfile: 'FROM node\nCOPY a /', a: '' });
    for (const builder of ['classic', 'buildkit']) {
      const environment = await begun(configOf(`{ builder: ${builder} }`), source);
      for (const forced of [false, true])
        await environment.runStep(buildAndPushImages, { source, reason: { text: 'test', forced } });
      const said = asked(environment).map((body) =>
        builder === 'classic' ? body.noCache : String(stepsOf(body)[0]?.build).includes('--no-cache '),
      );
      expect(said).toEqual([false, true]);
    }
  });
});

describe('the secrets of a build', () => {
  const Dockerfile = 'FROM node\nRUN --mount=type=secret,id=npm cat /run/secrets/npm';
  const config = configOf('{ secrets: { npm: npm_token } }');
  const build = async (environment: SimulatedEnvironment, token: string | undefined, source: SourceTree) =>
    await environment.runStep(buildAndPushImages, { source, secrets: given(token) });

  it('reach it whole, and make another image only when they change', async () => {
    const source = await sourceOf({ Dockerfile });
    const environment = await begun(config, source);
    const token = 'a$HOME`b`\\n"c"';
    const { logged } = await build(environment, token, source);
    expect(logged).toContain(`info: #7 0.100 ${token}`);
    await environment.forgetStep('build_and_push_images');
    await build(environment, token, source);
    expect(asked(environment)).toHaveLength(1);
    await environment.forgetStep('build_and_push_images');
    await build(environment, 'another', source);
    expect(asked(environment)).toHaveLength(2);
    const [request] = asked(environment);
    expect(request?.values).toMatchObject([{ isSecret: true }]);
    expect(JSON.stringify(stepsOf(request ?? {}))).not.toContain('HOME');
    expect(JSON.stringify(environment.state)).not.toContain('HOME');
  });

  it('are waited for where the vault has no key yet, and nothing is built before', async () => {
    const source = await sourceOf({ Dockerfile });
    const environment = await begun(config, source, (name) => name !== 'store_secrets');
    const builtBefore: number[] = [];
    await environment.runStep(buildAndPushImages, { source, secrets: given('one') }, () => {
      if (builtBefore.push(asked(environment).length) > 1) return;
      // As its own step does, beside this one.
      void environment.azure.vault('https://shop-kv.vault.azure.net/').set('draftgenie-deploy-hmac-key', 'k');
    });
    expect(builtBefore[0]).toBe(0);
    expect(asked(environment)).toHaveLength(1);
  });

  it('that cannot be kept any more, were not given, or cannot be handed over end the build', async () => {
    const source = await sourceOf({ Dockerfile });
    const environment = await begun(config, source, (name) => name !== 'store_secrets');
    const runId = runIdOf(77);
    await environment.changeState((state) => ({
      ...state,
      steps: {
        ...state.steps,
        store_secrets: { ...state.steps.create_key_vault, status: 'failed', run_id: runId } as never,
      },
    }));
    await expect(
      environment.runStep(buildAndPushImages, { source, secrets: given('one'), runId }),
    ).rejects.toMatchObject({ code: 'secret_missing', message: expect.stringContaining('cannot be read') });
    await environment.forgetStep('store_secrets');
    await environment.runStep(storeSecrets, { secrets: given('one') });
    await expect(build(environment, undefined, source)).rejects.toMatchObject({
      code: 'secret_missing',
      message: 'No value was given for NPM-TOKEN, which the build of web needs.',
    });
    await expect(build(environment, 'a\nEOL\nb', source)).rejects.toMatchObject({ code: 'secret_unusable' });
    expect(asked(environment)).toEqual([]);
  });
});

describe('services that say the same of their build', () => {
  const build = 'build: { secrets: { npm: npm_token } }';
  const web = `web: { port: 80, ${build} }`;
  const worker = `worker: { ${build}, command: [work] }`;
  const files = { Dockerfile: 'FROM node\nRUN --mount=type=secret,id=npm ls\nCOPY a /', a: '' };
  const secrets = given('one');
  const imagesOf = ({ state }: SimulatedEnvironment) => {
    const { outputs = {} } = state.steps.build_and_push_images ?? {};
    return Object.fromEntries(Object.entries(outputs).map(([key, image]) => [key, image.replace(/^.*?\//, '')]));
  };

  it('share one, also when it is forced', async () => {
    const source = await sourceOf(files);
    const environment = await begun(configWith(`{ ${web}, ${worker} }`), source);
    for (const [forced, builds] of [
      [false, 1],
      [true, 2],
    ] as const) {
      await environment.runStep(buildAndPushImages, { source, secrets, reason: { text: 'test', forced } });
      expect(asked(environment)).toHaveLength(builds);
      const images = imagesOf(environment);
      expect(images['image.web']).toMatch(/^shop\/web@sha256:/);
      expect(images['image.worker']).toBe(images['image.web']);
    }
  });

  it('keep what each has, whoever comes before them', async () => {
    const source = await sourceOf(files);
    const environment = await begun(configWith(`{ ${web} }`), source);
    await environment.runStep(buildAndPushImages, { source, secrets });
    const [before] = Object.values(imagesOf(environment));
    environment.config = configWith(`{ first: { ${build} }, ${web}, ${worker} }`);
    await environment.runStep(buildAndPushImages, { source, secrets });
    expect(asked(environment)).toHaveLength(1);
    expect(imagesOf(environment)).toEqual({ 'image.first': before, 'image.web': before, 'image.worker': before });
  });

  it('do not where anything of it differs', async () => {
    const source = await sourceOf({ ...files, 'b/Dockerfile': 'FROM node' });
    const others = [
      'aa: { build: { secrets: { npm: other_token } } }',
      'bb: { build: ./b }',
      'cc: { build: { secrets: { npm: npm_token }, args: { A: 1 } } }',
    ];
    const environment = await begun(configWith(`{ ${[web, ...others].join(', ')} }`), source);
    await environment.runStep(buildAndPushImages, { source, secrets });
    expect(asked(environment)).toHaveLength(4);
  });

  it('fail together, by one build', async () => {
    const source = await sourceOf({ Dockerfile: 'FROM node\nRUN exit 3' });
    const plain = `{ web: { port: 80, build: . }, worker: { build: . } }`;
    const environment = await begun(configWith(plain), source);
    await expect(environment.runStep(buildAndPushImages, { source, secrets })).rejects.toMatchObject({
      code: 'build_failed',
    });
    expect(asked(environment)).toHaveLength(1);
  });
});
