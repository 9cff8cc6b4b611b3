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
