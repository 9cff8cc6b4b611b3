import { execFileSync } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildAndPushImages } from '../../../src/activities/build-and-push-images.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { gitSources } from '../../../src/source/git-source.ts';
import { application } from './example-application.ts';

const ADDRESS = 'https://git.example.com/draftgenie.git';

/** What a git host answers over HTTPS, from git itself. */
function hostOf(repository: string): typeof globalThis.fetch {
  return async () => {
    const refs = execFileSync('git', ['upload-pack', '--stateless-rpc', '--advertise-refs', repository]);
    const body = Buffer.concat([Buffer.from('001e# service=git-upload-pack\n0000'), refs]);
    return new Response(body, { headers: { 'content-type': 'application/x-git-upload-pack-advertisement' } });
  };
}

it('builds images from a repository, at its commit and with nothing uploaded', async () => {
  const app = await application();
  const { folder, environment } = app;
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' }).trim();
  const commit = (message: string): string => {
    git('add', '--all');
    git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch', 'main');
  const first = commit('one');
  environment.simulator.behave({ gitRepositories: { [ADDRESS]: folder } });
  const build = async (): Promise<unknown> => {
    const source = gitSources(hostOf(folder), systemClock)(`${ADDRESS}#main`);
    expect(
      await source.address({ service: 'x', buildContext: '.', dockerfile: 'x', platform: 'x', builder: 'classic' }),
    ).toBe(`${ADDRESS}#${git('rev-parse', 'HEAD')}`);
    await environment.runStep(buildAndPushImages, { source });
    return environment.state.steps.build_and_push_images?.outputs['image.draft_service'];
  };
  const builds = (): number =>
    Object.values(environment.simulator.state().registries).flatMap(({ runs }) => runs).length;

  const image = await build();
  expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
  expect(builds()).toBe(5);
  expect(environment.simulator.requests().filter(({ path }) => path.includes('listBuildSourceUploadUrl'))).toEqual([]);

  // The same commit is the same image, and another commit is another one.
  await build();
  expect(builds()).toBe(5);
  await appendFile(join(folder, 'services/draft-service/app/main.py'), '\n# changed\n');
  expect(commit('two')).not.toBe(first);
  expect(await build()).not.toBe(image);
  expect(builds()).toBe(10);
});
