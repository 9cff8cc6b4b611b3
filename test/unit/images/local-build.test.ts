import { expect, it } from 'vitest';
import type { LocalBuilder } from '../../../src/engine/local-builder.ts';
import { followLocalBuild } from '../../../src/images/local-build.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext } from '../../helpers/step-context.ts';

it('is not begun again while its run waits for other images, not even where all are built anew', async () => {
  const { azure } = fakeAzure();
  let asked = 0;
  const localBuilder: LocalBuilder = {
    obstacle: async () => undefined,
    follow: async () => {
      asked += 1;
      return asked === 1 ? { kind: 'running', lines: ['#1 one'] } : { kind: 'pushed', lines: [] };
    },
  };
  const context = await stepContext(azure, { localBuilder, reason: { text: 'forced', forced: true } });
  const registry = { ...azure.registry('', ''), digestOf: async () => 'sha256:one' };
  const begin = () => Promise.reject(new Error('it is begun already'));
  const order = { registry, service: 'web', repository: 'shop/web', tag: 'src-1', begin };
  expect(await followLocalBuild(context, order)).toMatchObject({ kind: 'waiting', on: 'the build of web' });
  expect(context.logged).toEqual(['info: #1 one']);
  for (let call = 0; call < 3; call += 1)
    expect(await followLocalBuild(context, order)).toEqual({ kind: 'built', digest: 'sha256:one' });
  expect(asked).toBe(2);
});

it('is finished once it has begun, although the sources are others by then', async () => {
  const { azure } = fakeAzure();
  const follows: string[] = [];
  const localBuilder: LocalBuilder = {
    obstacle: async () => undefined,
    async follow(name, begin) {
      if (follows.length === 0) await begin();
      follows.push(name);
      return follows.length === 1 ? { kind: 'running', lines: [] } : { kind: 'pushed', lines: [] };
    },
  };
  const context = await stepContext(azure, { localBuilder });
  const registry = {
    ...azure.registry('', ''),
    signInToken: async () => 'token',
    digestOf: async (_repository: string, tag: string) => (tag === 'src-1' ? 'sha256:one' : undefined),
  };
  const orderOf = (tag: string) => ({
    registry,
    service: 'web',
    repository: 'shop/web',
    tag,
    begin: async () => ({}) as never,
  });
  expect(await followLocalBuild(context, orderOf('src-1'))).toMatchObject({ kind: 'waiting' });
  for (const tag of ['src-2', 'src-3'])
    expect(await followLocalBuild(context, orderOf(tag))).toEqual({ kind: 'built', digest: 'sha256:one' });
  expect(new Set(follows).size).toBe(1);
});
