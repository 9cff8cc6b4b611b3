/** What is known of a block blob's blocks. */
export interface BlockState {
  /** Blocks that were put and not committed yet: id → key of the content. */
  pending?: Record<string, string>;
  /** When the last of them was put; ISO 8601. */
  pendingAt?: string;
  /** Those that it was made of, in order, with their lengths in bytes; absent for what was put whole. */
  committed?: readonly { readonly id: string; readonly length: number }[];
}

/** A blob of a storage account; its content is in the store of data. */
export interface BlobRecord extends BlockState {
  type: 'BlockBlob' | 'AppendBlob';
  etag: string;
  length: number;
  /** Under which the store of data keeps the content. */
  content: string;
  contentType: string;
  metadata: Record<string, string>;
  /** ISO 8601 */
  readonly createdAt: string;
  updatedAt: string;
  /** Of an append blob. */
  blocks: number;
  lease?: { readonly id: string; readonly seconds: number; until: string };
  /** It was never committed: only its blocks are there. */
  uncommitted?: true;
}

/** What Event Grid is told: https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage */
export interface BlobCreated {
  readonly accountId: string;
  readonly container: string;
  readonly blob: string;
  /** The operation that made it. */
  readonly api: 'PutBlob' | 'PutBlockList';
  readonly url: string;
  readonly etag: string;
  readonly type: BlobRecord['type'];
  readonly contentType: string;
  readonly length: number;
  /** ISO 8601 */
  readonly at: string;
}
