import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createArm } from '../../../src/azure/arm.ts';
import { createImageRegistry } from '../../../src/azure/image-registry.ts';
import { type Answer, connectionOver, respondingTo, type SentRequest } from './recording-transport.ts';

const ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/cr';

function registryAnswering(respond: (request: SentRequest) => Answer | Error) {
  const transport = respondingTo(respond);
  const connection = connectionOver(transport);
  return { transport, registry: createImageRegistry(connection, createArm(connection), ID, 'cr.azurecr.io') };
}

const is = (request: SentRequest, method: string, path: string) =>
  request.method === method && new URL(request.url).pathname.endsWith(path);

const CLASSIC = { builder: 'classic', isScannable: true, noCache: false } as const;

describe('a registry', () => {
  it('starts a build once, even when the answer is lost', async () => {
    const { transport, registry } = registryAnswering(() => ({ status: 503, body: {} }));
    const request = { sourceLocation: 'x', dockerfile: 'Dockerfile', image: 'a:b', timeoutInSeconds: 300, ...CLASSIC };
    await expect(registry.scheduleBuild(request)).rejects.toMatchObject({ statusCode: 503 });
    expect(transport.requests).toHaveLength(1);
    expect(transport.requests[0]?.body).toMatchObject({ imageNames: ['cr.azurecr.io/a:b'], isPushEnabled: true });
  });

  it('reads one page of its recent builds, newest first', async () => {
    const run = (runId: string, createTime: string) => ({
      name: runId,
      properties: { runId, createTime, status: 'Running' },
    });
    const { transport, registry } = registryAnswering(() => ({
      status: 200,
      body: {
        value: [run('ch1', '2026-02-17T23:39:55+00:00'), run('ch2', '2026-02-18T10:00:00+00:00')],
        nextLink: `https://management.azure.com${ID}/runs?page=2`,
      },
    }));
    expect((await registry.recentBuilds()).map(({ runId }) => runId)).toEqual(['ch2', 'ch1']);
    expect(transport.requests).toHaveLength(1);
  });

  it('uploads as a block blob, to the letter of the address it was given, without our token', async () => {
    const uploadUrl =
      'https://account.blob.core.windows.net/c/tasks-source/1.tar.gz?se=2026&sig=a%2Bb%3D&sp=cw&sr=b&sv=2024-11-04';
    const { transport, registry } = registryAnswering((request) =>
      request.method === 'POST'
        ? { status: 200, body: { relativePath: 'tasks-source/1.tar.gz', uploadUrl } }
        : { status: 201 },
    );
    expect(await registry.uploadSource(async () => Readable.from([Buffer.from('archive')]))).toEqual({
      sourceLocation: 'tasks-source/1.tar.gz',
    });
    const put = transport.requests.find(({ method }) => method === 'PUT');
    expect(new URL(put?.url ?? '').searchParams.get('sig')).toBe('a+b=');
    expect(put?.headers).toMatchObject({ 'x-ms-blob-type': 'BlockBlob' });
    expect(put?.headers).not.toHaveProperty('authorization');
  });

  it('has no log before the builder writes one', async () => {
    const logLink = 'https://account.blob.core.windows.net/c/logs/ch1/rawtext.log?sig=SIG';
    const { registry } = registryAnswering((request) =>
      request.method === 'POST'
        ? { status: 200, body: { logLink } }
        : { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' } },
    );
    expect(await registry.buildLog('ch1', 0)).toEqual({ text: '', nextOffset: 0, complete: false });
  });

  it('reads its log by whole lines and bytes, to the end that the builder marks', async () => {
    const logLink = 'https://account.blob.core.windows.net/c/logs/ch1/rawtext.log?sig=SIG';
    let written = Buffer.from('Schritt 1: größer\nStep 2: hal');
    let metadata: Readonly<Record<string, string>> = {};
    const { registry } = registryAnswering(({ method, headers }): Answer => {
      if (method === 'POST') return { status: 200, body: { logLink } };
      if (method === 'HEAD') return { status: 200, headers: { 'content-length': String(written.length), ...metadata } };
      const [, from = '0', to = '0'] = /bytes=(\d+)-(\d+)/.exec(headers['x-ms-range'] ?? '') ?? [];
      const part = written.subarray(Number(from), Number(to) + 1);
      return {
        status: 206,
        headers: { 'content-length': String(part.length), etag: '"1"' },
        body: part.toString('utf8'),
      };
    });
    const first = await registry.buildLog('ch1', 0);
    expect(first).toEqual({ text: 'Schritt 1: größer\n', nextOffset: 20, complete: false });
    written = Buffer.concat([written, Buffer.from('f done')]);
    metadata = { 'x-ms-meta-complete': 'successful' };
    const second = await registry.buildLog('ch1', first.nextOffset);
    expect(second).toEqual({ text: 'Step 2: half done', nextOffset: written.length, complete: true });
    expect(await registry.buildLog('ch1', second.nextOffset)).toEqual({
      text: '',
      nextOffset: written.length,
      complete: true,
    });
  });

  it('changes our token into one for a single repository before it asks for a digest', async () => {
    const { transport, registry } = registryAnswering((request) => {
      if (is(request, 'POST', '/oauth2/exchange')) return { status: 200, body: { refresh_token: 'REFRESH' } };
      if (is(request, 'POST', '/oauth2/token')) return { status: 200, body: { access_token: 'ACCESS' } };
      return { status: 200, headers: { 'docker-content-digest': 'sha256:abc' } };
    });
    expect(await registry.digestOf('shop/web', 't1')).toBe('sha256:abc');
    const [exchange, token, manifest] = transport.requests;
    expect(new URLSearchParams(String(exchange?.body)).get('access_token')).toBe('TOKEN');
    expect(new URLSearchParams(String(token?.body)).get('scope')).toBe('repository:shop/web:pull');
    expect(manifest?.headers.authorization).toBe('Bearer ACCESS');
  });

  it('knows a tag that does not exist from one it may not read', async () => {
    const withTokens = (last: Answer) =>
      registryAnswering((request) =>
        request.method === 'POST' ? { status: 200, body: { refresh_token: 'R', access_token: 'A' } } : last,
      ).registry;
    expect(
      await withTokens({ status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] } }).digestOf('a', 'b'),
    ).toBeUndefined();
    const denied = { status: 403, body: { errors: [{ code: 'DENIED', message: 'requested access is denied' }] } };
    await expect(withTokens(denied).digestOf('a', 'b')).rejects.toMatchObject({ code: 'DENIED', statusCode: 403 });
  });
});
