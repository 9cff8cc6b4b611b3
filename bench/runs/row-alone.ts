import { BlobServiceClient } from '@azure/storage-blob';
import type { StorageTrip } from '../counting-proxy.ts';
import { median } from '../figure.ts';

const ROUNDS = 15;
const CONTAINER = 'alone';

/** Milliseconds of as many reads, lists and writes in the same order, with nothing between them. Median of several. */
export async function rowAlone(connectionString: string, row: readonly StorageTrip[]): Promise<number> {
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(CONTAINER);
  await container.createIfNotExists();
  const blob = container.getBlockBlobClient('one');
  const write = (): Promise<unknown> => blob.upload('{}', 2);
  const ask: Record<StorageTrip['kind'], () => Promise<unknown>> = {
    write,
    read: () => blob.downloadToBuffer(),
    list: () => container.listBlobsFlat().byPage({ maxPageSize: 1 }).next(),
    other: () => blob.getProperties(),
    free: () => blob.getProperties(),
  };
  await write();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    for (const { kind } of row) await ask[kind]();
    times.push(performance.now() - began);
  }
  return median(times);
}
