import { setTimeout as sleep } from 'node:timers/promises';
import { createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { withTerms } from '../../outbound/terms.ts';
import { type BlobPut, uploadBlob } from '../../outbound/upload-blob.ts';
import { createTurnstile } from '../../shared/turnstile.ts';
import type { ArmConnection } from '../arm.ts';
import { lentBlobTerms } from '../client-terms.ts';
import { type AzureError, errorOfException, errorOfResponse, isOutOfReach } from '../errors.ts';

/** Pauses before the attempts after the first: what is up already is worth waiting for. */
const PAUSES_IN_MS = [250, 500, 1000, 2000, 4000];
/** A longer Retry-After is left to the durable timer of the step, which begins the upload anew. */
const LONGEST_PAUSE_IN_SECONDS = 15;
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Uploads of a process at once, each with its few blocks: memory does not grow with the number of images. */
const UPLOADS = createTurnstile({ atOnce: 6, waiting: Number.POSITIVE_INFINITY });

/**
 * Uploads to an address that a registry has lent for the sources of a build. A process that dies leaves nothing to go on with: the address
 * is a secret, which is written nowhere, and its rights are those to create and to write.
 *
 * @param lend asks for the address when the turn has come, since it is good for an hour
 * @param open gives the content, after that
 * @throws AzureError, and what reading the content throws
 */
export async function uploadToLentBlob(
  { transport, cloud }: ArmConnection,
  lend: () => Promise<string>,
  open: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<void> {
  const client = withTerms(transport, lentBlobTerms(cloud));
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/gzip' };

  async function attempt(put: BlobPut): Promise<AzureError | undefined> {
    const request = createPipelineRequest({ url: put.url, method: 'PUT', body: put.body });
    for (const [name, value] of Object.entries(put.headers)) request.headers.set(name, value);
    try {
      const response = await client.sendRequest(request);
      return response.status === 201 ? undefined : refusal(response);
    } catch (error) {
      return errorOfException(error);
    }
  }

  async function send(put: BlobPut): Promise<void> {
    for (const pauseInMs of PAUSES_IN_MS) {
      const failure = await attempt(put);
      if (!failure) return;
      const { retryAfterInSeconds = 0 } = failure;
      if (!isPassing(failure) || retryAfterInSeconds > LONGEST_PAUSE_IN_SECONDS) throw failure;
      await sleep(Math.max(pauseInMs, retryAfterInSeconds * 1000));
    }
    const last = await attempt(put);
    if (last) throw last;
  }

  await UPLOADS.pass(
    async () => {
      const address = await lend();
      await uploadBlob(await open(), async () => address, headers, send);
    },
    () => new Error('the queue of uploads has no end'),
  );
}

function isPassing(failure: AzureError): boolean {
  return isOutOfReach(failure) || PASSING_STATUS.has(failure.statusCode ?? 0);
}

/** Storage says its code in a header, and its message in XML. https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2 */
function refusal({ status, headers, bodyAsText }: PipelineResponse): AzureError {
  const code = headers.get('x-ms-error-code');
  const [, message = code] = /<Message>([^<]*)</.exec(bodyAsText ?? '') ?? [];
  return errorOfResponse(status, headers.toJSON(), code === undefined ? bodyAsText : { code, message });
}
