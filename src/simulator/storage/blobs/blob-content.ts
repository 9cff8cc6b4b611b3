import { randomBytes, randomUUID } from 'node:crypto';
import type { World } from '../../world.ts';
import type { BlobRecord } from './blob-record.ts';

/** The blobs of one container, which is there. */
export interface ContainerBlobs {
  readonly world: World;
  readonly accountId: string;
  readonly account: string;
  readonly container: string;
  readonly records: Record<string, BlobRecord>;
}

/** Undefined without such a container. */
export function blobsOf(world: World, accountId: string, container: string): ContainerBlobs | undefined {
  const account = world.resource(accountId);
  const resource = world.resource(`${accountId}/blobServices/default/containers/${container}`);
  if (!account || !resource) return undefined;
  const key = resource.id.toLowerCase();
  world.state.accountBlobs[key] ??= {};
  return { world, accountId: account.id, account: account.name, container, records: world.state.accountBlobs[key] };
}

/** Committed; what has blocks alone is not there yet. */
export function findBlob({ records }: ContainerBlobs, name: string): BlobRecord | undefined {
  const found = Object.hasOwn(records, name) ? records[name] : undefined;
  return found?.uncommitted ? undefined : found;
}

export function contentOf({ world }: Pick<ContainerBlobs, 'world'>, { content }: Pick<BlobRecord, 'content'>): Buffer {
  const found = world.store.data.get(content);
  if (!found) throw new Error(`the content ${content} is not among the simulator's data`);
  return found;
}

/** Keeps bytes under a new key. */
export function keepContent({ world, account }: Pick<ContainerBlobs, 'world' | 'account'>, bytes: Buffer): string {
  const key = `${account}/${randomUUID()}`;
  world.store.data.put(key, bytes);
  return key;
}

export function dropContent({ world }: Pick<ContainerBlobs, 'world'>, content: string): void {
  world.store.data.drop(content);
}

/** Gives a blob its content, new or in place of another's. */
export function writeBlob(
  blobs: ContainerBlobs,
  name: string,
  bytes: Buffer,
  { type, contentType, metadata }: Pick<BlobRecord, 'type' | 'contentType' | 'metadata'>,
): BlobRecord {
  const before = blobs.records[name];
  // What nobody committed by then goes, too.
  for (const key of Object.values(before?.pending ?? {})) dropContent(blobs, key);
  if (before && !before.uncommitted) dropContent(blobs, before.content);
  const now = new Date(blobs.world.now()).toISOString();
  const record: BlobRecord = {
    type,
    contentType,
    metadata,
    etag: newEtag(),
    length: bytes.length,
    content: keepContent(blobs, bytes),
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
    blocks: 0,
    ...(before?.lease && { lease: before.lease }),
  };
  blobs.records[name] = record;
  return record;
}

/** Never given out twice. */
export function newEtag(): string {
  return `"0x${randomBytes(8).toString('hex').toUpperCase()}"`;
}

/** Of a container that goes. */
export function dropContainer(world: World, id: string): void {
  const key = id.toLowerCase();
  for (const { content, pending = {} } of Object.values(world.state.accountBlobs[key] ?? {})) {
    for (const one of [content, ...Object.values(pending)]) if (one !== '') world.store.data.drop(one);
  }
  delete world.state.accountBlobs[key];
}
