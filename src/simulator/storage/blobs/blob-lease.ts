import { randomUUID } from 'node:crypto';
import { type HttpReply, type HttpRequest, headerOf } from '../../http.ts';
import type { World } from '../../world.ts';
import { heldLease } from './blob-conditions.ts';
import type { BlobRecord } from './blob-record.ts';
import { blobFailure } from './blob-reply.ts';

/** `x-ms-lease-duration` of one that does not end. */
const FOREVER = -1;
const NEVER = '9999-12-31T23:59:59.999Z';

/** https://learn.microsoft.com/rest/api/storageservices/lease-blob: acquire, renew, change, release and break. */
export function answerLease(world: World, record: BlobRecord, request: HttpRequest): HttpReply {
  const given = headerOf(request, 'x-ms-lease-id')?.toLowerCase();
  const held = heldLease(world, record);
  const until = (seconds: number): string =>
    seconds === FOREVER ? NEVER : new Date(world.now() + seconds * 1000).toISOString();
  switch (headerOf(request, 'x-ms-lease-action')) {
    case 'acquire': {
      const id = (headerOf(request, 'x-ms-proposed-lease-id') ?? randomUUID()).toLowerCase();
      const seconds = Number(headerOf(request, 'x-ms-lease-duration'));
      if (seconds !== FOREVER && !(seconds >= 15 && seconds <= 60)) return blobFailure(400, 'InvalidHeaderValue');
      if (held && held.id !== id) {
        return blobFailure(409, 'LeaseAlreadyPresent', 'There is already a lease present.');
      }
      record.lease = { id, seconds, until: until(seconds) };
      return leased(201, record, id);
    }
    case 'renew':
      if (!record.lease || record.lease.id !== given) return mismatch();
      record.lease.until = until(record.lease.seconds);
      return leased(200, record, record.lease.id);
    case 'change': {
      const id = headerOf(request, 'x-ms-proposed-lease-id')?.toLowerCase();
      if (!held || held.id !== given || id === undefined) return mismatch();
      record.lease = { ...held, id };
      return leased(200, record, id);
    }
    case 'release':
      if (!record.lease || record.lease.id !== given) return mismatch();
      delete record.lease;
      return leased(200, record);
    case 'break':
      if (!held)
        return blobFailure(409, 'LeaseNotPresentWithLeaseOperation', 'There is currently no lease on the blob.');
      delete record.lease;
      return { ...leased(202, record), headers: { ...leased(202, record).headers, 'x-ms-lease-time': '0' } };
    default:
      return blobFailure(400, 'MissingRequiredHeader', 'x-ms-lease-action is needed.');
  }
}

function leased(status: number, { etag, updatedAt }: BlobRecord, id?: string): HttpReply {
  const headers = { etag, 'last-modified': new Date(updatedAt).toUTCString() };
  return { status, headers: id === undefined ? headers : { ...headers, 'x-ms-lease-id': id } };
}

function mismatch(): HttpReply {
  return blobFailure(
    409,
    'LeaseIdMismatchWithLeaseOperation',
    'The lease ID specified did not match the lease ID for the blob.',
  );
}
