import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { HttpMethods } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { appBody, container, createSurroundings } from '../../../helpers/simulated-application.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

const HOST = 'https://crdemo.azurecr.io';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const digestOf = (bytes: Uint8Array | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const bytesOf = (value: JsonObject | string) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const codeOf = (body: JsonObject) => jsonAt((body.errors as JsonObject[])[0] ?? {}, 'code');

type Client = Awaited<ReturnType<typeof place>>;

async function place(options: Parameters<typeof simulatedClients>[0] = {}) {
  const clients = await simulatedClients(options);
  const around = await createSurroundings(clients);
  const token = async (fields: Record<string, string>) =>
    await clients.send('POST', `${HOST}/oauth2/token`, { body: new URLSearchParams(fields) });
  const refreshToken = async () => {
    const entra = (await clients.credential.getToken('https://management.azure.com/.default')).token;
    const body = new URLSearchParams({ grant_type: 'access_token', access_token: entra });
    return String((await clients.send('POST', `${HOST}/oauth2/exchange`, { body })).body.refresh_token);
  };
  const bearer = async (scope: string) => {
    const fields = { grant_type: 'refresh_token', service: 'crdemo.azurecr.io', scope };
    return String((await token({ ...fields, refresh_token: await refreshToken() })).body.access_token);
  };
  const pusher = await bearer('repository:app:pull,push repository:other:pull,push');
  const ask = (method: HttpMethods, path: string, body?: Uint8Array, headers: Record<string, string> = {}) =>
    clients.send(method, path.startsWith('http') ? path : `${HOST}${path}`, {
      token: pusher,
      headers: { 'content-type': 'application/octet-stream', ...headers },
      ...(body && { body }),
    });
  return { ...clients, around, token, refreshToken, bearer, ask };
}

/** A blob in two chunks, as docker sends layers. */
async function pushBlob({ ask }: Client, bytes: Buffer, repository = 'app'): Promise<string> {
  const begun = await ask('POST', `/v2/${repository}/blobs/uploads/`);
  expect(begun.status).toBe(202);
  const half = Math.ceil(bytes.length / 2);
  const first = await ask('PATCH', String(begun.headers.location), bytes.subarray(0, half), {
    'content-range': `0-${half - 1}`,
  });
  expect([first.status, first.headers.range]).toEqual([202, `0-${half - 1}`]);
  const digest = digestOf(bytes);
  const ended = await ask('PUT', `${String(first.headers.location)}?digest=${digest}`, bytes.subarray(half));
  expect([ended.status, ended.headers['docker-content-digest']]).toEqual([201, digest]);
  return digest;
}

function configuration(changes: JsonObject = {}): JsonObject {
  return { os: 'linux', architecture: 'amd64', config: { ExposedPorts: { '8080/tcp': {} }, Env: ['A=b'] }, ...changes };
}

async function pushImage(client: Client, reference: string, config = configuration()): Promise<string> {
  const layer = await pushBlob(client, Buffer.from(`layer of ${JSON.stringify(config)}`));
  const configDigest = await pushBlob(client, bytesOf(config));
  const manifest: JsonObject = {
    ...{ schemaVersion: 2, mediaType: MANIFEST },
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: configDigest, size: 1 },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: layer, size: 1 }],
  };
  const bytes = bytesOf(manifest);
  const at = reference === '' ? digestOf(bytes) : reference;
  const put = await client.ask('PUT', `/v2/app/manifests/${at}`, bytes, { 'content-type': MANIFEST });
  expect([put.status, put.headers['docker-content-digest']]).toEqual([201, digestOf(bytes)]);
  return digestOf(bytes);
}

/** `done`, or what is said against the image. */
async function deploy({ arm, finish, around }: Client, image: string): Promise<unknown> {
  const body = appBody(around, { template: { containers: [container(image, { probes: [] })] } });
  const { status, error } = await finish(await arm('PUT', 'providers/Microsoft.App/containerApps/web', body));
  return status === 'Failed' ? jsonAt(error ?? {}, 'message') : 'done';
}

describe('an image that a client pushes', () => {
  it('is there as one that was built there is: read, listed and run', async () => {
    const client = await place();
    const digest = await pushImage(client, 'v1');
    const read = await client.ask('GET', '/v2/app/manifests/v1');
    expect([read.headers['content-type'], digestOf(read.text)]).toEqual([MANIFEST, digest]);
    expect((await client.ask('HEAD', `/v2/app/manifests/${digest}`)).status).toBe(200);
    const config = String(jsonAt(read.body, 'config.digest'));
    expect((await client.ask('GET', `/v2/app/blobs/${config}`)).body).toEqual(configuration());
    expect((await client.ask('GET', '/acr/v1/app/_tags')).body).toMatchObject({ tags: [{ name: 'v1', digest }] });
    expect(await deploy(client, 'crdemo.azurecr.io/app:v1')).toBe('done');
    expect(await deploy(client, `crdemo.azurecr.io/app@${digest}`)).toBe('done');
  });

  it('behaves as its configuration says', async () => {
    const client = await place();
    await pushImage(client, 'deaf', configuration({ config: { ExposedPorts: { '9999/tcp': {} } } }));
    expect(await deploy(client, 'crdemo.azurecr.io/app:deaf')).toBe('done');
    const { body } = await client.arm('GET', 'providers/Microsoft.App/containerApps/web/revisions');
    const [revision] = body.value as JsonObject[];
    expect(jsonAt(revision ?? {}, 'properties.runningStateDetails')).toBe(
      'The TargetPort 8080 does not match the listening port 9999.',
    );
  });

  // https://github.com/microsoft-foundry/foundry-agent-webapp/issues/9
  it('runs when it is for the machines that there are, by itself or as one of an index', async () => {
    const client = await place();
    const arm = configuration({ architecture: 'arm64' });
    const armDigest = await pushImage(client, 'arm', arm);
    const wrong = expect.stringContaining('image OS/Arc must be linux/amd64 but found linux/arm64');
    expect(await deploy(client, 'crdemo.azurecr.io/app:arm')).toEqual(wrong);
    const entry = (digest: string, architecture: string, os = 'linux') => ({
      ...{ mediaType: MANIFEST, digest, size: 1 },
      platform: { os, architecture },
    });
    const put = async (tag: string, manifests: JsonObject[]) => {
      const bytes = bytesOf({ schemaVersion: 2, mediaType: INDEX, manifests });
      return await client.ask('PUT', `/v2/app/manifests/${tag}`, bytes, { 'content-type': INDEX });
    };
    const attestation = await pushImage(client, '', {});
    expect((await put('onlyarm', [entry(armDigest, 'arm64'), entry(attestation, 'unknown', 'unknown')])).status).toBe(
      201,
    );
    expect(await deploy(client, 'crdemo.azurecr.io/app:onlyarm')).toEqual(wrong);
    const amdDigest = await pushImage(client, '');
    expect((await put('both', [entry(armDigest, 'arm64'), entry(amdDigest, 'amd64')])).status).toBe(201);
    expect(await deploy(client, 'crdemo.azurecr.io/app:both')).toBe('done');
    expect(codeOf((await put('none', [entry(digestOf('x'), 'amd64')])).body)).toBe('MANIFEST_BLOB_UNKNOWN');
  });

  // https://github.com/opencontainers/distribution-spec/blob/main/spec.md
  it('comes whole: with its blobs, their digests, and chunks in order', async () => {
    const client = await place();
    const { ask } = client;
    const begun = await ask('POST', '/v2/app/blobs/uploads/');
    const place1 = String(begun.headers.location);
    await ask('PATCH', place1, Buffer.from('abc'), { 'content-range': '0-2' });
    expect((await ask('PATCH', place1, Buffer.from('xyz'), { 'content-range': '9-11' })).status).toBe(416);
    expect((await ask('GET', place1)).headers.range).toBe('0-2');
    expect(codeOf((await ask('PUT', `${place1}?digest=${digestOf('other')}`)).body)).toBe('DIGEST_INVALID');
    expect((await ask('PUT', `${place1}?digest=${digestOf('abc')}`)).status).toBe(201);
    expect((await ask('PATCH', place1, Buffer.from('a'))).status).toBe(404);
    const whole = await ask('POST', `/v2/app/blobs/uploads/?digest=${digestOf('def')}`, Buffer.from('def'));
    expect(whole.status).toBe(201);
    expect((await ask('HEAD', `/v2/app/blobs/${digestOf('def')}`)).headers['content-length']).toBe('3');
    expect((await ask('HEAD', `/v2/other/blobs/${digestOf('def')}`)).status).toBe(404);
    const mounted = await ask('POST', `/v2/other/blobs/uploads/?mount=${digestOf('def')}&from=app`);
    expect([mounted.status, (await ask('HEAD', `/v2/other/blobs/${digestOf('def')}`)).status]).toEqual([201, 200]);
    const manifest = { schemaVersion: 2, mediaType: MANIFEST, config: { digest: digestOf('no') }, layers: [] };
    const put = (reference: string, body: JsonObject | string, type = MANIFEST) =>
      ask('PUT', `/v2/app/manifests/${reference}`, bytesOf(body), { 'content-type': type });
    expect(codeOf((await put('v1', manifest)).body)).toBe('MANIFEST_BLOB_UNKNOWN');
    expect(codeOf((await put(digestOf('x'), { ...manifest, config: { digest: digestOf('def') } })).body)).toBe(
      'DIGEST_INVALID',
    );
    expect(codeOf((await put('v1', 'no json')).body)).toBe('MANIFEST_INVALID');
    expect(codeOf((await put('-', { ...manifest, config: { digest: digestOf('def') } })).body)).toBe('TAG_INVALID');
  });

  it('is still there when the simulator was started again', async () => {
    const stateFile = join(await tempDirectory(), 'cloud.json');
    const first = await place({ stateFile });
    const digest = await pushImage(first, 'v1');
    await first.simulator.close();
    const second = await place({ stateFile });
    const { body, headers } = await second.ask('GET', '/v2/app/manifests/v1');
    expect(headers['docker-content-digest']).toBe(digest);
    const config = String(jsonAt(body, 'config.digest'));
    expect((await second.ask('GET', `/v2/app/blobs/${config}`)).body).toEqual(configuration());
  });
});

describe('who may push', () => {
  it('is told to get a token for it, and gets one by a refresh token, in a form or as a password', async () => {
    const client = await place();
    const refused = await client.send('POST', `${HOST}/v2/app/blobs/uploads/`);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      'Bearer realm="https://crdemo.azurecr.io/oauth2/token",service="crdemo.azurecr.io",scope="repository:app:pull,push"',
    ]);
    expect((await client.send('GET', `${HOST}/v2/`)).headers['www-authenticate']).not.toContain('scope');
    const password = await client.refreshToken();
    const basic = Buffer.from(`00000000-0000-0000-0000-000000000000:${password}`).toString('base64');
    const url = `${HOST}/oauth2/token?service=crdemo.azurecr.io&scope=repository:app:pull,push&account=x`;
    const { body } = await client.send('GET', url, { headers: { authorization: `Basic ${basic}` } });
    const begun = await client.send('POST', `${HOST}/v2/app/blobs/uploads/`, { token: String(body.access_token) });
    expect(begun.status).toBe(202);
    const reader = await client.bearer('repository:app:pull');
    expect((await client.send('POST', `${HOST}/v2/app/blobs/uploads/`, { token: reader })).status).toBe(401);
  });

  it('is the admin user while he is on', async () => {
    const client = await place();
    const ask = async (password: string) =>
      (await client.token({ grant_type: 'password', scope: 'repository:app:pull,push', username: 'crdemo', password }))
        .status;
    expect(await ask('anything')).toBe(401);
    await client.finish(
      await client.arm('PATCH', client.around.registry, { properties: { adminUserEnabled: true } }, '2025-11-01'),
    );
    const { body } = await client.arm('POST', `${client.around.registry}/listCredentials`, {}, '2025-11-01');
    const [first] = (body.passwords as JsonObject[]).map(({ value }) => String(value));
    expect([await ask('anything'), await ask(first ?? '')]).toEqual([401, 200]);
  });

  it.each([
    ['Reader', 403, 403],
    ['AcrPull', 200, 401],
    ['AcrPush', 200, 202],
    ['Contributor', 200, 202],
  ])('as %s: a token is %i, an upload with it %i', async (role, token, upload) => {
    const client = await place();
    client.simulator.behave({ deployerRoles: { [client.around.registry]: [role] } });
    const fields = { grant_type: 'refresh_token', scope: 'repository:app:pull,push' };
    const answer = await client.token({ ...fields, refresh_token: await client.refreshToken() });
    expect(answer.status).toBe(token);
    if (token !== 200) return expect(upload).toBe(token);
    const begun = await client.send('POST', `${HOST}/v2/app/blobs/uploads/`, {
      token: String(answer.body.access_token),
    });
    expect(begun.status).toBe(upload);
  });

  // https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
  it('has a role of repositories where those count', async () => {
    const client = await place();
    const mode = { properties: { roleAssignmentMode: 'AbacRepositoryPermissions' } };
    await client.finish(await client.arm('PATCH', client.around.registry, mode, '2025-11-01'));
    const ask = async (role: string) => {
      client.simulator.behave({ deployerRoles: { [client.around.registry]: [role] } });
      const fields = { grant_type: 'refresh_token', scope: 'repository:app:pull,push' };
      return (await client.token({ ...fields, refresh_token: await client.refreshToken() })).status;
    };
    expect([await ask('Owner'), await ask('AcrPush'), await ask('Container Registry Repository Writer')]).toEqual([
      403, 403, 200,
    ]);
  });
});
