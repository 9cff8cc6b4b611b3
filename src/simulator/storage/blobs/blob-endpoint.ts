import { randomUUID } from 'node:crypto';
import type { HttpReply, HttpRequest } from '../../http.ts';
import { headerOf } from '../../http.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { ACCOUNT } from '../account.ts';
import { accessProblem } from './blob-access.ts';
import { blobsOf } from './blob-content.ts';
import { listBlobs } from './blob-lists.ts';
import { answerBlobOperation, dataActionOf } from './blob-operations.ts';
import { blobFailure } from './blob-reply.ts';

/** The storage account behind `NAME.blob.core.windows.net`, if there is one. */
export function blobAccount(world: World, host: string): StoredResource | undefined {
  const [, name = ''] = /^([a-z0-9]+)\.blob\.core\.windows\.net$/.exec(host) ?? [];
  return name === '' ? undefined : world.resourcesOfType(ACCOUNT).find((one) => one.name.toLowerCase() === name);
}

/** One request to the blob service of a storage account: https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api */
export function answerAccountBlobs(world: World, account: StoredResource, request: HttpRequest): HttpReply {
  const { status, headers, body } = answer(world, account, request);
  const version = headerOf(request, 'x-ms-version') ?? '2025-07-05';
  const common = {
    'x-ms-request-id': randomUUID(),
    'x-ms-version': version,
    date: new Date(world.now()).toUTCString(),
  };
  return { status, headers: { ...common, ...headers }, ...(body !== undefined && { body }) };
}

function answer(world: World, account: StoredResource, request: HttpRequest): HttpReply {
  const [, container = '', name = ''] = /^\/([^/]+)(?:\/(.+))?$/.exec(request.path) ?? [];
  if (container === '') {
    return blobFailure(400, 'UnsupportedQueryParameter', 'The simulator has no operations on the blob service itself.');
  }
  if (name === '') return answerContainer(world, account, container, request);
  const problem = accessProblem(world, account, request, { container, on: 'blobs', verb: dataActionOf(request) });
  if (problem) return problem;
  const blobs = blobsOf(world, account.id, container);
  return blobs ? answerBlobOperation(blobs, name, request) : noContainer();
}

/** https://learn.microsoft.com/rest/api/storageservices/operations-on-containers; the list of blobs counts as reading them. */
function answerContainer(world: World, account: StoredResource, container: string, request: HttpRequest): HttpReply {
  const { method, query } = request;
  const isList = method === 'GET' && query.get('comp') === 'list';
  const right = { container, on: isList ? 'blobs' : 'container', verb: dataActionOf(request) } as const;
  const problem = accessProblem(world, account, request, right);
  if (problem) return problem;
  const id = `${account.id}/blobServices/default/containers/${container}`;
  const resource = world.resource(id);
  if (method === 'PUT' && !query.has('comp')) {
    if (resource) return blobFailure(409, 'ContainerAlreadyExists', 'The specified container already exists.');
    if (!/^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/.test(container)) return blobFailure(400, 'InvalidResourceName');
    const now = new Date(world.now()).toISOString();
    const type = `${ACCOUNT}/blobServices/containers`;
    world.index.keepResource({ id, name: container, type, body: {}, extra: {}, createdAt: now, updatedAt: now });
    return {
      status: 201,
      headers: { etag: `"0x${randomUUID().slice(0, 8).toUpperCase()}"`, 'last-modified': new Date(now).toUTCString() },
    };
  }
  const blobs = blobsOf(world, account.id, container);
  if (!blobs || !resource) return noContainer();
  if (isList) return listBlobs(blobs, query);
  if (method === 'GET' || method === 'HEAD') {
    return {
      status: 200,
      headers: { 'last-modified': new Date(resource.updatedAt).toUTCString(), 'x-ms-lease-state': 'available' },
    };
  }
  return blobFailure(400, 'UnsupportedQueryParameter', 'The simulator has no such operation on containers.');
}

function noContainer(): HttpReply {
  return blobFailure(404, 'ContainerNotFound', 'The specified container does not exist.');
}
