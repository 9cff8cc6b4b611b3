import { describe, expect, it } from 'vitest';
import { createImageLook } from '../../../src/azure/images/foreign-images.ts';
import type { PullAccess } from '../../../src/azure/ports.ts';
import { type Answer, connectionOver, connectionReset, respondingTo, type SentRequest } from './recording-transport.ts';

const INDEX = {
  manifests: [
    { platform: { os: 'linux', architecture: 'amd64' } },
    { platform: { os: 'linux', architecture: 'arm64' } },
    { platform: { os: 'unknown', architecture: 'unknown' } },
  ],
};
const errors = (code: string, message = '') => ({ errors: [{ code, message }] });
const BASIC = `Basic ${Buffer.from('reader:hush-hush').toString('base64')}`;

/** A registry that lets in whoever its token service knows. */
function registry(answerOf: (request: SentRequest) => Answer | Error, isKnown: (authorization?: string) => boolean) {
  return respondingTo((request) => {
    const { host, searchParams } = new URL(request.url);
    if (host === 'auth.example') {
      const isAllowed = isKnown(request.headers.authorization);
      return isAllowed
        ? { status: 200, body: { token: `for ${searchParams.get('service')} ${searchParams.get('scope')}` } }
        : { status: 401, body: errors('DENIED') };
    }
    if (host === 'blobs.example') return answerOf(request);
    if (request.headers.authorization === undefined) {
      const challenge = 'Bearer realm="https://auth.example/token",service="the registry"';
      return { status: 401, headers: { 'www-authenticate': challenge }, body: errors('UNAUTHORIZED') };
    }
    return answerOf(request);
  });
}

const look = (transport: ReturnType<typeof respondingTo>, image: string, access?: PullAccess) =>
  createImageLook(connectionOver(transport))(image, access);

describe('the look at an image', () => {
  it('gets a token as everybody may, and tells for which machines the image is', async () => {
    const transport = registry(
      () => ({ status: 200, body: INDEX }),
      (authorization) => authorization === undefined,
    );
    expect(await look(transport, 'rabbitmq:4')).toEqual({ kind: 'found', platforms: ['linux/amd64', 'linux/arm64'] });
    expect(transport.requests.map(({ url }) => url)).toEqual([
      'https://registry-1.docker.io/v2/library/rabbitmq/manifests/4',
      'https://auth.example/token?service=the+registry&scope=repository%3Alibrary%2Frabbitmq%3Apull',
      'https://registry-1.docker.io/v2/library/rabbitmq/manifests/4',
    ]);
    expect(transport.requests.at(-1)?.headers.authorization).toBe(
      'Bearer for the registry repository:library/rabbitmq:pull',
    );
  });

  it('reads the configuration of an image for one machine where it lies, without the token there', async () => {
    const transport = registry(
      ({ url }) => {
        if (url.includes('/manifests/')) return { status: 200, body: { config: { digest: 'sha256:c' } } };
        return url.startsWith('https://blobs.example')
          ? { status: 200, body: { os: 'linux', architecture: 'arm64' } }
          : { status: 307, headers: { location: 'https://blobs.example/c' } };
      },
      (authorization) => authorization === BASIC,
    );
    const access = { kind: 'password', username: 'reader', password: 'hush-hush' } as const;
    expect(await look(transport, 'ghcr.io/shop/api:1', access)).toEqual({ kind: 'found', platforms: ['linux/arm64'] });
    const elsewhere = transport.requests.filter(({ url }) => url.startsWith('https://blobs.example'));
    expect(elsewhere.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    const withPassword = transport.requests.filter(({ headers }) => headers.authorization === BASIC);
    expect(withPassword.map(({ url }) => new URL(url).host)).toEqual(['auth.example']);
  });

  it('signs in to a registry of Azure as the one who deploys', async () => {
    const transport = respondingTo(({ url, headers }) => {
      if (url.endsWith('/oauth2/exchange')) return { status: 200, body: { refresh_token: 'R' } };
      if (url.endsWith('/oauth2/token')) return { status: 200, body: { access_token: 'A' } };
      if (headers.authorization === 'Bearer A') return { status: 200, body: INDEX };
      const challenge = 'Bearer realm="https://other.azurecr.io/oauth2/token",service="other.azurecr.io"';
      return { status: 401, headers: { 'www-authenticate': challenge }, body: errors('UNAUTHORIZED') };
    });
    expect(await look(transport, 'other.azurecr.io/api:1', { kind: 'deployer' })).toMatchObject({ kind: 'found' });
  });

  it.each<[string, Answer | Error, object]>([
    ['no image', { status: 404, body: errors('MANIFEST_UNKNOWN') }, { kind: 'missing' }],
    ['no image for who asks', { status: 403, body: errors('DENIED') }, { kind: 'refused' }],
    ['a proxy that refuses', { status: 403, body: '<html>' }, { kind: 'unknown', why: 'its registry answers 403' }],
    [
      'a network that lets nobody in',
      { status: 403, body: errors('DENIED', "client with IP '203.0.113.7' is not allowed access") },
      { kind: 'unknown', why: 'its registry answers 403' },
    ],
    ['too many questions', { status: 429 }, { kind: 'unknown', why: expect.stringContaining('enough of us') }],
    ['a broken connection', connectionReset(), { kind: 'unknown', why: expect.stringContaining('ConnectionFailed') }],
    ['nonsense', { status: 200, body: 'no JSON' }, { kind: 'unknown', why: expect.any(String) }],
    [
      'a form of its own',
      { status: 200, body: {} },
      { kind: 'unknown', why: 'its manifest says nothing of a platform' },
    ],
  ])('tells of %s', async (_, answer, expected) => {
    expect(
      await look(
        registry(
          () => answer,
          () => true,
        ),
        'ghcr.io/shop/api:1',
      ),
    ).toEqual(expected);
  });

  it('takes a refused sign-in for a refused image', async () => {
    const access = { kind: 'password', username: 'reader', password: 'wrong' } as const;
    expect(
      await look(
        registry(
          () => ({ status: 500 }),
          () => false,
        ),
        'ghcr.io/shop/api:1',
        access,
      ),
    ).toEqual({
      kind: 'refused',
    });
  });

  it.each([404, 500, 503])('takes a sign-in that answers %i for no refusal', async (status) => {
    const transport = respondingTo(({ url }) => {
      if (url.startsWith('https://auth.example')) return { status, body: '<html>' };
      const challenge = 'Bearer realm="https://auth.example/token"';
      return { status: 401, headers: { 'www-authenticate': challenge }, body: errors('UNAUTHORIZED') };
    });
    expect(await look(transport, 'rabbitmq:4')).toEqual({
      kind: 'unknown',
      why: `auth.example signs nobody in for now (Http${status})`,
    });
  });

  it('sends no password where it could be read on its way', async () => {
    const transport = respondingTo(() => ({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="http://auth.example/token"' },
      body: errors('UNAUTHORIZED'),
    }));
    const access = { kind: 'password', username: 'reader', password: 'hush-hush' } as const;
    expect(await look(transport, 'ghcr.io/shop/api:1', access)).toEqual({ kind: 'refused' });
    expect(transport.requests).toHaveLength(1);
  });
});
