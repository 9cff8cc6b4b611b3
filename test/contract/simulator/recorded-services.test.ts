import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../src/shared/json.ts';
import { type Answer, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { recordedExchange } from '../../helpers/recorded/exchange.ts';
import { appBody, buildImage, container, createSurroundings, tarball } from '../../helpers/simulated-application.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';

const TASKS = '2019-06-01-preview';
const FILES = { Dockerfile: 'FROM alpine\nCOPY main.py /\nEXPOSE 8080\n', 'main.py': 'print()' };

describe('recorded exchanges of registry and container apps', () => {
  /** Status, the headers a client can rely on, and every member of the body with its kind. */
  function expectAlike(answer: Answer, name: string, ignored: readonly string[] = []): void {
    const { status, headers, body } = recordedExchange(name).response;
    expect([name, answer.status]).toEqual([name, status]);
    const needed = Object.keys(headers).filter((header) => !UNIMPORTANT.test(header));
    expect(Object.keys(answer.headers)).toEqual(expect.arrayContaining(needed));
    const actual = isJsonObject(body) ? shape(answer.body) : [];
    const missing = (isJsonObject(body) ? shape(body) : []).filter(
      (line) => !ignored.some((path) => line.startsWith(path)),
    );
    expect(actual).toEqual(expect.arrayContaining(missing));
  }

  it('are answered alike by the registry and its storage', async () => {
    const clock = manualClock();
    const clients = await simulatedClients({ profile: 'realistic', speed: 1, clock });
    const { registry } = await createSurroundings(clients);
    const { arm, send } = clients;
    const upload = await arm('POST', `${registry}/listBuildSourceUploadUrl`, undefined, TASKS);
    expectAlike(upload, 'acr.listBuildSourceUploadUrl');
    const { uploadUrl, relativePath } = upload.body as { uploadUrl: string; relativePath: string };
    const recordedUrl = new URL(
      String((recordedExchange('acr.listBuildSourceUploadUrl').response.body as JsonObject).uploadUrl),
    );
    expect([...new URL(uploadUrl).searchParams.keys()]).toEqual([...recordedUrl.searchParams.keys()]);
    expect(relativePath).toBe(
      `tasks-source/${relativePath.slice(13, 21)}0000/${upload.headers['x-ms-correlation-request-id']}.tar.gz`,
    );

    const put = await send('PUT', uploadUrl, {
      headers: { 'x-ms-blob-type': 'BlockBlob' },
      body: await tarball(FILES),
    });
    expectAlike(put, 'acr.blobPut');
    const request = {
      ...(recordedExchange('acr.scheduleRun').request.body as JsonObject),
      sourceLocation: relativePath,
    };
    const scheduled = await arm(
      'POST',
      `${registry}/scheduleRun`,
      { ...request, imageNames: ['crdemo.azurecr.io/foo/bar:latest'] },
      TASKS,
    );
    expectAlike(scheduled, 'acr.scheduleRun');
    const sas = await arm('POST', `${registry}/runs/ch1/listLogSasUrl`, undefined, TASKS);
    expectAlike(sas, 'acr.listLogSasUrl');
    const logLink = String(sas.body.logLink);
    expectAlike(await send('HEAD', logLink), 'acr.log.notYet');
    clock.advance(120);
    const complete = await send('HEAD', logLink);
    expectAlike(complete, 'acr.log.complete');
    expect(complete.headers).toMatchObject({ 'x-ms-blob-type': 'AppendBlob', 'x-ms-meta-complete': 'successful' });
    expectAlike(await arm('GET', `${registry}/runs/ch1`, undefined, TASKS), 'acr.run.get');
  });

  it('are answered alike by a container app that is patched with its own GET', async () => {
    const clients = await simulatedClients();
    const around = await createSurroundings(clients);
    await buildImage(clients, around.registry, 'app:v1', FILES);
    const path = 'providers/Microsoft.App/containerApps/api';
    const suffix = {
      revisionSuffix: 'azd-1',
      containers: [container('crdemo.azurecr.io/app:v1', { probes: undefined as never })],
    };
    const app = await clients.create(path, appBody(around, { template: suffix }), '2025-01-01');
    const patched = await clients.arm('PATCH', path, { ...app, tags: { edited: 'yes' } }, '2025-01-01');
    expectAlike(patched, 'containerApp.patch');
    expect(patched.text).toBe('');
    const { token } = await clients.credential.getToken('https://management.azure.com/.default');
    const status = await clients.send('GET', String(patched.headers['azure-asyncoperation']), { token });
    expectAlike(status, 'containerApp.operationStatus');
    expect(new URL(String(patched.headers['azure-asyncoperation'])).pathname).toMatch(
      /\/containerappOperationStatuses\/[^/]+$/,
    );
    expect(new URL(String(patched.headers.location)).pathname).toMatch(/\/containerappOperationResults\/[^/]+$/);
    const answer = await clients.arm('GET', path, undefined, '2025-01-01');
    expectAlike(answer, 'containerApp.get', ['properties.x-note', 'tags', 'identity.userAssignedIdentities./']);
    expect(answer.body.tags).toEqual({ edited: 'yes' });
  });
});

/** Headers of Azure's own operation that no client of ours reads. */
const UNIMPORTANT = /^(x-ms-ratelimit-|x-ms-routing-request-id|api-supported-versions)/;

/** `path: kind` of every member; arrays by their first element. */
function shape(value: Json, path = ''): string[] {
  if (Array.isArray(value)) return [`${path}: array`, ...(value[0] === undefined ? [] : shape(value[0], `${path}[0]`))];
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([key, member]) => shape(member, path === '' ? key : `${path}.${key}`));
  }
  return [`${path}: ${value === null ? 'null' : typeof value}`];
}
