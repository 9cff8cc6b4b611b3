import { randomUUID } from 'node:crypto';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { storageTransport } from '../outbound/storage-transport.ts';
import { withTerms } from '../outbound/terms.ts';
import { isJsonObject, type Json, type JsonObject, scalarText } from '../shared/json.ts';
import type { ArmConnection } from './arm.ts';
import type { SendArm } from './arm-request.ts';
import { lentBlobTerms, registryTerms } from './client-terms.ts';
import { AzureError, errorOfException, errorOfResponse } from './errors.ts';
import { MANIFEST_TYPES } from './images/foreign-images.ts';
import { uploadToLentBlob } from './images/lent-blob.ts';
import { registryPullToken, registryRefreshToken } from './images/registry-token.ts';
import type { Arm, BuildRun, ImageRegistry } from './ports.ts';
import { runRequest } from './run-request.ts';

/** The tasks part of the API; @azure/arm-containerregistry 12 no longer has it. */
const TASKS_VERSION = '2019-06-01-preview';
const RECENT_BUILDS = 50;
const LOG_CHUNK_IN_BYTES = 256 * 1024;

/** Quick builds of one registry, and the digests of what it holds. */
export function createImageRegistry(
  connection: ArmConnection,
  arm: Arm & { readonly send: SendArm },
  registryId: string,
  loginServer: string,
): ImageRegistry {
  return {
    async uploadSource(open) {
      let sourceLocation = '';
      const lend = async (): Promise<string> => {
        const { uploadUrl, relativePath } = await lendUpload(arm, registryId);
        sourceLocation = relativePath;
        return uploadUrl;
      };
      await uploadToLentBlob(connection, lend, open);
      return { sourceLocation };
    },

    async scheduleBuild(request) {
      const body = runRequest(loginServer, request);
      const reply = await arm.post(`${registryId}/scheduleRun`, TASKS_VERSION, body, { repeatable: false });
      return buildRun(reply.kind === 'done' ? reply.body : null);
    },

    async build(runId) {
      const run = await arm.get(`${registryId}/runs/${runId}`, TASKS_VERSION);
      if (!run)
        throw new AzureError({
          code: 'RunNotFound',
          message: `the registry does not know the build ${runId}`,
          statusCode: 404,
        });
      return buildRun(run);
    },

    async recentBuilds() {
      // The first page only: `$top` is the length of a page, and an old registry has thousands of runs.
      const query = { $top: String(RECENT_BUILDS) };
      const { body } = await arm.send('GET', `${registryId}/runs`, { apiVersion: TASKS_VERSION, query });
      const { value } = bodyOf(body);
      return (Array.isArray(value) ? value : [])
        .map(buildRun)
        .toSorted((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
    },

    async buildLog(runId, offset) {
      const reply = await arm.post(`${registryId}/runs/${runId}/listLogSasUrl`, TASKS_VERSION);
      const { logLink } = bodyOf(reply.kind === 'done' ? reply.body : null);
      if (typeof logLink !== 'string') return { text: '', nextOffset: offset, complete: false };
      return await readLog(connection, logLink, offset);
    },

    signInToken: () => registryRefreshToken(connection, loginServer),

    digestOf: (repository, tag) => readDigest(connection, loginServer, repository, tag),
  };
}

async function lendUpload(arm: Arm, registryId: string): Promise<{ uploadUrl: string; relativePath: string }> {
  // The registry makes the path of the upload from this id: two uploads with the same id would overwrite each other.
  const headers = { 'x-ms-correlation-request-id': randomUUID() };
  const reply = await arm.post(`${registryId}/listBuildSourceUploadUrl`, TASKS_VERSION, undefined, { headers });
  const { uploadUrl, relativePath } = bodyOf(reply.kind === 'done' ? reply.body : null);
  if (typeof uploadUrl === 'string' && typeof relativePath === 'string') return { uploadUrl, relativePath };
  throw new AzureError({ code: 'UnexpectedAnswer', message: 'the registry gave no address to upload sources to' });
}

/** The log is an append blob that appears after some seconds; its metadata marks the end. */
async function readLog(
  connection: ArmConnection,
  logLink: string,
  offset: number,
): Promise<{ text: string; nextOffset: number; complete: boolean }> {
  const { AnonymousCredential, BlobClient } = await import('@azure/storage-blob');
  const blob = new BlobClient(logLink, new AnonymousCredential(), lentBlobs(connection));
  try {
    const { contentLength = 0, metadata = {} } = await blob.getProperties();
    const complete = metadata.complete !== undefined;
    const count = Math.min(contentLength - offset, LOG_CHUNK_IN_BYTES);
    if (count <= 0) return { text: '', nextOffset: offset, complete };
    const bytes = await blob.downloadToBuffer(offset, count).catch(cutShort);
    // A line that is cut in the middle is left for the next call.
    const end = complete && offset + count >= contentLength ? count : bytes.lastIndexOf(0x0a) + 1;
    return {
      text: bytes.subarray(0, end).toString('utf8'),
      nextOffset: offset + end,
      complete: complete && offset + end >= contentLength,
    };
  } catch (error) {
    const known = errorOfException(error);
    if (known.statusCode === 404) return { text: '', nextOffset: offset, complete: false };
    throw known;
  }
}

function lentBlobs({ transport, cloud }: ArmConnection) {
  return { httpClient: storageTransport(withTerms(transport, lentBlobTerms(cloud))) };
}

/** For a body that ends early, or never, the library throws plain errors without a code. */
function cutShort(error: unknown): never {
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message: string };
  if (statusCode !== undefined || code !== undefined) throw error;
  throw new AzureError({ code: 'ConnectionFailed', message: `the log of the build was cut short: ${message}` });
}

async function readDigest(
  connection: ArmConnection,
  loginServer: string,
  repository: string,
  tag: string,
): Promise<string | undefined> {
  const transport = withTerms(connection.transport, registryTerms(connection.cloud));
  const accessToken = await registryPullToken(connection, loginServer, repository);
  const request = createPipelineRequest({
    url: `https://${loginServer}/v2/${repository}/manifests/${tag}`,
    method: 'GET',
  });
  request.headers.set('authorization', `Bearer ${accessToken}`);
  request.headers.set('accept', MANIFEST_TYPES);
  const response = await transport.sendRequest(request).catch((error: unknown) => {
    throw errorOfException(error);
  });
  if (response.status === 404) return undefined;
  if (response.status !== 200) throw errorOfResponse(response.status, response.headers.toJSON(), response.bodyAsText);
  return response.headers.get('docker-content-digest');
}

function buildRun(body: Json): BuildRun {
  const { properties, name } = bodyOf(body);
  const run = isJsonObject(properties) ? properties : {};
  const images = Array.isArray(run.outputImages) ? run.outputImages.filter(isJsonObject) : [];
  const digest = images[0]?.digest;
  const message = run.runErrorMessage;
  return {
    runId: scalarText(run.runId ?? name),
    status: scalarText(run.status, 'Unknown'),
    images: images.map((image) => `${scalarText(image.repository)}:${scalarText(image.tag)}`),
    ...(typeof digest === 'string' && { digest }),
    ...(typeof message === 'string' && { errorMessage: message }),
    ...(typeof run.createTime === 'string' && { createdAt: run.createTime }),
  };
}

function bodyOf(body: Json): JsonObject {
  return isJsonObject(body) ? body : {};
}
