import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createDockerBuilder } from '../../../../src/cli/local/docker/docker-builder.ts';
import type { LocalBuild, LocalProgress } from '../../../../src/engine/local-builder.ts';
import { type DockerCall, type FakeDocker, fakeDocker } from '../../../helpers/docker/fake-docker.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

const REFERENCE = 'shop.azurecr.io/shop/web:src-1';
const build = (more: Partial<LocalBuild> = {}): LocalBuild => ({
  loginServer: 'shop.azurecr.io',
  reference: REFERENCE,
  token: 'token-of-the-registry',
  context: Readable.from([Buffer.from('the archive')]),
  dockerfile: 'docker/Dockerfile',
  platform: 'linux/amd64',
  builder: 'classic',
  noCache: false,
  timeoutInSeconds: 60,
  ...more,
});

const NEVER_ENDING = 'buildx build --push';

type Over = Exclude<LocalProgress, { readonly kind: 'running' }>;

async function built(docker: FakeDocker, one: LocalBuild): Promise<Over & { readonly said: readonly string[] }> {
  const builder = createDockerBuilder(docker.env);
  const said: string[] = [];
  for (;;) {
    const progress = await builder.follow('run web src-1', async () => one);
    said.push(...progress.lines);
    if (progress.kind !== 'running') return { ...progress, said };
    await turn();
  }
}

async function lastCall(docker: FakeDocker): Promise<DockerCall> {
  const call = (await docker.calls()).at(-1);
  if (!call) throw new Error('docker was not called');
  return call;
}

const wordsOf = async (docker: FakeDocker): Promise<readonly string[]> =>
  (await docker.calls()).map(({ args }) => args.join(' '));

describe('the docker of this machine', () => {
  it('builds and pushes by buildx, with context, target, arguments and secrets', async () => {
    const docker = await fakeDocker({ 'buildx build': { says: '#1 one\n#2 two\nlast' } });
    const one = build({
      target: 'app',
      buildArguments: { VERSION: '1.10', TEXT: "it's $HOME" },
      secrets: { npm: 'hush-hush' },
      noCache: true,
    });
    expect(await built(docker, one)).toMatchObject({ kind: 'pushed', said: ['#1 one', '#2 two', 'last'] });
    const calls = await docker.calls();
    const [login, command] = calls.slice(-2);
    expect(login?.args).toEqual([
      ...['login', 'shop.azurecr.io', '--username', '00000000-0000-0000-0000-000000000000', '--password-stdin'],
    ]);
    expect(login?.password).toBe('token-of-the-registry');
    expect(command?.args).toEqual([
      ...['buildx', 'build', '--push', '--progress', 'plain', '--platform', 'linux/amd64', '--tag', REFERENCE],
      ...['--file', 'docker/Dockerfile', '--target', 'app', '--build-arg', 'VERSION=1.10'],
      ...['--build-arg', "TEXT=it's $HOME", '--secret', 'id=npm,env=DRAFTGENIE_BUILD_SECRET_0', '--no-cache', '-'],
    ]);
    expect(command?.input).toBe('the archive'.length);
    expect(command?.env.DRAFTGENIE_BUILD_SECRET_0).toBe('hush-hush');
    const arguments_ = JSON.stringify(calls.map(({ args }) => args));
    expect(arguments_).not.toMatch(/hush-hush|token-of-the-registry/);
    expect(calls.filter(({ env }) => env.DRAFTGENIE_BUILD_SECRET_0 !== undefined)).toHaveLength(1);
  });

  it('hears what is longer than one read, with characters of several bytes', async () => {
    const line = `a${'ü'.repeat(200_000)}`;
    const docker = await fakeDocker({ 'buildx build': { says: `${line}\nlast` } });
    expect((await built(docker, build())).said.map((one) => one === line || one)).toEqual([true, 'last']);
  });

  it('builds and then pushes where there is no buildx, with BuildKit only where that is needed', async () => {
    for (const builder of ['classic', 'buildkit'] as const) {
      const docker = await fakeDocker({ 'buildx version': { code: 1 } });
      const context = 'https://git.example.com/shop.git#main:web';
      expect(await built(docker, build({ builder, context }))).toMatchObject({ kind: 'pushed' });
      const [command, push] = (await docker.calls()).slice(-2);
      expect(command?.args.join(' ')).toBe(
        `build --platform linux/amd64 --tag ${REFERENCE} --file docker/Dockerfile ${context}`,
      );
      expect(command?.env.DOCKER_BUILDKIT).toBe(builder === 'buildkit' ? '1' : '0');
      expect(push?.args).toEqual(['push', REFERENCE]);
    }
  });

  it('signs in to a folder of its own, which is gone afterwards, with the settings of the user', async () => {
    const docker = await fakeDocker({ 'context inspect': { says: 'unix:///run/other.sock\n' } });
    const own = join(await tempDirectory(), 'own');
    await mkdir(own);
    const settings = {
      auths: { 'ghcr.io': {}, 'shop.azurecr.io': { auth: 'old' } },
      credsStore: 'desktop',
      currentContext: 'colima',
      proxies: { default: {} },
    };
    await writeFile(join(own, 'config.json'), JSON.stringify(settings));
    await built({ ...docker, env: { ...docker.env, DOCKER_CONFIG: own } }, build());
    const { env, settings: used } = await lastCall(docker);
    expect(used).toEqual({
      auths: { 'ghcr.io': {}, 'shop.azurecr.io': { auth: expect.not.stringMatching(/^old$/) } },
      credHelpers: { 'ghcr.io': 'desktop' },
      cliPluginsExtraDirs: [join(own, 'cli-plugins')],
      proxies: { default: {} },
    });
    expect(env).toMatchObject({ DOCKER_HOST: 'unix:///run/other.sock', BUILDX_CONFIG: join(own, 'buildx') });
    await expect(stat(env.DOCKER_CONFIG ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(own)).toEqual(['config.json']);
  });

  it.each<[string, Parameters<typeof fakeDocker>[0], object]>([
    [
      'a Dockerfile that is wrong',
      { 'buildx build': { code: 1, says: 'ERROR: no such file\n' } },
      { why: 'docker ended with 1', end: 'failed', tail: 'ERROR: no such file' },
    ],
    [
      'a registry that lets nobody in',
      { login: { code: 1, says: 'unauthorized' } },
      { why: 'docker could not sign in to shop.azurecr.io', end: 'failed', tail: 'unauthorized' },
    ],
    [
      'a push that fails',
      { 'buildx version': { code: 1 }, push: { code: 1, says: 'denied' } },
      { why: 'docker ended with 1', end: 'failed', tail: 'denied' },
    ],
    [
      'a build that never ends',
      { [NEVER_ENDING]: { hangs: true } },
      { why: 'it did not end within 1 seconds', end: 'timed_out' },
    ],
  ])('tells of %s, and leaves no token behind', async (_, answers, expected) => {
    const docker = await fakeDocker(answers);
    expect(
      await built(docker, build({ timeoutInSeconds: Object.hasOwn(answers ?? {}, NEVER_ENDING) ? 1 : 60 })),
    ).toMatchObject({ kind: 'failed', ...expected });
    const { env } = await lastCall(docker);
    await expect(stat(env.DOCKER_CONFIG ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('throws what the sources throw', async () => {
    const docker = await fakeDocker();
    const context = Readable.from(
      (async function* () {
        yield Buffer.from('begun');
        throw new Error('a file changed while it was read');
      })(),
    );
    await expect(built(docker, build({ context }))).rejects.toThrow('a file changed');
  });

  it('begins a build once, and once more when it is followed after its end', async () => {
    const docker = await fakeDocker();
    const builder = createDockerBuilder(docker.env);
    let begun = 0;
    const follow = () =>
      builder.follow('run web src-1', async () => {
        begun += 1;
        return build();
      });
    for (let ended = 0; ended < 2; await turn()) if ((await follow()).kind !== 'running') ended += 1;
    expect(begun).toBe(2);
    expect((await wordsOf(docker)).filter((words) => words.startsWith('buildx build'))).toHaveLength(2);
  });

  it('says what stands in the way', async () => {
    const none = createDockerBuilder({ PATH: await tempDirectory() });
    expect(await none.obstacle()).toBe('there is no docker on the path');
    const silent = await fakeDocker({
      version: { code: 1, says: 'Cannot connect to the Docker daemon at unix:///x.' },
    });
    expect(await createDockerBuilder(silent.env).obstacle()).toBe(
      'the docker daemon does not answer: Cannot connect to the Docker daemon at unix:///x.',
    );
    expect(await createDockerBuilder((await fakeDocker()).env).obstacle()).toBeUndefined();
  });
});
