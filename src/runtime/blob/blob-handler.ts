import type { Logger } from '../../shared/logger.ts';
import type { Invocation } from '../invocation.ts';
import { blobInvocation } from './blob-invocation.ts';
import type { BlobVersion } from './blob-version.ts';
import type { StorageConnection } from './connection.ts';
import type { PathPattern } from './path-pattern.ts';
import { sendToPoisonQueue } from './poison-queue.ts';
import { type Claim, orUndefined, type Receipts } from './receipts.ts';

export interface BlobHandlerOptions {
  readonly storage: StorageConnection;
  readonly receipts: Receipts;
  /** Calls the function, with its time limit. */
  readonly call: (name: string, invocation: Pick<Invocation, 'trigger' | 'triggerMetadata'>) => Promise<unknown>;
  readonly logger: Logger;
}

/** maxDequeueCount of the Functions host's queues. */
const MAX_TRIES = 5;

/**
 * Calls the function for one version of a blob, unless another instance does or it was done before. After five failed calls
 * the version goes to the poison queue.
 * @returns whether the version is finished.
 */
export async function handleBlob(
  version: BlobVersion,
  pattern: PathPattern,
  options: BlobHandlerOptions,
): Promise<boolean> {
  const claim = await options.receipts.claim(version);
  if (claim === 'busy') return false;
  return claim === 'done' || (await settle(version, claim, pattern, options));
}

async function settle(
  version: BlobVersion,
  claim: Claim,
  pattern: PathPattern,
  options: BlobHandlerOptions,
): Promise<boolean> {
  const { functionName, container, blob } = version;
  let { tries } = claim;
  try {
    // All tries were used, and only the message for the queue is missing.
    if (tries < MAX_TRIES) {
      tries += 1;
      await callFor(version, pattern, options);
      await claim.complete();
      return true;
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    options.logger.log('warning', `${functionName} failed for ${blob}, try ${tries} of ${MAX_TRIES}: ${message}`);
    if (tries < MAX_TRIES) {
      await claim.fail(tries);
      return false;
    }
  }
  try {
    options.logger.log('error', `${functionName} gives up on ${container}/${blob}`);
    if (options.storage.queues) await sendToPoisonQueue(options.storage.queues, version);
    await claim.complete();
    return true;
  } catch (error) {
    await claim.fail(tries);
    throw error;
  }
}

async function callFor(
  { functionName, container, blob, etag }: BlobVersion,
  pattern: PathPattern,
  { storage, call }: BlobHandlerOptions,
): Promise<void> {
  const client = storage.blobs.getContainerClient(container).getBlockBlobClient(blob);
  // 404 and 412: deleted, or replaced by a version of its own.
  const download = await orUndefined(client.download(0, undefined, { conditions: { ifMatch: etag } }), [404, 412]);
  if (!download?.readableStreamBody) return;
  const chunks: Buffer[] = [];
  for await (const chunk of download.readableStreamBody) chunks.push(Buffer.from(chunk));
  await call(functionName, blobInvocation(client, Buffer.concat(chunks), download, pattern.match(blob) ?? {}));
}
