import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import type { RegistryCall } from '../../../src/simulator/registry/access/registry-call.ts';
import { readAppendBlob } from '../../../src/simulator/registry/blob.ts';
import { openBlobStore } from '../../../src/simulator/registry/blob-store.ts';
import { findManifest, parseImageReference, type RegistryContent } from '../../../src/simulator/registry/content.ts';
import { answerRegistry } from '../../../src/simulator/registry/data-plane.ts';
import { runBody, runLog, runStatus } from '../../../src/simulator/registry/run.ts';
import { cancelRun, listRuns, scheduleRun, sourcePath } from '../../../src/simulator/registry/tasks.ts';

const REGISTRY = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/crdemo';
const NOW = Date.parse('2026-02-17T23:39:55.000Z');

async function archive(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

function emptyRegistry(): RegistryContent {
  return { loginServer: 'crdemo.azurecr.io', runs: [], pushes: [] };
}

const request = (changes: JsonObject = {}): JsonObject => ({
  type: 'DockerBuildRequest',
  sourceLocation: 'tasks-source/x.tar.gz',
  dockerFilePath: 'Dockerfile',
  imageNames: ['crdemo.azurecr.io/foo/bar:latest'],
  isPushEnabled: true,
  platform: { os: 'Linux', architecture: 'amd64' },
  ...changes,
});

async function schedule(
  content: RegistryContent,
  files: Readonly<Record<string, string>>,
  options: { request?: JsonObject; now?: number; fails?: boolean } = {},
) {
  const source = await archive(files);
  return scheduleRun({
    registryId: REGISTRY,
    content,
    request: options.request ?? request(),
    source: (location) => (location === 'tasks-source/x.tar.gz' ? source : undefined),
    gitRepositories: {},
    now: options.now ?? NOW,
    duration: (seconds) => seconds * 1000,
    failsOnRequest: () => options.fails ?? false,
  });
}

const files = { Dockerfile: 'FROM alpine\nCOPY app /app\n', 'app/main.py': 'print()' };

describe('a quick build', () => {
  it('goes from Queued through Running to Succeeded, and pushes at the end', async () => {
    const content = emptyRegistry();
    const reply = await schedule(content, files);
    if ('refused' in reply) throw new Error(reply.refused.message);
    const { run } = reply;
    const at = (second: number) => NOW + second * 1000;
    expect([0, 10, 100].map((second) => runStatus(run, at(second)))).toEqual(['Queued', 'Running', 'Succeeded']);
    expect(findManifest(content, 'foo/bar', 'latest', at(10))).toBeUndefined();
    const pushed = findManifest(content, 'foo/bar', 'latest', at(100));
    expect(runBody(run, REGISTRY, 'crdemo.azurecr.io', at(100)).properties).toMatchObject({
      status: 'Succeeded',
      outputImages: [{ registry: 'crdemo.azurecr.io', repository: 'foo/bar', tag: 'latest', digest: pushed?.digest }],
    });
  });

  it('fails with the words of docker in its log', async () => {
    const content = emptyRegistry();
    await schedule(content, { Dockerfile: 'FROM alpine\nCOPY poetry.lock .\n' });
    const run = content.runs[0];
    if (!run) throw new Error('no run');
    expect(runBody(run, REGISTRY, 'crdemo.azurecr.io', NOW + 100_000).properties).toMatchObject({
      status: 'Failed',
      runErrorMessage: 'failed during run, err: exit status 1',
    });
    expect(runLog(run, NOW + 100_000)?.text).toContain('COPY failed');
    expect(content.pushes).toEqual([]);
  });

  it('has a log that comes late, grows, and says when it is complete', async () => {
    const content = emptyRegistry();
    await schedule(content, files);
    const log = (second: number) => (content.runs[0] ? runLog(content.runs[0], NOW + second * 1000) : undefined);
    expect(log(3)).toBeUndefined();
    const [early, late] = [log(20), log(100)];
    expect(early?.complete).toBe(false);
    expect(late?.complete).toBe(true);
    expect(late?.text.startsWith(early?.text ?? 'x')).toBe(true);
    expect(late?.text.length).toBeGreaterThan(early?.text.length ?? 0);
  });

  it.each<[string, JsonObject, string]>([
    ['a source that was not uploaded', { sourceLocation: 'tasks-source/other.tar.gz' }, 'InvalidSourceLocation'],
    ['an image of another registry', { imageNames: ['other.azurecr.io/x:1'] }, 'InvalidImageName'],
    ['an image name in capitals', { imageNames: ['App:1'] }, 'InvalidImageName'],
    ['another kind of run', { type: 'FileTaskRunRequest' }, 'InvalidRunRequest'],
  ])('is refused with %s', async (_, changes, code) => {
    const content = emptyRegistry();
    expect(await schedule(content, files, { request: request(changes) })).toMatchObject({
      refused: { status: 400, code },
    });
    expect(content.runs).toEqual([]);
  });

  it('fails when the archive is none, and when it is told to', async () => {
    const content = emptyRegistry();
    await scheduleRun({
      registryId: REGISTRY,
      content,
      request: request(),
      source: () => Buffer.from('not a tar'),
      gitRepositories: {},
      now: NOW,
      duration: () => 0,
      failsOnRequest: () => false,
    });
    await schedule(content, files, { fails: true });
    expect(content.runs.map(({ outcome }) => outcome)).toEqual(['Failed', 'Failed']);
  });

  it('can be cancelled, which pushes nothing', async () => {
    const content = emptyRegistry();
    await schedule(content, files);
    expect(cancelRun(content, 'ch1', NOW + 5000)).toBe(true);
    expect(cancelRun(content, 'ch2', NOW + 5000)).toBe(false);
    expect(findManifest(content, 'foo/bar', 'latest', NOW + 100_000)).toBeUndefined();
  });

  it('is listed newest first, filtered and limited', async () => {
    const content = emptyRegistry();
    for (let index = 0; index < 3; index++) await schedule(content, files, { now: NOW + index * 1000 });
    const names = (query: string) =>
      listRuns(content, REGISTRY, new URLSearchParams(query), NOW + 1000).map(({ name }) => name);
    expect(names('')).toEqual(['ch3', 'ch2', 'ch1']);
    expect(names('$top=1')).toEqual(['ch3']);
    expect(names("$filter=runId eq 'ch2'")).toEqual(['ch2']);
    expect(names("$filter=status eq 'Succeeded'")).toEqual([]);
  });

  it('takes the path of its source from the correlation id of the caller', () => {
    expect(sourcePath('ec06209db0b2f4aa1c1385f24a341d10', Date.parse('2026-02-17T10:00:00Z'))).toBe(
      'tasks-source/202602170000/ec06209db0b2f4aa1c1385f24a341d10.tar.gz',
    );
    expect(sourcePath(undefined, NOW)).not.toBe(sourcePath(undefined, NOW));
  });
});

describe('a log blob', () => {
  const log = { text: 'hello world', complete: true };

  it('is read whole, by ranges, and past its end', () => {
    const missing = readAppendBlob('HEAD', undefined, undefined);
    expect([missing.status, missing.body]).toEqual([404, undefined]);
    expect(readAppendBlob('GET', log, undefined).headers).toMatchObject({ 'x-ms-meta-complete': 'successful' });
    const part = readAppendBlob('GET', log, 'bytes=6-8');
    expect([part.status, String(part.body), part.headers['content-range']]).toEqual([206, 'wor', 'bytes 6-8/11']);
    expect(String(readAppendBlob('GET', log, 'bytes=6-').body)).toBe('world');
    expect(readAppendBlob('GET', log, 'bytes=11-').status).toBe(416);
    expect(readAppendBlob('HEAD', { ...log, complete: false }, undefined).headers).not.toHaveProperty(
      'x-ms-meta-complete',
    );
  });
});

describe('an image reference', () => {
  it.each([
    ['rabbitmq:3', 'docker.io', 'rabbitmq', '3'],
    ['qdrant/qdrant:v1', 'docker.io', 'qdrant/qdrant', 'v1'],
    ['CR.azurecr.io/a/b', 'cr.azurecr.io', 'a/b', undefined],
    ['localhost:5000/x:1', 'localhost:5000', 'x', '1'],
  ])('%s is taken apart', (text, host, repository, tag) => {
    expect(parseImageReference(text)).toEqual({ host, repository, tag, digest: undefined });
  });

  it('may name a digest, and is refused when it is none', () => {
    const digest = `sha256:${createHash('sha256').update('x').digest('hex')}`;
    expect(parseImageReference(`cr.azurecr.io/a@${digest}`)).toMatchObject({ digest });
    expect(parseImageReference('cr.azurecr.io/a@sha256:1')).toBeUndefined();
    expect(parseImageReference('A B')).toBeUndefined();
    // A user of Docker Hub, whose name has no upper-case letters; a host may.
    expect(parseImageReference('Owner/name')).toBeUndefined();
    expect(parseImageReference('Ghcr.io/owner/name')).toMatchObject({ host: 'ghcr.io' });
  });
});

describe('the data plane of a registry', () => {
  async function registry() {
    const content = emptyRegistry();
    await schedule(content, files);
    return (method: string, path: string, more: Partial<RegistryCall> = {}) =>
      answerRegistry({
        method,
        path,
        query: new URLSearchParams(),
        form: new URLSearchParams(),
        body: Buffer.alloc(0),
        blobs: openBlobStore(undefined),
        bearer: undefined,
        registry: { id: REGISTRY, body: {} },
        content,
        secret: 'key',
        now: NOW + 100_000,
        principalOf: (token) => (token === 'entra-token' ? 'deployer' : undefined),
        hasRole: (principal) => principal === 'deployer',
        ...more,
      });
  }

  async function bearer(call: Awaited<ReturnType<typeof registry>>, scope: string): Promise<string> {
    const exchanged = call('POST', '/oauth2/exchange', {
      form: new URLSearchParams({ grant_type: 'access_token', access_token: 'entra-token' }),
    });
    const token = call('POST', '/oauth2/token', {
      form: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: String(exchanged.body?.refresh_token),
        scope,
      }),
    });
    return String(token.body?.access_token);
  }

  it('answers a manifest by tag and by digest, after the exchange of tokens', async () => {
    const call = await registry();
    const token = await bearer(call, 'repository:foo/bar:pull');
    const byTag = call('HEAD', '/v2/foo/bar/manifests/latest', { bearer: token });
    expect(byTag.status).toBe(200);
    const digest = byTag.headers['docker-content-digest'];
    expect(call('GET', `/v2/foo/bar/manifests/${digest}`, { bearer: token }).headers['docker-content-digest']).toBe(
      digest,
    );
    expect(call('GET', '/v2/foo/bar/tags/list', { bearer: token }).body).toEqual({ name: 'foo/bar', tags: ['latest'] });
    expect(call('GET', '/v2/foo/bar/manifests/v2', { bearer: token })).toMatchObject({
      status: 404,
      body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] },
    });
  });

  it('challenges who has no token, or one for something else', async () => {
    const call = await registry();
    const refused = call('GET', '/v2/foo/bar/manifests/latest');
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('scope="repository:foo/bar:pull"');
    const other = await bearer(call, 'repository:other:pull');
    expect(call('GET', '/v2/foo/bar/manifests/latest', { bearer: other }).status).toBe(401);
    expect(call('GET', '/v2/foo/bar/manifests/latest', { bearer: `${other}x` }).status).toBe(401);
  });

  it('gives no token to strangers and to callers without a role', async () => {
    const call = await registry();
    expect(
      call('POST', '/oauth2/exchange', { form: new URLSearchParams({ grant_type: 'access_token', access_token: 'x' }) })
        .status,
    ).toBe(401);
    const exchanged = call('POST', '/oauth2/exchange', {
      form: new URLSearchParams({ grant_type: 'access_token', access_token: 'entra-token' }),
    });
    const form = new URLSearchParams({
      refresh_token: String(exchanged.body?.refresh_token),
      scope: 'repository:foo/bar:pull',
    });
    expect(call('POST', '/oauth2/token', { form, hasRole: () => false }).status).toBe(403);
  });
});
