import { describe, expect, it } from 'vitest';
import type { BuildRun } from '../../../src/azure/ports.ts';
import { buildFailure } from '../../../src/images/build-failure.ts';
import { followBuild } from '../../../src/images/image-build.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext } from '../../helpers/step-context.ts';

/** A registry whose only build ends like that. */
async function built(end: Pick<BuildRun, 'status' | 'errorMessage'>, log = '#1 still at it\n') {
  const { azure } = fakeAzure();
  const run = { runId: 'ca1', images: [], ...end };
  const registry = {
    ...azure.registry('', ''),
    scheduleBuild: async () => ({ runId: 'ca1', images: [], status: 'Queued' }),
    build: async () => run,
    buildLog: async () => ({ text: log, nextOffset: log.length, complete: true }),
  };
  const context = await stepContext(azure);
  const order = {
    ...{ registry, service: 'web', dockerfile: 'Dockerfile', repository: 'shop/web', tag: 'src-1' },
    kind: { builder: 'classic', isScannable: true } as const,
    secrets: async () => ({}),
    sourceLocation: async () => 'sources.tar.gz',
  };
  await followBuild(context, order);
  return await followBuild(context, order);
}

describe('a build that does not come to an image', () => {
  it('is told to have run out of its time, and is not begun again for that', async () => {
    await expect(built({ status: 'Timeout' })).rejects.toMatchObject({
      code: 'build_failed',
      message: expect.stringMatching(/^The build of web failed \(ca1 did not end within 1800 seconds\).*still at it/s),
    });
    const mirror = { why: 'too slow', tail: 'read: connection reset', end: 'timed_out' } as const;
    expect(buildFailure('web', mirror)).toMatchObject({ code: 'build_failed' });
  });

  it('is begun again where the builder gave up, or something was away for a moment', async () => {
    await expect(built({ status: 'Canceled' })).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    await expect(built({ status: 'Failed' }, 'toomanyrequests')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    await expect(built({ status: 'Failed', errorMessage: 'exit 1' })).rejects.toMatchObject({ code: 'build_failed' });
  });
});
