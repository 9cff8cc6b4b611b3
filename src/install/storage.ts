import { UPLOAD_CONTAINER } from '../domain/api/uploads.ts';
import { type InstallOptions, installedNames } from './options.ts';
import { NO_DATA, type Resource, type Resources } from './resource.ts';

const STORAGE_VERSION = '2025-06-01';
const KEPT_VERSIONS_IN_DAYS = 90;
const KEPT_DELETED_IN_DAYS = 14;

/** The container in which the host keeps the archive that it runs from. */
export const PACKAGE_CONTAINER = 'app-package';
/** With states, runs and sources; the product's own default. */
const STATE_CONTAINER = 'deployment-state';

/**
 * The account with what lies in it. Nobody opens it with a key; earlier versions of states can be brought back.
 * https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent,
 * https://learn.microsoft.com/azure/storage/blobs/versioning-overview,
 * https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure
 */
export function storageResources(options: InstallOptions): Resources {
  return {
    storage: {
      type: 'Microsoft.Storage/storageAccounts',
      api_version: STORAGE_VERSION,
      name: installedNames(options).storage,
      body: {
        kind: 'StorageV2',
        sku: { name: 'Standard_LRS' },
        properties: {
          allowSharedKeyAccess: false,
          allowBlobPublicAccess: false,
          defaultToOAuthAuthentication: true,
          minimumTlsVersion: 'TLS1_2',
          supportsHttpsTrafficOnly: true,
        },
      },
      outputs: {
        blob: 'properties.primaryEndpoints.blob',
        queue: 'properties.primaryEndpoints.queue',
        table: 'properties.primaryEndpoints.table',
      },
    },
    blobs: {
      type: 'Microsoft.Storage/storageAccounts/blobServices',
      api_version: STORAGE_VERSION,
      parent: 'storage',
      name: 'default',
      body: {
        properties: {
          isVersioningEnabled: true,
          deleteRetentionPolicy: { enabled: true, days: KEPT_DELETED_IN_DAYS },
          containerDeleteRetentionPolicy: { enabled: true, days: KEPT_DELETED_IN_DAYS },
        },
      },
    },
    packages: container(PACKAGE_CONTAINER),
    states: container(STATE_CONTAINER),
    configurations: container(UPLOAD_CONTAINER),
    lifecycle: {
      type: 'Microsoft.Storage/storageAccounts/managementPolicies',
      api_version: STORAGE_VERSION,
      parent: 'storage',
      name: 'default',
      ...NO_DATA,
      // Versions are of an account that keeps them.
      depends_on: ['blobs'],
      body: {
        properties: {
          policy: {
            rules: [
              {
                enabled: true,
                name: 'earlier-versions',
                type: 'Lifecycle',
                definition: {
                  actions: { version: { delete: { daysAfterCreationGreaterThan: KEPT_VERSIONS_IN_DAYS } } },
                  filters: { blobTypes: ['blockBlob'] },
                },
              },
            ],
          },
        },
      },
    },
  };
}

function container(name: string): Resource {
  return {
    type: 'Microsoft.Storage/storageAccounts/blobServices/containers',
    api_version: STORAGE_VERSION,
    parent: 'blobs',
    name,
    body: { properties: { publicAccess: 'None' } },
  };
}
