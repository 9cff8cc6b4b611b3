import { execFileSync } from 'node:child_process';
import { AnonymousCredential, BlobClient, BlockBlobClient } from '@azure/storage-blob';
import { describe, expect, it } from 'vitest';
import { storageTransport } from '../../../src/outbound/storage-transport.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { buildImage, createSurroundings, tarball } from '../../helpers/simulated-application.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';

const TASKS = '2019-06-01-preview';
const FILES = { Dockerfile: 'FROM alpine\nCOPY main.py /\nEXPOSE 8080\n', 'main.py': 'print()' };

async function registry(options: Parameters<typeof simulatedClients>[0] = {}) {
  const clients = await simulatedClients(options);
  const { registry: id } = await createSurroundings(clients);
  return { clients, id };
}

/** The token exchange of a registry, then its manifest. */
async function manifest({ send, credential }: SimulatedClients, repository: string, reference: string) {
  const { token } = await credential.getToken('https://management.azure.com/.default');
  const exchanged = await send('POST', 'https://crdemo.azurecr.io/oauth2/exchange', {
    body: new URLSearchParams({ grant_type: 'access_token', service: 'crdemo.azurecr.io', access_token: token }),
  });
  const access = await send('POST', 'https://crdemo.azurecr.io/oauth2/token', {
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      service: 'crdemo.azurecr.io',
      scope: `repository:${repository}:pull`,
      refresh_token: String(exchanged.body.refresh_token),
    }),
  });
  const url = `https://crdemo.azurecr.io/v2/${repository}/manifests/${reference}`;
  return await send('GET', url, { token: String(access.body.access_token) });
}

describe('a quick build on the simulated registry', () => {
  it('is uploaded by the official blob client, built, pushed, and found by tag', async () => {
    const { clients, id } = await registry();
    const upload = await clients.arm('POST', `${id}/listBuildSourceUploadUrl`, undefined, TASKS);
    const { uploadUrl, relativePath } = upload.body as { uploadUrl: string; relativePath: string };
    const httpClient = storageTransport(clients.transport);
    await new BlockBlobClient(uploadUrl, new AnonymousCredential(), { httpClient }).uploadData(await tarball(FILES));
    const request = {
      type: 'DockerBuildRequest',
      sourceLocation: relativePath,
      dockerFilePath: 'Dockerfile',
      imageNames: ['crdemo.azurecr.io/foo/bar:latest'],
      isPushEnabled: true,
      platform: { os: 'Linux', architecture: 'amd64' },
    };
    const scheduled = await clients.arm('POST', `${id}/scheduleRun`, request, TASKS);
    expect(scheduled).toMatchObject({ status: 200, body: { name: 'ch1', properties: { status: 'Queued' } } });
    const run = (await clients.arm('GET', `${id}/runs/ch1`, undefined, TASKS)).body.properties as JsonObject;
    const [image] = run.outputImages as JsonObject[];
    expect(run.status).toBe('Succeeded');
    const found = await manifest(clients, 'foo/bar', 'latest');
    expect([found.status, found.headers['docker-content-digest']]).toEqual([200, image?.digest]);
    expect((await manifest(clients, 'foo/bar', 'other')).status).toBe(404);
  });

  it('writes a log that comes some seconds late and is read as it grows', async () => {
    const clock = manualClock();
    const { clients, id } = await registry({ profile: 'realistic', speed: 1, clock });
    await buildImage(clients, id, 'app:v1', FILES);
    const { logLink } = (await clients.arm('POST', `${id}/runs/ch1/listLogSasUrl`, undefined, TASKS)).body;
    const blob = new BlobClient(String(logLink), new AnonymousCredential(), {
      httpClient: storageTransport(clients.transport),
    });
    await expect(blob.getProperties()).rejects.toMatchObject({ statusCode: 404 });
    clock.advance(30);
    const early = await blob.getProperties();
    expect([early.blobType, early.metadata?.complete]).toEqual(['AppendBlob', undefined]);
    clock.advance(60);
    const { contentLength = 0, metadata } = await blob.getProperties();
    expect(metadata?.complete).toBe('successful');
    const tail = await blob.downloadToBuffer(contentLength - 30, 30);
    expect(tail.toString()).toContain('Run ID: ch1 was successful');
    expect(contentLength).toBeGreaterThan(early.contentLength ?? 0);
  });

  it('is Queued, then Running, then Succeeded, and only then there to pull', async () => {
    const clock = manualClock();
    const { clients, id } = await registry({ profile: 'realistic', speed: 1, clock });
    const statuses = [];
    await buildImage(clients, id, 'app:v1', FILES);
    for (let second = 0; second <= 80; second += 40) {
      const { properties } = (await clients.arm('GET', `${id}/runs/ch1`, undefined, TASKS)).body;
      statuses.push([(properties as JsonObject).status, (await manifest(clients, 'app', 'v1')).status]);
      clock.advance(40);
    }
    expect(statuses).toEqual([
      ['Queued', 404],
      ['Running', 404],
      ['Succeeded', 200],
    ]);
  });

  it('fails with the words of docker when the source cannot be built, and when it was told to', async () => {
    const { clients, id } = await registry();
    const missing = await buildImage(clients, id, 'app:v1', { Dockerfile: 'FROM alpine\nCOPY poetry.lock .\n' });
    expect(missing.properties).toMatchObject({
      status: 'Failed',
      runErrorMessage: 'failed during run, err: exit status 1',
    });
    const { logLink } = (await clients.arm('POST', `${id}/runs/ch1/listLogSasUrl`, undefined, TASKS)).body;
    expect((await clients.send('GET', String(logLink))).text).toMatch(
      /COPY failed: .*stat poetry.lock: no such file or directory/,
    );

    clients.simulator.behave({ failingBuilds: { app: 1 } });
    expect((await buildImage(clients, id, 'app:v1', FILES)).properties).toMatchObject({ status: 'Failed' });
    expect((await buildImage(clients, id, 'app:v1', FILES)).properties).toMatchObject({ status: 'Succeeded' });
    const names = (await clients.arm('GET', `${id}/runs?$top=2`, undefined, TASKS)).body.value as JsonObject[];
    expect(names.map(({ name }) => name)).toEqual(['ch3', 'ch2']);
  });

  it('is refused without its source, without a registry, with a wrong body, and on subscriptions without tasks', async () => {
    const { clients, id } = await registry();
    const request = {
      type: 'DockerBuildRequest',
      sourceLocation: 'tasks-source/none.tar.gz',
      dockerFilePath: 'Dockerfile',
      platform: { os: 'Linux' },
    };
    const schedule = async (registryId: string, body: JsonObject) => {
      const { status, body: answer } = await clients.arm('POST', `${registryId}/scheduleRun`, body, TASKS);
      return [status, (answer.error as JsonObject).code];
    };
    expect(await schedule(id, request)).toEqual([400, 'InvalidSourceLocation']);
    expect(await schedule(`${id}none`, request)).toEqual([404, 'ResourceNotFound']);
    expect(await schedule(id, { ...request, unknown: true })).toEqual([400, 'InvalidRequestContent']);
    clients.simulator.addFault({
      match: { path: 'scheduleRun$' },
      fault: { kind: 'status', status: 400, code: 'TasksOperationsNotAllowed' },
    });
    expect(await schedule(id, request)).toEqual([400, 'TasksOperationsNotAllowed']);
  });

  it('takes uploads only with the address it gave, and only while that is good', async () => {
    const clock = manualClock();
    const { clients, id } = await registry({ clock });
    const { uploadUrl } = (await clients.arm('POST', `${id}/listBuildSourceUploadUrl`, undefined, TASKS)).body;
    const put = async (url: string) =>
      (await clients.send('PUT', url, { headers: { 'x-ms-blob-type': 'BlockBlob' }, body: Buffer.from('x') })).status;
    const url = String(uploadUrl);
    expect(await put(url.replace(/\?.*/, ''))).toBe(404);
    expect(await put(url.replace('tasks-source', 'other'))).toBe(403);
    expect(await put(url.replace(/sp=cw/, 'sp=r'))).toBe(403);
    expect((await clients.send('GET', url)).status).toBe(403);
    expect((await clients.send('PUT', url, { body: Buffer.from('x') })).status).toBe(400);
    expect(await put(url)).toBe(201);
    clock.advance(3601);
    expect(await put(url)).toBe(403);
  });

  it('can be cancelled', async () => {
    const { clients, id } = await registry({ profile: 'realistic', speed: 1, clock: manualClock() });
    await buildImage(clients, id, 'app:v1', FILES);
    await clients.arm('POST', `${id}/runs/ch1/cancel`, undefined, TASKS);
    expect((await clients.arm('GET', `${id}/runs/ch1`, undefined, TASKS)).body.properties).toMatchObject({
      status: 'Canceled',
    });
  });
});

describe('an image import', () => {
  it('copies a public image under the tags it is given', async () => {
    const { clients, id } = await registry();
    const body = {
      source: { registryUri: 'docker.io', sourceImage: 'library/rabbitmq:3-management' },
      targetTags: ['infra/rabbitmq:3'],
    };
    const started = await clients.arm('POST', `${id}/importImage`, body, '2025-11-01');
    expect(started.status).toBe(202);
    await clients.finish(started);
    const found = await manifest(clients, 'infra/rabbitmq', '3');
    expect(found.headers['docker-content-digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    const again = await clients.arm('POST', `${id}/importImage`, body, '2025-11-01');
    expect(again.status).toBe(409);
    const missing = { source: { resourceId: id, sourceImage: 'none:1' }, targetTags: ['x:1'] };
    expect((await clients.arm('POST', `${id}/importImage`, missing, '2025-11-01')).status).toBe(404);
  });

  it('takes its source from a git address, at a branch or commit and in a folder', async () => {
    const { clients, id } = await registry();
    const repository = await tempDirectory();
    const git = (...words: string[]) => execFileSync('git', ['-C', repository, ...words], { encoding: 'utf8' }).trim();
    const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    git('init', '--quiet', '--initial-branch', 'main');
    await writeTree(repository, { 'app/Dockerfile': FILES.Dockerfile, 'app/main.py': 'print()' });
    git('add', '.');
    git(...author, 'commit', '--quiet', '--message', 'one');
    const first = git('rev-parse', 'HEAD');
    await writeTree(repository, { 'app/main.py': 'print(2) # simulator:unhealthy' });
    git(...author, 'commit', '--quiet', '--all', '--message', 'two');
    const address = 'https://git.example.com/demo.git';
    clients.simulator.behave({ gitRepositories: { [address]: repository } });

    async function build(sourceLocation: string) {
      const request = {
        type: 'DockerBuildRequest',
        sourceLocation,
        dockerFilePath: 'Dockerfile',
        imageNames: ['crdemo.azurecr.io/demo:git'],
        isPushEnabled: true,
        platform: { os: 'Linux', architecture: 'amd64' },
      };
      const { body } = await clients.arm('POST', `${id}/scheduleRun`, request, TASKS);
      const run = (await clients.arm('GET', `${id}/runs/${String(body.name)}`, undefined, TASKS)).body;
      const { status, outputImages } = run.properties as { status: string; outputImages?: JsonObject[] };
      return { status, digest: outputImages?.[0]?.digest };
    }

    const [old, main, uploaded] = [
      await build(`${address}#${first}:app`),
      await build(`${address}#main:app`),
      await buildImage(clients, id, 'demo:tar', FILES),
    ];
    expect([old.status, main.status]).toEqual(['Succeeded', 'Succeeded']);
    expect(old.digest).not.toBe(main.digest);
    // The same files are the same image, however they came.
    expect((uploaded.properties as { outputImages: JsonObject[] }).outputImages[0]?.digest).toBe(old.digest);
    for (const wrong of [`${address}#none`, `${address}#--output=x`, 'https://git.example.com/other.git']) {
      expect(await build(wrong)).toEqual({ status: 'Failed', digest: undefined });
    }
  });
});
