import { type BlobServiceClient, RestError } from '@azure/storage-blob';
import { type BlobVersion, functionId } from './blob-version.ts';

/** The right to call the function for one version of a blob; nobody else has it until it is let go. */
export interface Claim {
  /** Calls of the function that failed before. */
  readonly tries: number;
  complete(): Promise<void>;
  /** @param tries that have failed, this one included. */
  fail(tries: number): Promise<void>;
}

export interface Receipts {
  /** `done` when the version is finished, `busy` while another instance has it. */
  claim(version: BlobVersion): Promise<Claim | 'done' | 'busy'>;
}

const CONTAINER = 'azure-webjobs-hosts';
const LEASE_IN_SECONDS = 30;
const RENEW_AFTER_IN_MS = 10_000;
const COMPLETED = 'completed';
const TRIES = 'tries';

/**
 * Receipts of blob versions that were handled, as blobs in the host's account under the host's name for them
 * (BlobReceiptManager.cs of azure-sdk-for-net). Of several instances the one that leases the receipt calls the function; if it
 * dies, the lease runs out and another takes over.
 */
export function createReceipts(blobs: BlobServiceClient, hostId: string): Receipts {
  const container = blobs.getContainerClient(CONTAINER);

  return {
    async claim({ functionName, container: of, blob, etag }) {
      const name = `blobreceipts/${hostId}/${functionId(functionName)}/${etag}/${of}/${blob}`;
      const receipt = container.getBlockBlobClient(name);
      const known = await orUndefined(receipt.getProperties(), [404]);
      if (known?.metadata?.[COMPLETED]) return 'done';
      if (!known) {
        await container.createIfNotExists();
        // Another instance may have made it, and leased it, just now.
        const conditions = { ifNoneMatch: '*' };
        await orUndefined(receipt.upload('', 0, { conditions }), [409, 412]);
      }
      const lease = receipt.getBlobLeaseClient();
      const acquired = await orUndefined(lease.acquireLease(LEASE_IN_SECONDS), [404, 409]);
      if (!acquired) return 'busy';
      const { metadata } = await receipt.getProperties();
      const renewal = setInterval(() => {
        // A lease that was lost shows when the receipt is written.
        lease.renewLease().catch(() => clearInterval(renewal));
      }, RENEW_AFTER_IN_MS);
      renewal.unref();
      const letGo = async (written: Record<string, string>): Promise<void> => {
        clearInterval(renewal);
        const conditions = { leaseId: lease.leaseId };
        // 404 and 412: somebody deleted the receipt, or the lease ran out and another instance goes on.
        await orUndefined(receipt.setMetadata(written, { conditions }), [404, 412]);
        await orUndefined(lease.releaseLease(), [404, 409]);
      };
      if (metadata?.[COMPLETED]) {
        await letGo(metadata);
        return 'done';
      }
      return {
        tries: Number(metadata?.[TRIES] ?? 0),
        complete: () => letGo({ [COMPLETED]: 'true' }),
        fail: (tries) => letGo({ [TRIES]: String(tries) }),
      };
    },
  };
}

/** Undefined for the statuses that are an answer here; everything else is thrown. */
export async function orUndefined<T>(request: Promise<T>, statuses: readonly number[]): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RestError && statuses.includes(error.statusCode ?? 0)) return undefined;
    throw error;
  }
}
