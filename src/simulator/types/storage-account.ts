import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import type { ResourceType } from '../arm/resource-type.ts';
import { refuse } from '../refusal.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const apiVersions = ['2025-06-01', '2025-01-01', '2024-01-01', '2023-05-01', '2023-01-01', '2022-09-01', '2021-09-01'];
const child = {
  apiVersions,
  listed: false,
  withoutLocation: true,
  withoutProvisioningState: true,
  style: 'sync',
} as const;

/**
 * Accounts as others have them, with their containers; what is in these is not simulated. Names:
 * https://github.com/pulumi/templates/pull/274; operations: https://learn.microsoft.com/rest/api/storagerp/storage-accounts.
 */
export const storageAccount: ResourceType = {
  type: ACCOUNT,
  apiVersions,
  name: /^[a-z0-9]{3,24}$/,
  nameError: 'AccountNameInvalid',
  listed: true,
  style: 'status',
  patchAnswersBody: true,
  seconds: { create: 20, update: 3, delete: 0 },
  immutable: ['kind'],
  globalName: 'StorageAccountAlreadyTaken',
  check({ body }) {
    const sku = isJsonObject(body.sku) ? body.sku.name : undefined;
    const missing = [['sku.name', sku] as const, ['kind', body.kind] as const].find(([, value]) => value === undefined);
    return (
      missing && refuse(400, 'InvalidRequestContent', `The request content was invalid: '${missing[0]}' is needed.`)
    );
  },
  apply({ world, resource, before, id, name }) {
    if (before) return undefined;
    setOutputs(resource, {
      creationTime: resource.createdAt,
      primaryLocation: String(resource.body.location),
      primaryEndpoints: { blob: `https://${name}.blob.core.windows.net/` },
      statusOfPrimary: 'available',
    });
    const { createdAt, updatedAt } = resource;
    const service = { name: 'default', type: `${ACCOUNT}/blobServices`, body: {}, extra: {}, createdAt, updatedAt };
    world.index.keepResource({ ...service, id: `${id}/blobServices/default` });
    return undefined;
  },
  view: ({ body }): JsonObject => {
    const sku = isJsonObject(body.sku) ? body.sku : {};
    return { sku: { ...sku, tier: String(sku.name).split('_')[0] ?? null } };
  },
};

/** Every account has one, and it goes with it. */
export const blobService: ResourceType = {
  ...child,
  type: `${ACCOUNT}/blobServices`,
  name: /^default$/,
  undeletable: true,
  seconds: { create: 1, update: 1, delete: 0 },
};

export const blobContainer: ResourceType = {
  ...child,
  type: `${ACCOUNT}/blobServices/containers`,
  // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
  name: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
  nameError: 'ContainerNameInvalid',
  seconds: { create: 1, update: 1, delete: 0 },
};
