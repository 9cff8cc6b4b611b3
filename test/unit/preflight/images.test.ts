import { describe, expect, it } from 'vitest';
import type { FoundImage, PullAccess } from '../../../src/azure/ports.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { imageProblems } from '../../../src/preflight/images.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

const config = deploymentConfig({
  secrets: {
    'REGISTRY-PASSWORD-GHCR-IO': { source: 'environment', variable: 'TOKEN' },
    'REGISTRY-PASSWORD-QUAY-IO': { source: 'vault', name: 'quay' },
  },
  registries: {
    'ghcr.io': { kind: 'password', username: 'reader', secret: 'REGISTRY-PASSWORD-GHCR-IO' },
    'quay.io': { kind: 'password', username: 'reader', secret: 'REGISTRY-PASSWORD-QUAY-IO' },
    'other.azurecr.io': { kind: 'identity' },
  },
});

async function problems(
  images: readonly string[],
  found: FoundImage,
  { token, of = config }: { readonly token?: string; readonly of?: DeploymentConfig } = {},
) {
  const asked: (readonly [string, PullAccess | undefined])[] = [];
  const { azure } = fakeAzure();
  const lookAtImage = async (image: string, access?: PullAccess): Promise<FoundImage> => {
    asked.push([image, access]);
    return found;
  };
  const secrets = { literal: () => undefined, environment: () => token };
  const { refusals, unseen } = await imageProblems(
    { azure: { ...azure, lookAtImage }, config: of, secrets, vaultUri: undefined },
    images.map((image, index) => ({ key: `app:${index}`, image })),
  );
  return { asked, refusals: [...refusals], unseen };
}

describe('images before anything is made', () => {
  it('are asked for once each, by the passwords of their registries', async () => {
    const found = { kind: 'found', platforms: ['linux/amd64'] } as const;
    const images = ['ghcr.io/shop/api:1', 'ghcr.io/shop/api:1', 'nginx', 'other.azurecr.io/job:2', 'quay.io/x/y'];
    const { asked, refusals, unseen } = await problems(images, found, { token: 'hush-hush' });
    expect(asked.toSorted()).toEqual([
      ['ghcr.io/shop/api:1', { kind: 'password', username: 'reader', password: 'hush-hush' }],
      ['nginx', undefined],
      ['other.azurecr.io/job:2', { kind: 'deployer' }],
    ]);
    expect(refusals).toEqual([]);
    expect(unseen).toEqual(['the image quay.io/x/y: the password of quay.io was not given']);
  });

  it.each<[string, FoundImage, RegExp]>([
    ['nginx:nope', { kind: 'missing' }, /^the registry docker\.io has no image nginx:nope$/],
    ['shop/api', { kind: 'refused' }, /^docker\.io does not let everybody pull shop\/api, .*registries: \{docker\.io/],
    ['ghcr.io/a/b', { kind: 'refused' }, /^ghcr\.io does not let reader pull ghcr\.io\/a\/b with that password/],
    [
      'ghcr.io/a/b',
      { kind: 'found', platforms: ['linux/arm64', 'windows/amd64'] },
      /is for linux\/arm64, windows\/amd64, and Container Apps run linux\/amd64 only$/,
    ],
  ])('%s that cannot run is refused with the reason', async (image, found, expected) => {
    const { refusals } = await problems([image], found, { token: 'hush-hush' });
    expect(refusals).toEqual([['app:0', expect.stringMatching(expected)]]);
    expect(JSON.stringify(refusals)).not.toContain('hush-hush');
  });

  it('that cannot be asked for from here stand in nobody’s way', async () => {
    expect(await problems(['nginx'], { kind: 'unknown', why: 'no answer' })).toMatchObject({
      refusals: [],
      unseen: ['the image nginx: no answer'],
    });
    expect(await problems(['other.azurecr.io/job:2'], { kind: 'refused' })).toMatchObject({
      refusals: [],
      unseen: ['the image other.azurecr.io/job:2: the deployer may not pull from other.azurecr.io'],
    });
  });

  it('of docker.registry are asked for by its password', async () => {
    const of = deploymentConfig({
      docker: { ...config.docker, registry: { server: 'index.docker.io/shop', username: 'pusher' } },
      secrets: { 'DOCKER-REGISTRY-PASSWORD': { source: 'environment', variable: 'P' } },
    });
    const { asked } = await problems(['shop/api'], { kind: 'missing' }, { token: 'hush-hush', of });
    expect(asked).toEqual([['shop/api', { kind: 'password', username: 'pusher', password: 'hush-hush' }]]);
  });
});
