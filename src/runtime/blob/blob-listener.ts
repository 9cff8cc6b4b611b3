import { setTimeout as sleepFor } from 'node:timers/promises';
import { type BlobItem, RestError } from '@azure/storage-blob';
import { type BlobHandlerOptions, handleBlob } from './blob-handler.ts';
import type { BlobTrigger } from './blob-trigger.ts';

export interface BlobListenerOptions extends BlobHandlerOptions {
  readonly pollingIntervalInMs: number;
}

const CONCURRENT_BLOBS = 8;

/**
 * Scans the trigger's container until the signal is aborted, and calls the function once for every version of every blob that
 * matches, at least once if an instance dies. A version whose calls fail is tried again with the next scans. Blobs under way
 * are finished after the abort.
 */
export async function listenToBlobs(
  trigger: BlobTrigger,
  options: BlobListenerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { functionName, pattern } = trigger;
  const container = options.storage.blobs.getContainerClient(pattern.container);
  /** The finished version of each blob; saves a request per blob and scan. */
  let done = new Map<string, string>();
  /** So that the same failure is not logged with every scan. */
  let logged = '';

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
    // All calls are awaited before a failure is thrown, so that two scans never overlap.
    const ended = await Promise.allSettled(Array.from({ length: CONCURRENT_BLOBS }, next));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }

  async function handle({ name, properties }: BlobItem): Promise<void> {
    const etag = quoted(properties.etag);
    const version = { functionName, container: pattern.container, blob: name, etag };
    if (await handleBlob(version, pattern, options)) done.set(name, etag);
  }

  while (!signal.aborted) {
    try {
      await scan();
      logged = '';
    } catch (error) {
      const trouble = troubleOf(error);
      // The container may not exist before the first upload.
      const level = error instanceof RestError && error.code === 'ContainerNotFound' ? 'debug' : 'warning';
      if (!signal.aborted && trouble !== logged) {
        options.logger.log(level, `the blob trigger ${functionName} cannot scan ${pattern.container}: ${trouble}`);
      }
      logged = trouble;
    }
    // Rejects when it is aborted, which the loop looks at.
    await sleepFor(options.pollingIntervalInMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The service adds the number and time of the request in further lines. */
function troubleOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** Lists leave out the quotes that the other calls want. */
function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
