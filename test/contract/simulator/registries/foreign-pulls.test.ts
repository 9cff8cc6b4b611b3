import type { HttpMethods } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt, sha256 } from '../../../../src/shared/json.ts';
import type { Behaviour } from '../../../../src/simulator/behaviour.ts';
import { type Answer, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json';
const OCI = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const ALL = [DOCKER, OCI, INDEX].join(', ');
const HUB = 'https://registry-1.docker.io';

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const codes = ({ body }: Answer) => ((body.errors ?? []) as JsonObject[]).map(({ code }) => code);
const challengeOf = ({ headers }: Answer) =>
  Object.fromEntries([...(headers['www-authenticate'] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map((one) => one.slice(1)));

async function place(images: Behaviour['images'] = {}, options: Parameters<typeof simulatedClients>[0] = {}) {
  const clients = await simulatedClients(options);
  clients.simulator.behave({ images });
  const ask = (url: string, headers: Record<string, string> = {}, method: HttpMethods = 'GET') =>
    clients.send(method, url, { headers: { accept: ALL, ...headers } });
  const token = async (url: string, headers: Record<string, string> = {}) => {
    const { realm, service, scope } = challengeOf(await ask(url));
    return await ask(`${realm}?${new URLSearchParams({ service: service ?? '', scope: scope ?? '' })}`, headers);
  };
  /** As clients do: asked, sent for a token, asked again. */
  const pull = async (url: string, headers: Record<string, string> = {}) => {
    const first = await ask(url);
    if (first.status !== 401) return first;
    const given = await token(url, headers);
    if (given.status !== 200) return given;
    return await ask(url, { authorization: `Bearer ${given.body.token}` });
  };
  return { clients, ask, token, pull };
}

describe('a public image', () => {
  it('of Docker Hub is given for a token that everybody gets, with its manifest, its configuration, and what is left of the limit', async () => {
    const { ask, token } = await place();
    const url = `${HUB}/v2/library/nginx/manifests/1.27`;
    expect(challengeOf(await ask(`${HUB}/v2/`))).toEqual({
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
    });
    const first = await ask(url);
    expect([first.status, ...codes(first)]).toEqual([401, 'UNAUTHORIZED']);
    expect(challengeOf(first).scope).toBe('repository:library/nginx:pull');
    const authorization = `Bearer ${(await token(url)).body.token}`;
    const manifest = await ask(url, { authorization });
    expect(manifest.headers).toMatchObject({
      'content-type': DOCKER,
      'docker-content-digest': `sha256:${sha256(manifest.text)}`,
      'content-length': String(manifest.text.length),
      'ratelimit-limit': '100;w=21600',
    });
    const head = await ask(url, { authorization }, 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['docker-content-digest']).toBe(manifest.headers['docker-content-digest']);
    const byDigest = `${HUB}/v2/library/nginx/manifests/${manifest.headers['docker-content-digest']}`;
    expect((await ask(byDigest, { authorization })).text).toBe(manifest.text);
    const digest = String(jsonAt(manifest.body, 'config.digest'));
    const blob = await ask(`${HUB}/v2/library/nginx/blobs/${digest}`, { authorization });
    expect(blob.status).toBe(307);
    const stored = String(blob.headers.location);
    expect(new URL(stored).host).toBe('production.cloudflare.docker.com');
    const config = await ask(stored);
    expect(`sha256:${sha256(config.text)}`).toBe(digest);
    expect(config.body).toMatchObject({
      os: 'linux',
      architecture: 'amd64',
      config: { ExposedPorts: { '80/tcp': {} } },
    });
    expect((await ask(stored, { authorization })).status).toBe(400);
    expect((await ask(`${stored}x`)).status).toBe(403);
  });

  it('of Docker Hub has no address without a namespace', async () => {
    const { pull } = await place();
    const refused = await pull(`${HUB}/v2/nginx/manifests/1.27`);
    expect([refused.status, ...codes(refused), challengeOf(refused).error]).toEqual([
      ...[401, 'UNAUTHORIZED', 'insufficient_scope'],
    ]);
  });

  it('of others is given for a token of their own addresses', async () => {
    const { ask, pull } = await place();
    for (const [host, realm, scope] of [
      ['ghcr.io', 'https://ghcr.io/token', 'repository:org/app:pull'],
      ['public.ecr.aws', 'https://public.ecr.aws/token/', 'aws'],
      ['registry.gitlab.com', 'https://gitlab.com/jwt/auth', 'repository:org/app:pull'],
      ['registry.example.com', 'https://registry.example.com/v2/token', 'repository:org/app:pull'],
    ]) {
      const url = `https://${host}/v2/org/app/manifests/1`;
      expect(challengeOf(await ask(url))).toMatchObject({ realm, scope });
      expect((await pull(url)).status, host).toBe(200);
    }
  });

  it('of some is given as it is', async () => {
    const { ask } = await place();
    for (const host of ['quay.io', 'mcr.microsoft.com', 'gcr.io', 'europe-docker.pkg.dev'])
      expect((await ask(`https://${host}/v2/org/app/manifests/1`)).status, host).toBe(200);
  });

  it('is another one by each tag, and the same as long as nothing is told of it, also by who imports it', async () => {
    const { ask, clients } = await place();
    const digest = async (tag: string) =>
      (await ask(`https://quay.io/v2/org/app/manifests/${tag}`, {}, 'HEAD')).headers['docker-content-digest'];
    const one = await digest('1');
    expect(await digest('2')).not.toBe(one);
    expect(await digest('1')).toBe(one);
    const registry = 'providers/Microsoft.ContainerRegistry/registries/crdemo';
    await clients.create(registry, { location: 'westeurope', sku: { name: 'Basic' } }, '2025-11-01');
    const body = { source: { registryUri: 'quay.io', sourceImage: 'org/app:1' }, targetTags: ['app:1'] };
    await clients.finish(await clients.arm('POST', `${registry}/importImage`, body, '2025-11-01'));
    const [content] = Object.values(clients.simulator.state().registries);
    expect(content?.pushes).toMatchObject([{ digest: one }]);
  });

  it('is there under a digest that somebody computed elsewhere', async () => {
    const { ask } = await place();
    const digest = `sha256:${'a'.repeat(64)}`;
    const given = await ask(`https://quay.io/v2/org/app/manifests/${digest}`);
    expect([given.status, given.headers['docker-content-digest']]).toEqual([200, digest]);
    const config = await ask(`https://quay.io/v2/org/app/blobs/${jsonAt(given.body, 'config.digest')}`);
    expect([config.status, new URL(String(config.headers.location)).host]).toEqual([302, 'cdn01.quay.io']);
    expect((await ask(String(config.headers.location))).body).toMatchObject({ os: 'linux' });
  });

  it('for several machines is an index, with the attestation that buildx leaves, for who takes one', async () => {
    const { ask } = await place({ 'mcr.microsoft.com/org/app': { platforms: ['linux/amd64', 'linux/arm/v7'] } });
    const at = (reference: unknown) => `https://mcr.microsoft.com/v2/org/app/manifests/${reference}`;
    const refused = await ask(at('1'), { accept: DOCKER });
    expect([refused.status, ...codes(refused)]).toEqual([404, 'MANIFEST_UNKNOWN']);
    const { headers, body } = await ask(at('1'));
    expect(headers['content-type']).toBe(INDEX);
    const manifests = body.manifests as JsonObject[];
    expect(manifests.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
      { os: 'unknown', architecture: 'unknown' },
      { os: 'unknown', architecture: 'unknown' },
    ]);
    expect(jsonAt(manifests[2] ?? {}, 'annotations')).toMatchObject({
      'vnd.docker.reference.digest': manifests[0]?.digest,
    });
    for (const { digest, size } of manifests) {
      const { text, headers: told } = await ask(at(digest));
      expect([`sha256:${sha256(text)}`, text.length, told['content-type']]).toEqual([digest, size, OCI]);
    }
  });
});

describe('an image that is not there', () => {
  it('is unknown, when its repository is there', async () => {
    const { pull } = await place({
      'docker.io/library/nginx:0': { isMissing: true },
      'ghcr.io/org/app:0': { isMissing: true },
    });
    for (const url of [`${HUB}/v2/library/nginx/manifests/0`, 'https://ghcr.io/v2/org/app/manifests/0']) {
      const refused = await pull(url);
      expect([refused.status, ...codes(refused)]).toEqual([404, 'MANIFEST_UNKNOWN']);
    }
    expect((await pull(`${HUB}/v2/library/nginx/manifests/1`)).status).toBe(200);
  });

  it('nor its repository, is of somebody else for all that most say, or unknown', async () => {
    const registries = [
      ['docker.io', HUB, 401, 'UNAUTHORIZED'],
      ['ghcr.io', 'https://ghcr.io', 403, 'DENIED'],
      ['quay.io', 'https://quay.io', 401, 'UNAUTHORIZED'],
      ['gcr.io', 'https://gcr.io', 403, 'DENIED'],
      ['mcr.microsoft.com', 'https://mcr.microsoft.com', 404, 'NAME_UNKNOWN'],
      ['public.ecr.aws', 'https://public.ecr.aws', 404, 'NAME_UNKNOWN'],
    ] as const;
    const gone = registries.map(([name]) => [`${name}/org/gone`, { isMissing: true }] as const);
    const { pull } = await place(Object.fromEntries(gone));
    for (const [name, origin, status, code] of registries) {
      const refused = await pull(`${origin}/v2/org/gone/manifests/1`);
      expect([refused.status, ...codes(refused)], name).toEqual([status, code]);
    }
  });

  it('is no blob either', async () => {
    const { ask } = await place();
    const refused = await ask(`https://quay.io/v2/org/app/blobs/sha256:${'b'.repeat(64)}`);
    expect([refused.status, ...codes(refused)]).toEqual([404, 'BLOB_UNKNOWN']);
  });
});

describe('a private image', () => {
  it('is given to its users with their passwords, and to nobody else', async () => {
    const registries = [
      ['docker.io', HUB, [401, 'UNAUTHORIZED'], [401]],
      ['ghcr.io', 'https://ghcr.io', [403, 'DENIED'], [403, 'DENIED']],
      ['quay.io', 'https://quay.io', [401, 'UNAUTHORIZED'], [401, 'UNAUTHORIZED']],
      ['registry.gitlab.com', 'https://registry.gitlab.com', [401, 'UNAUTHORIZED'], [401, 'UNAUTHORIZED']],
      ['registry.example.com', 'https://registry.example.com', [401, 'UNAUTHORIZED'], [401, 'UNAUTHORIZED']],
    ] as const;
    const told = registries.flatMap(([name]) => [
      [`${name}/org/app`, { users: { reader: 'right:word' } }] as const,
      [`${name}/org/their`, { users: { other: 'x' } }] as const,
    ]);
    const { ask, pull, token } = await place(Object.fromEntries(told));
    const said = (answer: Answer) => [answer.status, ...codes(answer)];
    const right = basic('reader', 'right:word');
    for (const [name, origin, nobody, wrong] of registries) {
      const url = `${origin}/v2/org/app/manifests/1`;
      expect(said(await pull(url)), name).toEqual(nobody);
      expect(said(await pull(url, basic('reader', 'wrong'))), name).toEqual(wrong);
      expect(said(await pull(`${origin}/v2/org/their/manifests/1`, right)), name).toEqual(nobody);
      // A password is no token.
      expect((await ask(url, right)).status, name).toBe(nobody[0]);
      const given = await pull(url, right);
      expect(given.status, name).toBe(200);
      const blob = `${origin}/v2/org/app/blobs/${jsonAt(given.body, 'config.digest')}`;
      const authorization = `Bearer ${(await token(url, right)).body.token}`;
      expect((await ask(blob, { authorization })).status, name).toBeLessThan(400);
      expect((await ask(blob)).status, name).toBe(401);
    }
  });

  it('needs a token for itself, of its registry, that is not over', async () => {
    const clock = manualClock();
    const users = { reader: 'right' };
    const images = { 'docker.io/org/app': { users }, 'docker.io/org/more': { users } };
    const { ask, token } = await place(images, { clock });
    const url = `${HUB}/v2/org/app/manifests/1`;
    const as = async (from: string) => ({
      authorization: `Bearer ${(await token(from, basic('reader', 'right'))).body.token}`,
    });
    const own = await as(url);
    expect((await ask(url, own)).headers['ratelimit-limit']).toBe('200;w=21600');
    expect(challengeOf(await ask(url, await as(`${HUB}/v2/org/more/manifests/1`)))).toMatchObject({
      error: 'insufficient_scope',
    });
    expect(challengeOf(await ask('https://registry.gitlab.com/v2/org/app/manifests/1', own))).toMatchObject({
      error: 'invalid_token',
    });
    // A wrong password is refused for what is public, too.
    expect((await token(`${HUB}/v2/org/public/manifests/1`, basic('reader', 'wrong'))).status).toBe(401);
    clock.advance(301);
    expect(challengeOf(await ask(url, own))).toMatchObject({ error: 'invalid_token' });
  });

  it('of Docker Hub is given for a token by a form, which others do not know', async () => {
    const { ask, clients } = await place({ 'docker.io/org/app': { users: { reader: 'right' } } });
    const form = (realm: string, password: string) =>
      clients.send('POST', realm, {
        body: new URLSearchParams({
          ...{ grant_type: 'password', service: 'registry.docker.io', client_id: 'test' },
          ...{ scope: 'repository:org/app:pull', username: 'reader', password },
        }),
      });
    expect((await form('https://auth.docker.io/token', 'wrong')).status).toBe(401);
    const { body } = await form('https://auth.docker.io/token', 'right');
    const authorization = `Bearer ${body.access_token}`;
    expect((await ask(`${HUB}/v2/org/app/manifests/1`, { authorization })).status).toBe(200);
    expect((await form('https://ghcr.io/token', 'right')).status).toBe(404);
  });
});

describe('what is no registry', () => {
  it('is answered by nobody', async () => {
    const { ask } = await place();
    for (const url of ['https://docker.io/v2/', 'https://ghcr.io/', 'https://gitlab.com/v1/'])
      expect((await ask(url)).status, url).toBe(421);
  });

  it('or does not take what is pushed, nor tell its tags', async () => {
    const { ask } = await place();
    expect(codes(await ask('https://quay.io/v2/org/app/blobs/uploads/', {}, 'POST'))).toEqual(['UNSUPPORTED']);
    expect(codes(await ask('https://quay.io/v2/org/app/tags/list'))).toEqual(['UNSUPPORTED']);
  });
});
