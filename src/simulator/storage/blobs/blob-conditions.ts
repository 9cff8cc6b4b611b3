import type { HttpReply, HttpRequest } from '../../http.ts';
import { headerOf } from '../../http.ts';
import type { World } from '../../world.ts';
import type { BlobRecord } from './blob-record.ts';
import { blobFailure } from './blob-reply.ts';

/**
 * Why a request does not meet its conditions
 * (https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations).
 *
 * @param creates the request makes the blob, or replaces it
 */
export function conditionProblem(
  request: HttpRequest,
  found: BlobRecord | undefined,
  creates: boolean,
): HttpReply | undefined {
  const none = headerOf(request, 'if-none-match');
  const match = headerOf(request, 'if-match');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (none === '*' && found && creates)
    return blobFailure(409, 'BlobAlreadyExists', 'The specified blob already exists.');
  if (none !== undefined && found?.etag === none) {
    return isRead ? { status: 304, headers: { etag: found.etag, 'x-ms-error-code': 'ConditionNotMet' } } : notMet();
  }
  return match !== undefined && match !== '*' && match !== found?.etag ? notMet() : undefined;
}

function notMet(): HttpReply {
  return blobFailure(412, 'ConditionNotMet', 'The condition specified using HTTP conditional header(s) is not met.');
}

/** https://learn.microsoft.com/rest/api/storageservices/lease-blob#outcomes-of-use-attempts-on-blobs-by-lease-state */
export function leaseProblem(world: World, request: HttpRequest, found: BlobRecord | undefined): HttpReply | undefined {
  const given = headerOf(request, 'x-ms-lease-id');
  const held = heldLease(world, found);
  if (!held) {
    return given === undefined
      ? undefined
      : blobFailure(412, 'LeaseNotPresentWithBlobOperation', 'There is currently no lease on the blob.');
  }
  if (given === undefined) {
    return blobFailure(
      412,
      'LeaseIdMissing',
      'There is currently a lease on the blob and no lease ID was specified in the request.',
    );
  }
  return given.toLowerCase() === held.id
    ? undefined
    : blobFailure(
        412,
        'LeaseIdMismatchWithBlobOperation',
        'The lease ID specified did not match the lease ID for the blob.',
      );
}

/** The lease that is in force. */
export function heldLease(world: World, found: BlobRecord | undefined): BlobRecord['lease'] {
  return found?.lease && Date.parse(found.lease.until) > world.now() ? found.lease : undefined;
}
