import type { JsonObject } from '../../../shared/json.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { ACCOUNT, API_VERSIONS, accountAbove } from '../../storage/account.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';

/** What every child of an account has in common. */
export const child = {
  apiVersions: API_VERSIONS,
  listed: false,
  withoutLocation: true,
  withoutProvisioningState: true,
  style: 'sync',
} as const;

/** One of the services of an account: it is there with the account, and goes with it. */
function service(collection: string, defaults: (resource: StoredResource) => JsonObject): ResourceType {
  return {
    ...child,
    type: `${ACCOUNT}/${collection}`,
    name: /^default$/,
    undeletable: true,
    seconds: { create: 1, update: 1, delete: 0 },
    defaults,
    view: ({ id }, world) => skuView(id, world),
  };
}

/** Blob and file services tell the sku of their account: examples `BlobServicesGet.json`, `FileServicesGet.json` of Azure/azure-rest-api-specs. */
function skuView(id: string, world: World): JsonObject {
  const sku = accountAbove(world, id)?.body.sku;
  return sku && !/\/queueServices\//i.test(id) ? { sku } : {};
}

const cors = { corsRules: [] };

export const blobService = service('blobServices', () => ({
  properties: { cors, deleteRetentionPolicy: { allowPermanentDelete: false, enabled: false } },
}));

export const queueService = service('queueServices', () => ({ properties: { cors } }));

/** Shares are kept for 7 days: https://learn.microsoft.com/azure/storage/files/storage-files-prevent-file-share-deletion */
export const fileService = service('fileServices', () => ({
  properties: { cors, protocolSettings: { smb: {} }, shareDeleteRetentionPolicy: { enabled: true, days: 7 } },
}));
