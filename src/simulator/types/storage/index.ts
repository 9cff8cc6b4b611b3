import type { ResourceType } from '../../arm/resource-type.ts';
import { storageAccount } from './account.ts';
import { blobContainer } from './blob-container.ts';
import { fileShare } from './file-share.ts';
import { managementPolicy } from './management-policy.ts';
import { storageQueue } from './queue.ts';
import { blobService, fileService, queueService } from './service.ts';

/** `Microsoft.Storage`: accounts with what is in them; messages and files are not simulated. */
export const STORAGE_TYPES: readonly ResourceType[] = [
  storageAccount,
  blobService,
  blobContainer,
  queueService,
  storageQueue,
  fileService,
  fileShare,
  managementPolicy,
];
