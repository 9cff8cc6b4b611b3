import type { Readable } from 'node:stream';
import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  type SASQueryParameters,
} from '@azure/storage-blob';
import { UserError } from '../../shared/errors.ts';
import type { SourceStore } from '../ports.ts';
import { type Container, isAbsent } from './container.ts';
import type { BlobNames } from './names.ts';

const UPLOAD_IN_MS = 15 * 60 * 1000;
/** Clocks of laptops and of Azure differ by minutes. */
const CLOCK_SKEW_IN_MS = 5 * 60 * 1000;

/** Archives as blobs. Clients upload them themselves: no large body passes through a function. */
export function openBlobSources(container: Container, names: BlobNames): SourceStore {
  return {
    has: (sha256) => container.exists(names.source(sha256)),

    async uploadAddress(sha256) {
      const name = names.source(sha256);
      // Whoever uploads may write this blob only, and cannot create the container.
      await container.prepare();
      const expiresOn = new Date(container.now().getTime() + UPLOAD_IN_MS);
      const url = await signedUrl(container, name, expiresOn);
      const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/gzip' };
      return { url, headers, expiresAt: expiresOn.toISOString() };
    },

    async open(sha256) {
      try {
        const answer = await container.ask(() => container.client.getBlobClient(names.source(sha256)).download());
        return answer.readableStreamBody as Readable;
      } catch (error) {
        if (!isAbsent(error)) throw error;
        throw new UserError(`The source archive ${sha256} is not in ${container.location}.`, {
          code: 'source_unknown',
          hint: 'Upload it again: POST /api/sources answers where.',
        });
      }
    },
  };
}

/** Good for creating and replacing this one blob; signed with the account's key, or with one that the identity may ask for. */
async function signedUrl({ client, service, now }: Container, name: string, expiresOn: Date): Promise<string> {
  const blob = client.getBlockBlobClient(name);
  const permissions = BlobSASPermissions.parse('cw');
  const startsOn = new Date(now().getTime() - CLOCK_SKEW_IN_MS);
  if (service.credential && 'accountName' in service.credential) {
    return await blob.generateSasUrl({ permissions, startsOn, expiresOn });
  }
  const key = await service.getUserDelegationKey(startsOn, expiresOn);
  const signature: SASQueryParameters = generateBlobSASQueryParameters(
    {
      containerName: client.containerName,
      blobName: name,
      permissions,
      startsOn,
      expiresOn,
      protocol: SASProtocol.Https,
    },
    key,
    service.accountName,
  );
  return `${blob.url}?${signature}`;
}
