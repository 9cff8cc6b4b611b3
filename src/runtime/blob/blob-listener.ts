import { setTimeout as sleepFor } from 'node:timers/promises';
import type { BlobItem } from '@azure/storage-blob';
import type { Logger } from '../../shared/logger.ts';
import type { Invocation } from '../invocation.ts';
import { blobInvocation } from './blob-invocation.ts';
import type { BlobTrigger } from './blob-trigger.ts';
import type { StorageConnection } from './connection.ts';
import { sendToPoisonQueue } from './poison-queue.ts';
import { type BlobVersion, orUndefined, type Receipts } from './receipts.ts';

export interface BlobListenerOptions {
  readonly storage: StorageConnection;
  readonly receipts: Receipts;
  /** Calls the function, with its time limit. */
  readonly call: (name: string, invocation: Pick<Invocation, 'trigger' | 'triggerMetadata'>) => Promise<unknown>;
  readonly pollingIntervalInMs: number;
  readonly logger: Logger;
}

/** maxDequeueCount of the Functions host's queues. */
const MAX_TRIES = 5;
const CONCURRENT_BLOBS = 8;

/**
 * Scans the trigger's container until the signal is aborted, and calls the function once for every version of every blob that
 * matches, at least once if an instance dies. A version whose calls fail is tried again with the next scans, five times in
 * all, and then goes to the poison queue. Blobs under way are finished after the abort.
 */
export async function listenToBlobs(
  trigger: BlobTrigger,
  options: BlobListenerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { functionName, pattern } = trigger;
  const container = options.storage.blobs.getContainerClient(pattern.container);
  /** The version of each blob that needs no look any more; saves a request per blob and scan. */
  let done = new Map<string, string>();
  /** So that the same trouble is not told with every scan. */
  let told = '';

  async function scan(): Promise<void> {
    const found = new Map<string, string>();
    const waiting: BlobItem[] = [];
    for await (const item of container.listBlobsFlat({ prefix: pattern.prefix, abortSignal: signal })) {
      if (!pattern.match(item.name)) continue;
      const etag = quoted(item.properties.etag);
      if (done.get(item.name) === etag) found.set(item.name, etag);
      else waiting.push(item);
    }
    done = found;
    const next = async (): Promise<void> => {
      for (let item = waiting.shift(); item && !signal.aborted; item = waiting.shift()) await handle(item);
    };
    // All are waited for before a failure is told, so that two scans never overlap.
    const ended = await Promise.allSettled(Array.from({ length: CONCURRENT_BLOBS }, next));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }

  async function handle({ name, properties }: BlobItem): Promise<void> {
    const version = { functionName, container: pattern.container, blob: name, etag: quoted(properties.etag) };
    const claim = await options.receipts.claim(version);
    if (claim === 'busy') return;
    if (claim !== 'done') {
      const tries = claim.tries + 1;
      try {
        await callFor(version);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        options.logger.log('warning', `${functionName} failed for ${name}, try ${tries} of ${MAX_TRIES}: ${message}`);
        if (tries < MAX_TRIES) return await claim.fail(tries);
        await sendToPoisonQueue(options.storage.queues, version);
      }
      await claim.complete();
    }
    done.set(name, version.etag);
  }

  async function callFor({ blob, etag }: BlobVersion): Promise<void> {
    const client = container.getBlockBlobClient(blob);
    // 404 and 412: deleted, or replaced by a version of its own.
    const download = await orUndefined(client.download(0, undefined, { conditions: { ifMatch: etag } }), [404, 412]);
    if (!download?.readableStreamBody) return;
    const chunks: Buffer[] = [];
    for await (const chunk of download.readableStreamBody) chunks.push(Buffer.from(chunk));
    const parameters = pattern.match(blob) ?? {};
    await options.call(functionName, blobInvocation(client, Buffer.concat(chunks), download, parameters));
  }

  while (!signal.aborted) {
    try {
      await scan();
      told = '';
    } catch (error) {
      const message = (error as Error).message;
      if (!signal.aborted && message !== told) {
        options.logger.log('warning', `the blob trigger ${functionName} cannot scan ${pattern.container}: ${message}`);
      }
      told = message;
    }
    await sleepFor(options.pollingIntervalInMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Lists leave out the quotes that the other calls want. */
function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
